package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// gates returns n numbers, some of them where exp(−g) over- or underflows.
func (s *suite) gates(n int) []float64 {
	g := s.normal(n, 3)
	extreme := []float64{0, math.Copysign(0, -1), 20, -20, 80, -80, 104, -104, 1000, -1000, 1e-20, -1e-20}
	for i := range g {
		if i%3 == 1 {
			g[i] = float64(float32(extreme[s.rand.IntN(len(extreme))]))
		}
	}
	return g
}

// An exponential, a division and some products: 16·ε of the sum of the sizes.
func swiglu(s *suite, t *testing.T) {
	for _, n := range append(lengths(0), 20011) {
		g, u, dy := s.gates(n), s.normal(n, 1), s.normal(n, 1)
		dg, du := s.normal(n, 1), s.normal(n, 1)
		label := fmt.Sprintf("n=%d", n)
		s.compare(t, label, func(b kernels.Backend, m *memory) {
			b.SwiGLU(m.out("y", n), m.in("gate", g), m.in("up", u), n)
		}, func(_ string, i int, want float64) float64 {
			return 16*s.eps()*math.Abs(want) + s.tiny()*math.Abs(g[i]*u[i])
		})
		allowed := func(out string, i int, _ float64) float64 {
			sigma := 1 / (1 + math.Exp(-g[i]))
			if out == "dup" {
				return 16*s.eps()*(math.Abs(dy[i]*g[i])*sigma+math.Abs(du[i])) + s.tiny()*math.Abs(g[i]*dy[i])
			}
			size := math.Abs(dy[i]*u[i]) * (sigma + math.Abs(g[i])*sigma*(1-sigma))
			return 16*s.eps()*(size+math.Abs(dg[i])) + s.tiny()*(1+math.Abs(g[i]*u[i]*dy[i]))
		}
		for _, which := range []struct {
			name   string
			dg, du []float64
		}{{"both", dg, du}, {"no dgate", nil, du}, {"no dup", dg, nil}} {
			s.compare(t, label+" "+which.name, func(b kernels.Backend, m *memory) {
				b.SwiGLUBackward(m.inout("dgate", which.dg), m.inout("dup", which.du),
					m.in("dy", dy), m.in("gate", g), m.in("up", u), n, true)
			}, allowed)
			s.compare(t, label+" "+which.name+", overwriting", func(b kernels.Backend, m *memory) {
				b.SwiGLUBackward(m.inout("dgate", which.dg), m.inout("dup", which.du),
					m.in("dy", dy), m.in("gate", g), m.in("up", u), n, false)
			}, allowed)
		}
	}
	const n = 37
	s.invariant(t, rowwise{name: "SwiGLU", T: n, nan: true, in: []matrix{{"gate", 1, s.gates(n)}, {"up", 1, s.normal(n, 1)}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.SwiGLU(m.out("y", len(rows)), m.in("gate", in[0]), m.in("up", in[1]), len(rows))
		}})
	s.invariant(t, rowwise{name: "SwiGLUBackward", T: n,
		in: []matrix{{"gate", 1, s.gates(n)}, {"up", 1, s.normal(n, 1)}, {"dy", 1, s.normal(n, 1)}, {"dgate", 1, s.normal(n, 1)}, {"dup", 1, s.normal(n, 1)}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			b.SwiGLUBackward(m.inout("dgate", in[3]), m.inout("dup", in[4]), m.in("dy", in[2]), m.in("gate", in[0]), m.in("up", in[1]), len(rows), true)
		}})
}
