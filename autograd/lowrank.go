package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// LowRank returns y + scale·(x·Aᵀ)·Bᵀ for x [T, K], y [T, N], A [r, K] and
// B [N, r]: the low-rank update of a linear map. Hu et al. 2021 (LoRA), eq. 3.
//
//	forward   u = scale·x·Aᵀ          out = y + u·Bᵀ
//	backward  dy += dout              dB += doutᵀ·u
//	          du = scale·dout·B       dA += duᵀ·x        dx += du·A
func LowRank(x, y *Value, a, b *Param, scale float64) *Value {
	t := sameTape("LowRank", x, y)
	r, k := a.matrix("LowRank")
	n, r2 := b.matrix("LowRank")
	rows := x.rows("LowRank", k)
	if r != r2 || y.rows("LowRank", n) != rows {
		panic(fmt.Sprintf("autograd: LowRank: x %v, y %v, A %v, B %v", x.data.Shape, y.data.Shape, a.Data.Shape, b.Data.Shape))
	}
	wantA, wantB := t.wants(a), t.wants(b)
	out := t.result(t.wantsAny(x, y) || wantA || wantB, rows, n)
	u := t.mem().AllocDirty(rows, r).Buf
	t.dev.Linear(u, x.data.Buf, a.Weight(t.dev), rows, kernels.Epilogue{})
	t.dev.Scale(u, scale, rows*r)
	tensor.Copy(out.data.Buf, y.data.Buf)
	t.dev.Linear(out.data.Buf, u, b.Weight(t.dev), rows, kernels.Epilogue{Add: out.data.Buf})
	if out.needs {
		record(t, lowRankOp{lowRank{x, a, b, scale, u, wantA, wantB}, y, out}, out)
	}
	return out
}

type lowRankOp struct {
	lowRank
	y, out *Value
}

func (o *lowRankOp) back() {
	o.lowRank.back(o.out.grad.buf)
	o.y.pass(o.out.grad)
}

// lowRank is an adapter that was added to a map of x.
type lowRank struct {
	x            *Value
	a, b         *Param
	scale        float64
	u            kernels.Buffer // scale·x·Aᵀ
	wantA, wantB bool
}

// back adds the gradients of A, B and x.
func (l *lowRank) back(dout kernels.Buffer) {
	t, rows := l.x.tape, l.x.data.Rows()
	r, k := l.a.matrix("LowRank")
	n, _ := l.b.matrix("LowRank")
	if l.wantB {
		t.dev.LinearBackwardW(l.b.wanted(), none, dout, l.u, rows, n, r, l.b.Compute)
	}
	if !l.wantA && !l.x.needs {
		return
	}
	mark := t.scratch().Mark()
	du := t.scratch().AllocDirty(rows, r).Buf
	t.dev.LinearBackwardX(du, dout, l.b.Weight(t.dev), rows, false)
	t.dev.Scale(du, l.scale, rows*r)
	if l.wantA {
		t.dev.LinearBackwardW(l.a.wanted(), none, du, l.x.data.Buf, rows, r, k, l.a.Compute)
	}
	if l.x.needs {
		dx, acc := l.x.target()
		t.dev.LinearBackwardX(dx, du, l.a.Weight(t.dev), rows, acc)
	}
	t.scratch().Release(mark)
}
