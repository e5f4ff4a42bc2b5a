package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// head is one use of the map to the vocabulary, logits z = x·wᵀ [rows, vocab],
// by an operation that never holds all of them.
type head struct {
	t              *Tape
	x              *Value
	w              *Param
	targets        []int32
	invTemp        float64
	rows, vocab, d int
	step           int // rows of logits made at a time
	wantX, wantW   bool
}

func newHead(op string, x *Value, w *Param, targets []int32, invTemp float64) head {
	h := head{t: x.tape, x: x, w: w, targets: targets, invTemp: invTemp}
	h.vocab, h.d = w.matrix(op)
	h.rows = x.rows(op, h.d)
	if len(targets) != h.rows {
		panic(fmt.Sprintf("autograd: %s: %d targets for x %v", op, len(targets), x.data.Shape))
	}
	h.step = logitRows(h.rows, h.vocab)
	h.wantX, h.wantW = h.t.wantsAny(x), h.t.wants(w)
	return h
}

// needs reports whether the operation has a backward pass.
func (h *head) needs() bool { return h.wantX || h.wantW }

// logits writes those of rows lo to hi to z.
func (h *head) logits(z kernels.Buffer, lo, hi int) {
	h.t.dev.Linear(z, h.input(lo, hi), h.w.Weight(h.t.dev), hi-lo, kernels.Epilogue{})
}

func (h *head) input(lo, hi int) kernels.Buffer { return h.x.data.Buf.Slice(lo*h.d, hi*h.d) }

// backwardW adds the gradient of w that the logits of rows lo to hi leave.
func (h *head) backwardW(dw, dz kernels.Buffer, lo, hi int) {
	h.t.dev.LinearBackwardW(dw, none, dz, h.input(lo, hi), hi-lo, h.vocab, h.d, h.w.Compute)
}

// backwardX computes the gradient of the rows of x from that of their logits.
func (h *head) backwardX(dx, dz kernels.Buffer, lo, hi int, acc bool) {
	h.t.dev.LinearBackwardX(dx.Slice(lo*h.d, hi*h.d), dz, h.w.Weight(h.t.dev), hi-lo, acc)
}

// logitRows returns how many rows of logits are made at a time: as many as fit
// with the small things of a tape in an eighth of the memory of all, in pieces
// of about the same size. The gradient of w is read and written once for each
// piece, and products of few rows are slow; so it is at least 64 rows, or 1 MiB,
// where that is more than an eighth, and at most 1024, beyond which nothing is
// gained.
func logitRows(rows, vocab int) int {
	const small, elements = 1 << 17, 1 << 18
	if rows == 0 || vocab == 0 {
		return 1
	}
	least := max(64, elements/vocab&^63)
	most := min(max((rows*vocab/8-small)/vocab&^15, least), 1024)
	return evenRows(rows, most, 16)
}

// evenRows returns the size of pieces of about the same size, a multiple of unit,
// of at most so many rows. unit is a power of two.
func evenRows(rows, most, unit int) int {
	pieces := max(1, (rows+most-1)/most)
	return min(most, ((rows+pieces-1)/pieces+unit-1)&^(unit-1))
}
