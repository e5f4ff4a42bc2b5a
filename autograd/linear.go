package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Linear returns y = x·wᵀ + bias for x [T, K], w [N, K] and bias [N] or nil.
//
//	backward  dx += dy·w        dw += dyᵀ·x        dbias += Σ_t dy[t]
func Linear(x *Value, w, bias *Param) *Value { return LinearWith(x, w, With{Bias: bias}) }

// With is what [LinearWith] does beside the product. Absent parts are left out.
type With struct {
	Bias  *Param  // [N]
	A, B  *Param  // a low-rank adapter, [r, K] and [N, r]: see [LowRank]
	Scale float64 // … and its factor
	Gate  *Value  // [T, N]: SwiGLU
	Add   *Value  // [T, N]: a residual stream
}

// LinearWith is a linear map together with what follows it, in one pass over
// the result. It has the bits of [Linear], [LowRank], [SwiGLU] and [Add] called
// one after the other:
//
//	s = x·wᵀ + Bias + Scale·(x·Aᵀ)·Bᵀ        s = silu(Gate)·s        y = Add + s
func LinearWith(x *Value, w *Param, with With) *Value {
	t := x.tape
	n, k := w.matrix("Linear")
	rows := x.rows("Linear", k)
	o := linearOp{x: x, gate: with.Gate, add: with.Add, w: w, bias: with.Bias, wantW: t.wants(w), wantB: t.wants(with.Bias)}
	if o.bias != nil && o.bias.Data.Len() != n {
		panic(fmt.Sprintf("autograd: Linear: w is %v, bias %v", w.Data.Shape, o.bias.Data.Shape))
	}
	needs := t.wantsAny(x) || o.wantW || o.wantB
	e := kernels.Epilogue{Bias: o.bias.buf()}
	if with.A != nil {
		e.LowRank = o.adapt(with, n, k, rows)
		needs = needs || o.low.wantA || o.low.wantB
	}
	if v := with.Gate; v != nil {
		o.check("gate", v, rows, n)
		e.Gate, needs = v.data.Buf, needs || t.wantsAny(v)
	}
	if v := with.Add; v != nil {
		o.check("add", v, rows, n)
		e.Add, needs = v.data.Buf, needs || t.wantsAny(v)
	}
	if needs && with.Gate != nil {
		e.Up = t.mem().AllocDirty(rows, n).Buf
		o.up = e.Up
	}
	o.y = t.result(needs, rows, n)
	t.dev.Linear(o.y.data.Buf, x.data.Buf, w.Weight(t.dev), rows, e)
	if needs {
		record(t, o, o.y)
	}
	return o.y
}

type linearOp struct {
	x, y         *Value
	gate, add    *Value // nil without
	w, bias      *Param
	wantW, wantB bool
	low          lowRank        // low.x is nil without an adapter
	up           kernels.Buffer // with gate: the sums
}

// adapt computes the first half of an adapter.
func (o *linearOp) adapt(with With, n, k, rows int) *kernels.LowRank {
	t, a, b := o.x.tape, with.A, with.B
	r, k2 := a.matrix("Linear")
	n2, r2 := b.matrix("Linear")
	if n != n2 || k != k2 || r != r2 {
		panic(fmt.Sprintf("autograd: Linear: w %v, A %v, B %v", o.w.Data.Shape, a.Data.Shape, b.Data.Shape))
	}
	u := t.mem().AllocDirty(rows, r).Buf
	t.dev.Linear(u, o.x.data.Buf, a.Weight(t.dev), rows, kernels.Epilogue{})
	t.dev.Scale(u, with.Scale, rows*r)
	o.low = lowRank{o.x, a, b, with.Scale, u, t.wants(a), t.wants(b)}
	t.adapter = kernels.LowRank{U: u, B: b.Weight(t.dev)}
	return &t.adapter
}

func (o *linearOp) check(what string, v *Value, rows, n int) {
	if v.tape != o.x.tape {
		panic("autograd: Linear: the values are on different tapes")
	}
	if v.rows("Linear", n) != rows {
		panic(fmt.Sprintf("autograd: Linear: %s is %v, want [%d %d]", what, v.data.Shape, rows, n))
	}
}

// back undoes the steps in reverse order.
func (o *linearOp) back() {
	t, rows := o.x.tape, o.x.data.Shape[0]
	n, k := o.w.matrix("Linear")
	if o.add != nil {
		o.add.pass(o.y.grad)
	}
	ds := o.y.grad.buf // ∂loss/∂s
	if o.gate != nil {
		up := t.newGrad(rows * n)
		defer t.drop(up)
		var gate kernels.Buffer
		acc := false
		if o.gate.needs {
			gate, acc = o.gate.target()
		}
		if acc {
			tensor.ZeroOn(t.dev, up.buf)
		}
		t.dev.SwiGLUBackward(gate, up.buf, ds, o.gate.data.Buf, o.up, rows*n, acc)
		ds = up.buf
	}
	if o.low.x != nil {
		o.low.back(ds)
	}
	if o.wantW || o.wantB {
		var dw, dbias kernels.Buffer
		if o.wantW {
			dw = o.w.wanted()
		}
		if o.wantB {
			dbias = o.bias.wanted()
		}
		t.dev.LinearBackwardW(dw, dbias, ds, o.x.data.Buf, rows, n, k, o.w.Compute)
	}
	if o.x.needs {
		dx, acc := o.x.target()
		t.dev.LinearBackwardX(dx, ds, o.w.Weight(t.dev), rows, acc)
	}
}
