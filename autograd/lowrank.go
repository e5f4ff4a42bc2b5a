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
	if !out.needs {
		return out
	}
	t.record(func() {
		dout := out.grad.buf
		if wantB {
			t.dev.LinearBackwardW(b.wanted(), none, dout, u, rows, n, r, b.Compute)
		}
		if wantA || x.needs {
			mark := t.scratch().Mark()
			du := t.scratch().AllocDirty(rows, r).Buf
			t.dev.LinearBackwardX(du, dout, b.Weight(t.dev), rows, false)
			t.dev.Scale(du, scale, rows*r)
			if wantA {
				t.dev.LinearBackwardW(a.wanted(), none, du, x.data.Buf, rows, r, k, a.Compute)
			}
			if x.needs {
				dx, acc := x.target()
				t.dev.LinearBackwardX(dx, du, a.Weight(t.dev), rows, acc)
			}
			t.scratch().Release(mark)
		}
		y.pass(out.grad)
	}, out)
	return out
}
