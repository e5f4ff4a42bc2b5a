package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// logits returns rows that are flat, ordinary, peaked, and far from zero.
func (s *suite) logits(T, V int) []float64 {
	x := s.normal(T*V, 3)
	for t := range T {
		for j := range V {
			v := &x[t*V+j]
			switch t % 4 {
			case 0:
				*v = 1.5
			case 2:
				*v *= 20
			case 3:
				*v += 1000 // exp overflows even in float64
			}
			*v = float64(float32(*v))
		}
	}
	return x
}

// Rounding z = invTemp·x costs |z|·ε in the exponent, so every figure errs by
// that and a few ε more; entropy sums V such terms, weighted by p·|log p|.
func logProb(s *suite, t *testing.T) {
	for _, V := range append(lengths(1), 4099) {
		for _, T := range []int{0, 1, 6} {
			logits, targets := s.logits(T, V), s.below(T, V)
			for _, invTemp := range []float64{1, 1 / 0.7} {
				largest := rowMax(logits, T, V, invTemp)
				allowed := func(out string, i int, want float64) float64 {
					e := s.eps() * (16 + 4*largest[i] + math.Sqrt(float64(V)))
					if out == "entropy" {
						e *= 2 + math.Log(float64(V))
					}
					return e + 4*s.eps()*math.Abs(want)
				}
				label := fmt.Sprintf("T=%d V=%d", T, V)
				s.compare(t, label, func(b kernels.Backend, m *memory) {
					b.LogProb(m.out("logp", T), m.out("entropy", T), m.out("lse", T), m.in("logits", logits), targets, T, V, invTemp)
				}, allowed)
				s.compare(t, label+" lse alone", func(b kernels.Backend, m *memory) {
					b.LogProb(kernels.Buffer{}, kernels.Buffer{}, m.out("lse", T), m.in("logits", logits), nil, T, V, invTemp)
				}, allowed)
				s.compare(t, label+" logp", func(b kernels.Backend, m *memory) {
					b.LogProb(m.out("logp", T), kernels.Buffer{}, m.out("lse", T), m.in("logits", logits), targets, T, V, invTemp)
				}, allowed)
				s.compare(t, label+" entropy", func(b kernels.Backend, m *memory) {
					b.LogProb(kernels.Buffer{}, m.out("entropy", T), m.out("lse", T), m.in("logits", logits), nil, T, V, invTemp)
				}, allowed)
			}
		}
	}
	for _, V := range []int{5, 67, 1030} {
		const T = 18
		targets := s.below(T, V)
		s.invariant(t, rowwise{name: fmt.Sprintf("LogProb V=%d", V), T: T, nan: true, in: []matrix{{"logits", V, s.logits(T, V)}},
			run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
				n := len(rows)
				b.LogProb(m.out("logp", n), m.out("entropy", n), m.out("lse", n), m.in("logits", in[0]), choose(targets, rows), n, V, 1.25)
			}})
	}
	// A figure has the same bits whether the others are asked for or not.
	const T, V = 7, 133
	logits, targets := s.logits(T, V), s.below(T, V)
	var all, one []operand
	all = s.run(t, "all", s.b, s.dt, func(b kernels.Backend, m *memory) {
		b.LogProb(m.out("logp", T), m.out("entropy", T), m.out("lse", T), m.in("logits", logits), targets, T, V, 1)
	})
	one = s.run(t, "logp", s.b, s.dt, func(b kernels.Backend, m *memory) {
		b.LogProb(m.out("logp", T), kernels.Buffer{}, m.out("lse", T), m.in("logits", logits), targets, T, V, 1)
	})
	sameBits(t, "logp with and without entropy", []operand{all[0], all[2]}, one)
	one = s.run(t, "lse", s.b, s.dt, func(b kernels.Backend, m *memory) {
		b.LogProb(kernels.Buffer{}, kernels.Buffer{}, m.out("lse", T), m.in("logits", logits), nil, T, V, 1)
	})
	sameBits(t, "lse with and without the rest", all[2:], one)
}

func rowMax(logits []float64, T, V int, invTemp float64) []float64 {
	out := make([]float64, T)
	for t := range T {
		for j := range V {
			out[t] = max(out[t], math.Abs(invTemp*logits[t*V+j]))
		}
	}
	return out
}

// p errs by the rounding of its exponent, |z|·ε, relative to itself.
func logProbBackward(s *suite, t *testing.T) {
	for _, V := range append(lengths(1), 4099) {
		const T = 5
		const invTemp = 1 / 0.8
		logits, targets := s.logits(T, V), s.below(T, V)
		m := &memory{dt: kernels.F64}
		lseB, entB := m.out("lse", T), m.out("entropy", T)
		reference.LogProb(kernels.Buffer{}, entB, lseB, m.in("logits", logits), nil, T, V, invTemp)
		lse, entropy := make([]float64, T), make([]float64, T)
		for i := range T {
			lse[i], entropy[i] = float64(float32(lseB.At(i))), float64(float32(entB.At(i)))
		}
		dlogp, dentropy := s.normal(T, 1), s.normal(T, 1)
		largest := rowMax(logits, T, V, invTemp)
		allowed := func(_ string, i int, _ float64) float64 {
			row := i / V
			logP := invTemp*logits[i] - lseB.At(row)
			p := math.Exp(logP)
			factor := math.Abs(dlogp[row]) + math.Abs(dentropy[row])*(1+math.Abs(logP)+math.Abs(entropy[row]))
			size := p * factor
			if int(targets[row]) == i%V {
				size += math.Abs(dlogp[row]) * s.eps()
			}
			return invTemp * (s.eps()*(32+8*largest[row])*size + 8*s.eps()*math.Abs(dlogp[row])*p + s.tiny()*factor)
		}
		for _, which := range []struct {
			name            string
			dlogp, dentropy []float64
		}{{"both", dlogp, dentropy}, {"logp", dlogp, nil}, {"entropy", nil, dentropy}} {
			s.compare(t, fmt.Sprintf("V=%d %s", V, which.name), func(b kernels.Backend, m *memory) {
				b.LogProbBackward(m.inout("logits", logits), m.in("lse", lse), m.in("entropy", entropy), targets,
					m.in("dlogp", which.dlogp), m.in("dentropy", which.dentropy), T, V, invTemp)
			}, func(out string, i int, want float64) float64 {
				return allowed(out, i, want) + 4*s.eps()*math.Abs(want)
			})
		}
		if V == 67-2 {
			s.invariant(t, rowwise{name: "LogProbBackward", T: T,
				in: []matrix{{"lse", 1, lse}, {"entropy", 1, entropy}, {"dlogp", 1, dlogp}, {"dentropy", 1, dentropy}, {"logits", V, logits}},
				run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
					b.LogProbBackward(m.inout("logits", in[4]), m.in("lse", in[0]), m.in("entropy", in[1]), choose(targets, rows),
						m.in("dlogp", in[2]), m.in("dentropy", in[3]), len(rows), V, invTemp)
				}})
		}
	}
}
