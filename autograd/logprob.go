package autograd

import "github.com/stepgrain/stepgrain/kernels"

var none kernels.Buffer // an absent operand

// LogProb is the head of a language model and its loss terms in one operation:
// for z = invTemp·x·wᵀ, with x [T, d] and w [V, d],
//
//	logp[t]    = log softmax(z[t])[targets[t]]
//	entropy[t] = −Σ_j p_j·log p_j, in nats        p = softmax(z[t])
//
// both [T]. The logits [T, V] do not exist at once, unless they take at most 64
// MiB: they are made for some rows at a time, and made again in the backward
// pass. A row's log-probability has the bits that sampling saw, because the same
// kernels compute it from the same row. targets must not change before the
// backward pass.
//
//	backward  dz_j = dlogp·(1{j = target} − p_j) − dentropy·p_j·(log p_j + entropy)
//	          dx += invTemp·dz·w        dw += invTemp·dzᵀ·x
//
// When dlogp is known beforehand, [CrossEntropy] needs no second set of logits.
func LogProb(x *Value, w *Param, targets []int32, invTemp float64) (logp, entropy *Value) {
	h := newHead("LogProb", x, w, targets, invTemp)
	t := h.t
	logp, entropy = t.result(h.needs(), h.rows), t.result(h.needs(), h.rows)
	if !h.needs() {
		l := logProb{head: h, logp: logp, entropy: entropy, lse: t.mem().AllocDirty(h.rows).Buf}
		l.forward()
		return logp, entropy
	}
	l := slabOf[logProb](t).next()
	*l = logProb{head: h, logp: logp, entropy: entropy, lse: t.mem().AllocDirty(h.rows).Buf}
	if h.rows*h.vocab <= keptLogits {
		l.kept = t.mem().AllocDirty(h.rows, h.vocab).Buf
		l.step = evenRows(h.rows, min(max(64, keptPiece/max(1, h.vocab)&^31), 1024), 32)
	}
	l.forward()
	l.fresh = !l.kept.IsZero()
	t.push(l, logp, []*Value{entropy})
	return logp, entropy
}

// keptLogits is how many logits are kept for the backward pass: making one again
// takes 2·d operations, ten times as long as reading it even from main memory.
const keptLogits = 1 << 24 // 64 MiB of float32

// keptPiece is about how many of them are worked on at a time, so that one step
// finds in the cache what the step before wrote.
const keptPiece = 1 << 20

// logProb is a LogProb, perhaps recorded.
type logProb struct {
	head
	logp, entropy *Value
	lse           kernels.Buffer // [rows]
	kept          kernels.Buffer // [rows, vocab], or none
	fresh         bool           // kept holds the logits
	dx            kernels.Buffer // where the backward pass puts the gradient of x,
	acc           bool           // and whether it adds to it
}

// each makes the logits of some rows at a time, unless they are there, and calls f.
func (l *logProb) each(f func(l *logProb, z kernels.Buffer, lo, hi int)) {
	scratch := l.t.scratch()
	defer scratch.Release(scratch.Mark())
	var chunk kernels.Buffer
	if l.kept.IsZero() {
		chunk = scratch.AllocDirty(l.step, l.vocab).Buf
	}
	for lo := 0; lo < l.rows; lo += l.step {
		hi := min(lo+l.step, l.rows)
		z := part(l.kept, lo*l.vocab, hi*l.vocab)
		if z.IsZero() {
			z = chunk.Slice(0, (hi-lo)*l.vocab)
		}
		if !l.fresh {
			l.logits(z, lo, hi)
		}
		f(l, z, lo, hi)
	}
	l.fresh = false
}

func (l *logProb) forward() {
	l.fresh = false
	l.each(func(l *logProb, z kernels.Buffer, lo, hi int) {
		l.t.dev.LogProb(l.logp.data.Buf.Slice(lo, hi), l.entropy.data.Buf.Slice(lo, hi), l.lse.Slice(lo, hi),
			z, l.targets[lo:hi], hi-lo, l.vocab, l.invTemp)
	})
}

func (l *logProb) back() {
	if l.wantX {
		l.dx, l.acc = l.x.target()
	}
	l.each(func(l *logProb, z kernels.Buffer, lo, hi int) {
		// z becomes its gradient: it is not fresh any more.
		l.t.dev.LogProbBackward(z, l.lse.Slice(lo, hi), l.entropy.data.Buf.Slice(lo, hi), l.targets[lo:hi],
			part(l.logp.gradBuf(), lo, hi), part(l.entropy.gradBuf(), lo, hi), hi-lo, l.vocab, l.invTemp)
		if l.wantW {
			l.backwardW(l.w.wanted(), z, lo, hi)
		}
		if l.wantX {
			l.backwardX(l.dx, z, lo, hi, l.acc)
		}
	})
}

func part(b kernels.Buffer, lo, hi int) kernels.Buffer {
	if b.IsZero() {
		return b
	}
	return b.Slice(lo, hi)
}
