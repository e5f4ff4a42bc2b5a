package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// CrossEntropy is the head of a language model and the loss
//
//	loss = Σ_t −weights[t]·logp[t]        logp[t] = log softmax(z[t])[targets[t]]
//
// in one operation, for z = invTemp·x·wᵀ, x [T, d], w [V, d] and weights that are
// known beforehand: imitation, not reinforcement, which weighs by what logp is
// ([LogProb]). loss is [1]; logp, [T], is for reading and has no gradient.
//
// As the weights are known, so is the gradient of the logits as soon as they
// are there: the forward pass makes, for an eighth of the rows at a time, the
// logits, their gradient in their place, and from it
//
//	dz = invTemp·weights[t]·(p − 1{j = target})        dx = dz·w        dw += dzᵀ·x
//
// which is 6·T·d·V multiplications and additions where a backward pass that
// makes the logits again needs 8. Not more than an eighth of [T, V] is ever in
// memory (or 64 rows, or 1 MiB).
//
// The price: w.Grad receives its share when CrossEntropy is called, in advance,
// for a loss that enters what is minimised with the factor 1. So gradients must
// be cleared before, not between this and [Tape.Backward], and Backward must
// follow. If the gradient that arrives is g and not 1, dx is scaled, and (g−1)·dw
// computed from the logits again. A tape that does not record leaves w.Grad alone.
// targets must not change before the backward pass.
func CrossEntropy(x *Value, w *Param, targets []int32, weights []float64, invTemp float64) (loss, logp *Value) {
	h := newHead("CrossEntropy", x, w, targets, invTemp)
	t := h.t
	if len(weights) != h.rows {
		panic(fmt.Sprintf("autograd: CrossEntropy: %d weights for x %v", len(weights), x.data.Shape))
	}
	loss, logp = t.result(h.needs(), 1), t.result(false, h.rows)
	if h.needs() {
		c := slabOf[crossEntropy](t).next()
		*c = crossEntropy{head: h, loss: loss, logp: logp, ahead: 1}
		c.forward(weights)
		t.push(c, loss, nil)
	} else {
		h.logProbs(logp.data.Buf)
	}
	sum := 0.0
	for i, weight := range weights {
		sum -= weight * logp.data.Buf.At(i)
	}
	loss.data.Buf.Set(0, sum)
	return loss, logp
}

// crossEntropy is a recorded CrossEntropy.
type crossEntropy struct {
	head
	loss, logp *Value
	dlogp      kernels.Buffer // [rows] −weights
	dx         kernels.Buffer // [rows, d] for an incoming gradient of 1
	dxGrad     gradient       // dx as the gradient of x
	ahead      float64        // the incoming gradient that w.Grad has been given for
}

func (c *crossEntropy) forward(weights []float64) {
	mem := c.t.mem()
	c.dlogp = mem.AllocDirty(c.rows).Buf
	for i, weight := range weights {
		c.dlogp.Set(i, -weight)
	}
	if c.wantX {
		c.dx = mem.AllocDirty(c.rows, c.d).Buf
		c.dxGrad = gradient{buf: c.dx, mem: c.dx, refs: 1} // ours: it never becomes free
	}
	c.pass(c.dlogp, c.logp.data.Buf, c.dx)
}

// pass runs over the rows and gives w.Grad its gradient, and dx if it is there.
func (c *crossEntropy) pass(dlogp, logp, dx kernels.Buffer) {
	scratch := c.t.scratch()
	defer scratch.Release(scratch.Mark())
	z := scratch.AllocDirty(c.step, c.vocab).Buf
	for lo := 0; lo < c.rows; lo += c.step {
		hi := min(lo+c.step, c.rows)
		dz := z.Slice(0, (hi-lo)*c.vocab)
		c.logits(dz, lo, hi)
		c.t.dev.CrossEntropy(logp.Slice(lo, hi), dz, c.targets[lo:hi], dlogp.Slice(lo, hi), hi-lo, c.vocab, c.invTemp)
		if c.wantW {
			c.backwardW(dz, lo, hi)
		}
		if !dx.IsZero() {
			c.backwardX(dx, dz, lo, hi, false)
		}
	}
}

func (c *crossEntropy) back() {
	g := c.loss.grad.buf.At(0)
	if c.wantX && g == 1 {
		c.x.pass(&c.dxGrad)
	} else if c.wantX {
		dx := c.x.wanted()
		c.t.dev.AddScaled(dx, c.dx, g, dx.Len())
	}
	if rest := g - c.ahead; c.wantW && rest != 0 {
		scratch := c.t.scratch()
		defer scratch.Release(scratch.Mark())
		dlogp, logp := scratch.AllocDirty(c.rows).Buf, scratch.AllocDirty(c.rows).Buf
		tensor.Copy(dlogp, c.dlogp)
		c.t.dev.Scale(dlogp, rest, c.rows)
		c.pass(dlogp, logp, none)
	}
	c.ahead = 0 // another backward pass brings all of it
}

// logProbs is the forward pass without gradients.
func (h *head) logProbs(logp kernels.Buffer) {
	scratch := h.t.scratch()
	defer scratch.Release(scratch.Mark())
	lse, z := scratch.AllocDirty(h.step).Buf, scratch.AllocDirty(h.step, h.vocab).Buf
	for lo := 0; lo < h.rows; lo += h.step {
		hi := min(lo+h.step, h.rows)
		h.logits(z, lo, hi)
		h.t.dev.LogProb(logp.Slice(lo, hi), none, lse, z, h.targets[lo:hi], hi-lo, h.vocab, h.invTemp)
	}
}
