package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

var none kernels.Buffer // an absent operand

// LogProb is the head of a language model and its loss terms in one operation:
// for z = invTemp·x·wᵀ, with x [T, d] and w [V, d],
//
//	logp[t]    = log softmax(z[t])[targets[t]]
//	entropy[t] = −Σ_j p_j·log p_j, in nats        p = softmax(z[t])
//
// both [T]. The logits [T, V] never exist: they are made for some rows at a
// time, and made again in the backward pass. A row's log-probability has the
// bits that sampling saw, because the same kernels compute it from the same row.
// targets must not change before the backward pass.
//
//	backward  dz_j = dlogp·(1{j = target} − p_j) − dentropy·p_j·(log p_j + entropy)
//	          dx += invTemp·dz·w        dw += invTemp·dzᵀ·x
func LogProb(x *Value, w *Param, targets []int32, invTemp float64) (logp, entropy *Value) {
	t := x.tape
	vocab, d := w.matrix("LogProb")
	rows := x.rows("LogProb", d)
	if len(targets) != rows {
		panic(fmt.Sprintf("autograd: LogProb: %d targets for x %v", len(targets), x.data.Shape))
	}
	wantW := t.wants(w)
	needs := t.wantsAny(x) || wantW
	logp, entropy = t.result(needs, rows), t.result(needs, rows)
	lse := t.mem().AllocDirty(rows).Buf

	// each runs f on the logits of one range of rows after the other.
	each := func(f func(logits, x kernels.Buffer, lo, hi int)) {
		mark := t.scratch().Mark()
		step := min(rows, logitRows(vocab))
		logits := t.scratch().AllocDirty(step, vocab).Buf
		for lo := 0; lo < rows; lo += step {
			hi := min(lo+step, rows)
			z, xs := logits.Slice(0, (hi-lo)*vocab), x.data.Buf.Slice(lo*d, hi*d)
			t.dev.Linear(z, xs, w.Weight(t.dev), hi-lo, kernels.Epilogue{})
			f(z, xs, lo, hi)
		}
		t.scratch().Release(mark)
	}

	each(func(z, _ kernels.Buffer, lo, hi int) {
		t.dev.LogProb(logp.data.Buf.Slice(lo, hi), entropy.data.Buf.Slice(lo, hi), lse.Slice(lo, hi),
			z, targets[lo:hi], hi-lo, vocab, invTemp)
	})
	if !needs {
		return logp, entropy
	}
	t.record(func() {
		dlogp, dentropy := logp.gradBuf(), entropy.gradBuf()
		var dx kernels.Buffer
		var acc bool
		if x.needs {
			dx, acc = x.target()
		}
		each(func(z, xs kernels.Buffer, lo, hi int) {
			t.dev.LogProbBackward(z, lse.Slice(lo, hi), entropy.data.Buf.Slice(lo, hi), targets[lo:hi],
				part(dlogp, lo, hi), part(dentropy, lo, hi), hi-lo, vocab, invTemp)
			if wantW {
				t.dev.LinearBackwardW(w.wanted(), none, z, xs, hi-lo, vocab, d, w.Compute)
			}
			if x.needs {
				t.dev.LinearBackwardX(dx.Slice(lo*d, hi*d), z, w.Weight(t.dev), hi-lo, acc)
			}
		})
	}, logp, entropy)
	return logp, entropy
}

// logitRows returns how many rows of logits are made at a time. It depends on
// the vocabulary alone, so that sums over rows have one order.
func logitRows(vocab int) int {
	const elements = 1 << 18 // 1 MiB of float32: about a core's second-level cache
	return min(max(64, elements/max(vocab, 1)&^63), 1024)
}

func part(b kernels.Buffer, lo, hi int) kernels.Buffer {
	if b.IsZero() {
		return b
	}
	return b.Slice(lo, hi)
}
