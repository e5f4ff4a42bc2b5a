package conformance

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// linearEpilogues tests Linear with every combination of the parts of an
// epilogue, the residual apart from y and in its place.
func linearEpilogues(s *suite, t *testing.T, T, N, K int) {
	const rank = 3
	x, w, u, low := s.normal(T*K, 1), s.normal(N*K, 1), s.normal(T*rank, 1), s.normal(N*rank, 1)
	bias, gate, old := s.normal(N, 1), s.normal(T*N, 1), s.normal(T*N, 1)
	// The size of the terms of s bounds its error; silu(g) < |g| passes it on.
	m := &memory{dt: kernels.F64}
	size := m.out("y", T*N)
	reference.Linear(size, m.in("x", abs(x)), m.weight(reference, abs(w), N, K), T, kernels.Epilogue{
		Bias:    m.in("bias", abs(bias)),
		LowRank: &kernels.LowRank{U: m.in("u", abs(u)), B: m.weight(reference, abs(low), N, rank)},
	})
	allowed := func(_ string, i int, _ float64) float64 {
		return s.sumError(K+rank) * ((size.At(i)+4)*(1+math.Abs(gate[i])) + math.Abs(old[i]))
	}
	for set := range 1 << 4 {
		has := func(part int) bool { return set>>part&1 != 0 }
		for add := range 3 { // none, apart, in place
			label := fmt.Sprintf("T=%d N=%d K=%d epilogue %04b add %d", T, N, K, set, add)
			s.compare(t, label, func(b kernels.Backend, m *memory) {
				e, y := kernels.Epilogue{}, kernels.Buffer{}
				if add == 2 {
					y = m.inout("y", old)
					e.Add = y
				} else {
					y = m.out("y", T*N)
				}
				if add == 1 {
					e.Add = m.in("add", old)
				}
				if has(0) {
					e.Bias = m.in("bias", bias)
				}
				if has(1) {
					e.LowRank = &kernels.LowRank{U: m.in("u", u), B: m.weight(b, low, N, rank)}
				}
				if has(2) {
					e.Gate = m.in("gate", gate)
				}
				if has(2) && has(3) {
					e.Up = m.out("up", T*N)
				}
				b.Linear(y, m.in("x", x), m.weight(b, w, N, K), T, e)
			}, allowed)
		}
	}
	s.invariant(t, rowwise{name: fmt.Sprintf("Linear epilogue %d %d %d", T, N, K), T: T,
		in: []matrix{{"x", K, x}, {"u", rank, u}, {"gate", N, gate}, {"add", N, old}},
		run: func(b kernels.Backend, m *memory, in [][]float64, rows []int) {
			n := len(rows) * N
			b.Linear(m.out("y", n), m.in("x", in[0]), m.weight(b, w, N, K), len(rows), kernels.Epilogue{
				Bias:    m.in("bias", bias),
				LowRank: &kernels.LowRank{U: m.in("u", in[1]), B: m.weight(b, low, N, rank)},
				Gate:    m.in("gate", in[2]), Up: m.out("up", n), Add: m.in("add", in[3]),
			})
		}})
}

// linearSpecials tests that infinities, NaN and zeros of both signs reach
// exactly the sums that they belong to.
func linearSpecials(s *suite, t *testing.T) {
	const T, N, K = 14, 37, 9
	x, w := s.normal(T*K, 1), s.normal(N*K, 1)
	x[3*K+2], x[5*K], x[13*K+8] = math.NaN(), math.Inf(1), math.Inf(-1)
	w[7*K+1], w[36*K+8], w[0] = math.Inf(-1), math.NaN(), math.Copysign(0, -1)
	s.compare(t, "Linear specials", func(b kernels.Backend, m *memory) {
		b.Linear(m.out("y", T*N), m.in("x", x), m.weight(b, w, N, K), T, kernels.Epilogue{})
	}, func(string, int, float64) float64 { return s.sumError(K) * 100 })
	// Weights one way, gradients the other: dx of N terms, dw of T.
	dy := s.normal(T*N, 1)
	dy[2*N+3], dy[9*N+36] = math.Inf(1), math.NaN()
	s.compare(t, "LinearBackwardX specials", func(b kernels.Backend, m *memory) {
		b.LinearBackwardX(m.out("dx", T*K), m.in("dy", dy), m.weight(b, w, N, K), T, false)
	}, func(string, int, float64) float64 { return s.sumError(N) * 200 })
	s.compare(t, "LinearBackwardW specials", func(b kernels.Backend, m *memory) {
		b.LinearBackwardW(m.inout("dw", make([]float64, N*K)), m.inout("dbias", make([]float64, N)), m.in("dy", dy), m.in("x", x), T, N, K, kernels.F32)
	}, func(string, int, float64) float64 { return s.sumError(T) * 100 })
}
