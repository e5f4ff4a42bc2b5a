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
// The gradients wait in the operation for [Tape.Backward], which scales them by
// the gradient of loss and hands them on; a second Backward makes the logits
// again. For dw the operation takes the memory of w.Grad, if that is all zeros or
// none: w.Grad is nil from here to Backward. If it holds something, as when
// gradients of several batches are summed, dw is as much memory again, of the tape.
// So w.Grad can be cleared at any time, and a loss that is not used leaves nothing.
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
		*c = crossEntropy{head: h, loss: loss, logp: logp}
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
	made       bool           // dx and dw are there, for an incoming gradient of 1
	dx         *gradient      // [rows, d], of the tape's memory for gradients: it may outlive a checkpoint
	dw         early          // [vocab, d]
}

func (c *crossEntropy) forward(weights []float64) {
	c.dlogp = c.t.mem().AllocDirty(c.rows).Buf
	for i, weight := range weights {
		c.dlogp.Set(i, -weight)
	}
	var dx, dw kernels.Buffer
	if c.wantX {
		c.t.drop(c.t.newGrad(1)) // that of loss, first: an arena of dx alone would double for it
		c.dx = c.t.newGrad(c.rows * c.d)
		dx = c.dx.buf
	}
	if c.wantW {
		c.dw = c.w.takeGrad(c.t)
		dw = c.dw.Buf
	}
	c.pass(c.dlogp, c.logp.data.Buf, dw, dx, false)
	c.made = true
}

// pass runs over the rows, adds to dw and writes dx, or adds to it. dw or dx may
// be absent.
func (c *crossEntropy) pass(dlogp, logp, dw, dx kernels.Buffer, acc bool) {
	scratch := c.t.scratch()
	defer scratch.Release(scratch.Mark())
	z := scratch.AllocDirty(c.step, c.vocab).Buf
	for lo := 0; lo < c.rows; lo += c.step {
		hi := min(lo+c.step, c.rows)
		dz := z.Slice(0, (hi-lo)*c.vocab)
		c.logits(dz, lo, hi)
		c.t.dev.CrossEntropy(logp.Slice(lo, hi), dz, c.targets[lo:hi], dlogp.Slice(lo, hi), hi-lo, c.vocab, c.invTemp)
		if !dw.IsZero() {
			c.backwardW(dw, dz, lo, hi)
		}
		if !dx.IsZero() {
			c.backwardX(dx, dz, lo, hi, acc)
		}
	}
}

func (c *crossEntropy) back() {
	g := c.loss.grad.buf.At(0)
	if !c.made {
		c.again(g)
		return
	}
	c.made = false
	if c.wantX {
		if g != 1 {
			c.t.dev.Scale(c.dx.buf, g, c.dx.buf.Len())
		}
		c.x.pass(c.dx)
		c.t.drop(c.dx)
	}
	if c.wantW {
		c.w.addEarly(c.t.dev, c.dw, g)
	}
	c.dx, c.dw = nil, early{}
}

// again is a further backward pass.
func (c *crossEntropy) again(g float64) {
	scratch := c.t.scratch()
	defer scratch.Release(scratch.Mark())
	dlogp, logp := scratch.AllocDirty(c.rows).Buf, scratch.AllocDirty(c.rows).Buf
	tensor.Copy(dlogp, c.dlogp)
	c.t.dev.Scale(dlogp, g, c.rows)
	var dx, dw kernels.Buffer
	acc := false
	if c.wantX {
		dx, acc = c.x.target()
	}
	if c.wantW {
		dw = c.w.wanted()
	}
	c.pass(dlogp, logp, dw, dx, acc)
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
