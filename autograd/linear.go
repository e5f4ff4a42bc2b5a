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
	maps := [1]Map{{W: w, With: with}}
	Linears(x, maps[:])
	return maps[0].Y
}

// linear is a map that was computed, and what its backward pass needs.
type linear struct {
	y            *Value
	gate, add    *Value // nil without
	w, bias      *Param
	wantW, wantB bool
	low          lowRank        // low.x is nil without an adapter
	up           kernels.Buffer // with gate: the sums
}

// open makes the result of map number i of x, and returns what the device is
// to compute.
func (o *linear) open(x *Value, i int, m *Map) kernels.Map {
	t, with := x.tape, &m.With
	n, k := m.W.matrix("Linear")
	rows := x.rows("Linear", k)
	*o = linear{gate: with.Gate, add: with.Add, w: m.W, bias: with.Bias, wantW: t.wants(m.W), wantB: t.wants(with.Bias)}
	if o.bias != nil && o.bias.Data.Len() != n {
		panic(fmt.Sprintf("autograd: Linear: w is %v, bias %v", o.w.Data.Shape, o.bias.Data.Shape))
	}
	needs := t.wantsAny(x) || o.wantW || o.wantB
	e := kernels.Epilogue{Bias: o.bias.buf()}
	if with.A != nil {
		o.adapt(x, with, n, k, rows)
		t.adapters[i] = kernels.LowRank{U: o.low.u, B: with.B.Weight(t.dev)}
		e.LowRank = &t.adapters[i]
		needs = needs || o.low.wantA || o.low.wantB
	}
	if v := with.Gate; v != nil {
		checkLinear("gate", x, v, rows, n)
		e.Gate, needs = v.data.Buf, needs || t.wantsAny(v)
	}
	if v := with.Add; v != nil {
		checkLinear("add", x, v, rows, n)
		e.Add, needs = v.data.Buf, needs || t.wantsAny(v)
	}
	if needs && with.Gate != nil {
		e.Up = t.mem().AllocDirty(rows, n).Buf
		o.up = e.Up
	}
	o.y = t.result(needs, rows, n)
	return kernels.Map{W: m.W.Weight(t.dev), Y: o.y.data.Buf, Epilogue: e}
}

// adapt computes the first half of an adapter.
func (o *linear) adapt(x *Value, with *With, n, k, rows int) {
	t, a, b := x.tape, with.A, with.B
	r, k2 := a.matrix("Linear")
	n2, r2 := b.matrix("Linear")
	if n != n2 || k != k2 || r != r2 {
		panic(fmt.Sprintf("autograd: Linear: w %v, A %v, B %v", o.w.Data.Shape, a.Data.Shape, b.Data.Shape))
	}
	u := t.mem().AllocDirty(rows, r).Buf
	t.dev.Linear(u, x.data.Buf, a.Weight(t.dev), rows, kernels.Epilogue{})
	t.dev.Scale(u, with.Scale, rows*r)
	o.low = lowRank{x, a, b, with.Scale, u, t.wants(a), t.wants(b)}
}

func checkLinear(what string, x, v *Value, rows, n int) {
	if v.tape != x.tape {
		panic("autograd: Linear: the values are on different tapes")
	}
	if v.rows("Linear", n) != rows {
		panic(fmt.Sprintf("autograd: Linear: %s is %v, want [%d %d]", what, v.data.Shape, rows, n))
	}
}

// sumsGrad passes the gradient of y on to Add and Gate, and returns that of the
// sums: y's own, or, with Gate, memory to be dropped.
func (o *linear) sumsGrad() (ds kernels.Buffer, own *gradient) {
	t := o.y.tape
	if o.add != nil {
		o.add.pass(o.y.grad)
	}
	ds = o.y.grad.buf
	if o.gate == nil {
		return ds, nil
	}
	own = t.newGrad(ds.Len())
	var gate kernels.Buffer
	acc := false
	if o.gate.needs {
		gate, acc = o.gate.target()
	}
	if acc {
		tensor.ZeroOn(t.dev, own.buf)
	}
	t.dev.SwiGLUBackward(gate, own.buf, ds, o.gate.data.Buf, o.up, ds.Len(), acc)
	return own.buf, own
}

// grads returns what the device is to compute from the gradient of the sums.
func (o *linear) grads(ds kernels.Buffer) kernels.MapGrad {
	g := kernels.MapGrad{W: o.w.Weight(o.y.tape.dev), DY: ds}
	if o.wantW {
		g.DW = o.w.wanted()
	}
	if o.wantB {
		g.DBias = o.bias.wanted()
	}
	return g
}
