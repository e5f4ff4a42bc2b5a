//go:build !amd64 || purego

package cpu

import (
	"sync/atomic"

	"github.com/stepgrain/stepgrain/kernels"
)

const maxBlock, maxBlock16 = 1, 1

type attentionScratch struct {
	keyTasks []keyTask
	waves    waves
	decoding decoding
	next     atomic.Int64 // of keyTasks
}

// canTile reports whether there are kernels for tiles of attention.
func (t *attn) canTile() bool { return false }

func (t *attn) forwardTiled(w *scratch, s *kernels.Seq, h, q0, q1 int) {
	panic("kernels/cpu: no tiles of attention")
}

func (t *attn) forward16(w *scratch, s *kernels.Seq, h, q0, q1 int) {
	panic("kernels/cpu: no tiles of attention")
}

func (t *attn) backwardTiled(w *scratch, s *kernels.Seq, h, block int, v waves) {
	panic("kernels/cpu: no tiles of attention")
}

func (t *attn) backward16(w *scratch, s *kernels.Seq, h, block int, v waves) {
	panic("kernels/cpu: no tiles of attention")
}
