package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Attention is causal attention inside each sequence of a ragged batch, with
// grouped queries: query head h reads key head h·KVHeads/Heads. q is
// [T, Heads·HeadDim]; k and v are [rows, KVHeads·HeadDim]. seqs must not change
// before the backward pass. shape.Compute is what is asked for, which the backend
// need not have (kernels.Backend.AttentionCompute). Vaswani et al. 2017, eq. 1; the backward pass
// recomputes p from the kept log-sum-exp (Dao 2023, FlashAttention-2).
//
//	forward   s_j = scale·q·k_j     p = softmax(s) over j ≤ position     o = Σ_j p_j·v_j
//	backward  dv_j += p_j·do        ds_j = p_j·(do·v_j − do·o)
//	          dq += scale·Σ_j ds_j·k_j        dk_j += scale·ds_j·q
func Attention(q, k, v *Value, shape kernels.AttentionShape, seqs []kernels.Seq) *Value {
	t := sameTape("Attention", q, k, v)
	rows := q.rows("Attention", shape.Heads*shape.HeadDim)
	if k.rows("Attention", shape.KVHeads*shape.HeadDim) != v.rows("Attention", shape.KVHeads*shape.HeadDim) {
		panic(fmt.Sprintf("autograd: Attention: k is %v, v %v", k.data.Shape, v.data.Shape))
	}
	o := t.result(t.wantsAny(q, k, v), q.data.Shape...)
	lse := t.mem().AllocDirty(rows, shape.Heads).Buf
	shape.Compute = t.dev.AttentionCompute(shape)
	t.dev.Attention(o.data.Buf, lse, q.data.Buf, k.data.Buf, v.data.Buf, shape, seqs)
	if o.needs {
		record(t, attentionOp{q, k, v, o, lse, shape, seqs}, o)
	}
	return o
}

type attentionOp struct {
	q, k, v, o *Value
	lse        kernels.Buffer
	shape      kernels.AttentionShape
	seqs       []kernels.Seq
}

func (a *attentionOp) back() {
	d, acc := a.gradients()
	a.o.tape.dev.AttentionBackward(d[0], d[1], d[2], a.o.grad.buf, a.o.data.Buf, a.lse,
		a.q.data.Buf, a.k.data.Buf, a.v.data.Buf, a.shape, a.seqs, acc)
}

// gradients returns memory for ∂loss/∂q, ∂k and ∂v, absent where none is wanted.
// Without acc, the usual case, it is to be overwritten: nothing has arrived yet,
// and the sequences name every row.
func (a *attentionOp) gradients() (d [3]kernels.Buffer, acc bool) {
	var old [3]bool
	queries, keys := 0, 0
	for i := range a.seqs {
		if s := &a.seqs[i]; s.Qn > 0 {
			queries, keys = queries+int(s.Qn), keys+int(s.Pos0+s.Qn)
		}
	}
	acc = queries != a.q.data.Shape[0] || keys != a.k.data.Shape[0]
	values := [3]*Value{a.q, a.k, a.v}
	for i, v := range values {
		if v.needs {
			d[i], old[i] = v.target()
			acc = acc || old[i]
		}
	}
	for i, v := range values {
		if acc && v.needs && !old[i] {
			tensor.ZeroOn(v.tape.dev, d[i])
		}
	}
	return d, acc
}

// AttentionCached is [Attention] over keys and values of a cache, whose rows
// seqs names. It has no backward pass: it panics on a tape that records.
func AttentionCached(q *Value, k, v kernels.Buffer, shape kernels.AttentionShape, seqs []kernels.Seq) *Value {
	t := q.tape
	if t.recording {
		panic("autograd: AttentionCached: the tape records; a cache has no gradient")
	}
	rows := q.rows("AttentionCached", shape.Heads*shape.HeadDim)
	o := t.result(false, q.data.Shape...)
	lse := t.mem().AllocDirty(rows, shape.Heads).Buf
	shape.Compute = t.dev.AttentionCompute(shape)
	t.dev.Attention(o.data.Buf, lse, q.data.Buf, k, v, shape, seqs)
	return o
}
