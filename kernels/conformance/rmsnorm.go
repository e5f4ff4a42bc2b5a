package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// A sum of d squares, all positive, errs by √d·ε of itself; rstd by half that.
func rmsNorm(s *suite, t *testing.T) {
	for _, d := range lengths(1) {
		for _, T := range []int{0, 1, 3} {
			x, w := s.normal(T*d, 2), s.normal(d, 1)
			if T == 3 {
				clear(x[d : 2*d]) // a row of zeros: eps alone
				for i := range d {
					x[2*d+i] *= 1e-4 // eps decides
				}
			}
			for _, eps := range []float64{1e-6, 1e-5} {
				s.compare(t, fmt.Sprintf("T=%d d=%d eps=%g", T, d, eps), func(b kernels.Backend, m *memory) {
					b.RMSNorm(m.out("y", T*d), m.out("rstd", T), m.in("x", x), m.in("w", w), T, d, eps)
				}, func(_ string, _ int, want float64) float64 { return s.sumError(d) * math.Abs(want) })
			}
		}
	}
	for _, z := range [][2]int{{17, 5}, {9, 64}, {300, 24}, {6, 131}} {
		T, d := z[0], z[1]
		w := s.normal(d, 1)
		s.invariant(t, rowwise{name: fmt.Sprintf("RMSNorm %v", z), T: T, nan: true, in: []matrix{{"x", d, s.normal(T*d, 1)}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				n := len(rows)
				b.RMSNorm(m.out("y", n*d), m.out("rstd", n), m.in("x", in[0]), m.in("w", w), n, d, 1e-6)
			}})
	}
}

// RMSNormAdd is Add and RMSNorm: a backend gives the bits of the two, whatever
// the length, also where sum is x, and NaN, ∞ and −0 as they do.
func rmsNormAdd(s *suite, t *testing.T) {
	const eps = 1e-6
	for _, d := range lengths(1) {
		for _, T := range []int{0, 1, 3} {
			x, r, w := s.normal(T*d, 2), s.normal(T*d, 1), s.normal(d, 1)
			for i := 0; i < len(x); i += 3 {
				x[i], r[i] = math.Copysign(0, -1), math.Copysign(0, -1)
			}
			label := fmt.Sprintf("T=%d d=%d", T, d)
			s.compare(t, label, func(b kernels.Backend, m *memory) {
				b.RMSNormAdd(m.out("y", T*d), m.out("sum", T*d), m.out("rstd", T), m.in("x", x), m.in("r", r), m.in("w", w), T, d, eps)
			}, func(out string, _ int, want float64) float64 {
				if out == "sum" {
					return s.eps() * math.Abs(want)
				}
				return (s.sumError(d) + 4*s.eps()) * (math.Abs(want) + 1) // the rounding of the sum, where it cancels
			})
			for _, odd := range []float64{0, math.NaN(), math.Inf(1), math.Inf(-1)} {
				if T == 3 && odd != 0 {
					x[d+d/2] = odd
				}
				two := s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
					y, sum, rstd := m.out("y", T*d), m.out("sum", T*d), m.out("rstd", T)
					b.Add(sum, m.in("x", x), m.in("r", r), T*d)
					b.RMSNorm(y, rstd, sum, m.in("w", w), T, d, eps)
				})
				sameBits(t, label+": one call and two", s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
					y, sum, rstd := m.out("y", T*d), m.out("sum", T*d), m.out("rstd", T)
					b.RMSNormAdd(y, sum, rstd, m.in("x", x), m.in("r", r), m.in("w", w), T, d, eps)
				}), two)
				sameBits(t, label+": sum is x", s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
					y, sum, rstd := m.out("y", T*d), m.inout("sum", x), m.out("rstd", T)
					b.RMSNormAdd(y, sum, rstd, sum, m.in("r", r), m.in("w", w), T, d, eps)
				}), two)
			}
		}
	}
	const T, d = 17, 37
	w := s.normal(d, 1)
	s.invariant(t, rowwise{name: "RMSNormAdd", T: T, in: []matrix{{"x", d, s.normal(T*d, 1)}, {"r", d, s.normal(T*d, 1)}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			n := len(rows)
			b.RMSNormAdd(m.out("y", n*d), m.out("sum", n*d), m.out("rstd", n), m.in("x", in[0]), m.in("r", in[1]), m.in("w", w), n, d, eps)
		}})
}

// dx is the difference of two terms; the error is relative to the sum of their
// sizes, |r·w·dy| + |x|·r³·Σ|w·dy·x|/d.
func rmsNormBackward(s *suite, t *testing.T) {
	for _, d := range lengths(1) {
		for _, T := range []int{0, 1, 5} {
			x, w, dy := s.normal(T*d, 2), s.normal(d, 1), s.normal(T*d, 1)
			dx, dw := s.normal(T*d, 1), s.normal(d, 1)
			rstd := s.rstd(x, T, d)
			sizeX, sizeW := abs(dx), abs(dw)
			for t := range T {
				r, c := rstd[t], 0.0
				for i := range d {
					c += math.Abs(w[i] * dy[t*d+i] * x[t*d+i])
				}
				for i := range d {
					sizeX[t*d+i] += math.Abs(r*w[i]*dy[t*d+i]) + math.Abs(x[t*d+i])*r*r*r*c/float64(d)
					sizeW[i] += math.Abs(dy[t*d+i] * x[t*d+i] * r)
				}
			}
			allowed := func(out string, i int, _ float64) float64 {
				if out == "dw" {
					return s.sumError(T) * sizeW[i]
				}
				return (8*s.eps() + s.sumError(d)) * sizeX[i]
			}
			for _, which := range []struct {
				name   string
				dx, dw []float64
			}{{"both", dx, dw}, {"no dx", nil, dw}, {"no dw", dx, nil}} {
				s.compare(t, fmt.Sprintf("T=%d d=%d %s", T, d, which.name), func(b kernels.Backend, m *memory) {
					b.RMSNormBackward(m.inout("dx", which.dx), m.inout("dw", which.dw),
						m.in("dy", dy), m.in("x", x), m.in("w", w), m.in("rstd", rstd), T, d)
				}, allowed)
			}
		}
	}
	const T, d = 37, 51
	x, w := s.normal(T*d, 2), s.normal(d, 1)
	s.invariant(t, rowwise{name: "RMSNormBackward", T: T,
		in: []matrix{{"x", d, x}, {"dy", d, s.normal(T*d, 1)}, {"rstd", 1, s.rstd(x, T, d)}, {"dx", d, s.normal(T*d, 1)}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.RMSNormBackward(m.inout("dx", in[3]), kernels.Buffer{}, m.in("dy", in[1]), m.in("x", in[0]), m.in("w", w),
				m.in("rstd", in[2]), len(rows), d)
		}})
	dy := s.normal(900*d, 1)
	many := s.normal(900*d, 1)
	s.compare(t, "dw over 900 rows", func(b kernels.Backend, m *memory) {
		b.RMSNormBackward(kernels.Buffer{}, m.inout("dw", make([]float64, d)), m.in("dy", dy), m.in("x", many), m.in("w", w),
			m.in("rstd", s.rstd(many, 900, d)), 900, d)
	}, func(_ string, i int, _ float64) float64 { return s.sumError(900) * 900 })
}

func (s *suite) rstd(x []float64, T, d int) []float64 {
	out := make([]float64, T)
	for t := range T {
		sum := 0.0
		for i := range d {
			sum += x[t*d+i] * x[t*d+i]
		}
		out[t] = float64(float32(1 / math.Sqrt(sum/float64(d)+1e-6)))
	}
	return out
}
