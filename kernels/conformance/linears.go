package conformance

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// linears tests that maps of one input have the bits of one after the other,
// where an epilogue reads what an earlier map gave, with weights of different
// widths and types, and with more maps than are computed at once.
func linears(s *suite, t *testing.T) {
	f32, bf16 := kernels.F32, kernels.BF16
	for _, c := range []struct {
		T, K    int
		n       []int
		compute []kernels.DType
	}{
		{1, 7, []int{5}, []kernels.DType{f32}},
		{37, 33, []int{64, 31, 31}, []kernels.DType{f32, f32, f32}},
		{70, 96, []int{96, 96, 96}, []kernels.DType{bf16, bf16, bf16}},
		{301, 96, []int{70, 70}, []kernels.DType{bf16, bf16}},
		{131, 40, []int{100, 33, 33}, []kernels.DType{bf16, bf16, bf16}},
		{97, 33, []int{48, 48, 17, 96, 5}, []kernels.DType{bf16, bf16, bf16, bf16, bf16}},
		{64, 50, []int{40, 40, 40, 12}, []kernels.DType{bf16, f32, bf16, bf16}},
		{3, 64, []int{96, 32, 32}, []kernels.DType{bf16, bf16, bf16}},
		{0, 8, []int{8, 8}, []kernels.DType{bf16, bf16}},
		{20, 600, []int{700, 500, 64}, []kernels.DType{bf16, bf16, bf16}}, // too large for one cache
	} {
		p := s.group(c.T, c.K, c.n, c.compute)
		label := fmt.Sprintf("T=%d K=%d N=%d %v", c.T, c.K, c.n, c.compute)
		for _, all := range []bool{false, true} { // gradients wanted, and dx added to
			together := s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
				dx, x, maps, grads := p.operands(b, m, all)
				b.Linears(x, maps, c.T)
				b.LinearsBackward(dx, x, grads, c.T, all)
			})
			alone := s.run(t, label, s.b, s.dt, func(b kernels.Backend, m *memory) {
				dx, x, maps, grads := p.operands(b, m, all)
				for _, o := range maps {
					b.Linear(o.Y, x, o.W, c.T, o.Epilogue)
				}
				for i, o := range grads {
					b.LinearBackwardW(o.DW, o.DBias, o.DY, x, c.T, o.W.N, c.K, o.W.Compute)
					if !dx.IsZero() {
						b.LinearBackwardX(dx, o.DY, o.W, c.T, all || i > 0)
					}
				}
			})
			sameBits(t, label, together, alone)
		}
	}
}

// group holds the numbers of maps of one input.
type group struct {
	T, K                 int
	n                    []int
	compute              []kernels.DType
	x, dx                []float64
	w, bias, u, low, add [][]float64
	dy, dw, dbias        [][]float64
}

func (s *suite) group(T, K int, n []int, compute []kernels.DType) *group {
	p := &group{T: T, K: K, n: n, compute: compute, x: s.normal(T*K, 1), dx: s.normal(T*K, 1)}
	for _, N := range n {
		p.w, p.bias = append(p.w, s.normal(N*K, 1)), append(p.bias, s.normal(N, 1))
		p.u, p.low = append(p.u, s.normal(T*2, 1)), append(p.low, s.normal(N*2, 1))
		p.add, p.dy = append(p.add, s.normal(T*N, 1)), append(p.dy, s.normal(T*N, 1))
		p.dw, p.dbias = append(p.dw, s.normal(N*K, 1)), append(p.dbias, s.normal(N, 1))
	}
	return p
}

// operands makes the maps: the first has an adapter, the second, if it is as
// wide, is gated by the first, the third is added to what stands in y. all says
// whether every gradient is wanted.
func (p *group) operands(b kernels.Backend, m *memory, all bool) (dx, x kernels.Buffer, maps []kernels.Map, grads []kernels.MapGrad) {
	x = m.in("x", p.x)
	if all {
		dx = m.inout("dx", p.dx)
	}
	for i, N := range p.n {
		w := &kernels.Weight{Raw: m.in("w", p.w[i]), N: N, K: p.K, Compute: p.compute[i]}
		b.Pack(w)
		o := kernels.Map{W: w, Epilogue: kernels.Epilogue{Bias: m.in("bias", p.bias[i])}}
		switch {
		case i == 0:
			o.LowRank = &kernels.LowRank{U: m.in("u", p.u[i]), B: m.weight(b, p.low[i], N, 2)}
		case i == 1 && N == p.n[0]:
			o.Gate, o.Up = maps[0].Y, m.out("up", p.T*N)
		}
		if i == 2 {
			o.Y = m.inout("y", p.add[i])
			o.Add = o.Y
		} else {
			o.Y = m.out("y", p.T*N)
		}
		maps = append(maps, o)
		g := kernels.MapGrad{W: w, DY: m.in("dy", p.dy[i])}
		if all || i != 1 {
			g.DW = m.inout("dw", p.dw[i])
		}
		if all || i == 1 {
			g.DBias = m.inout("dbias", p.dbias[i])
		}
		grads = append(grads, g)
	}
	return dx, x, maps, grads
}
