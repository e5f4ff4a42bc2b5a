package cpu

import (
	"sync/atomic"

	"github.com/stepgrain/stepgrain/kernels"
)

// A query adds the gradients from its chunks of keys in ascending order, yet
// the keys of one sequence and key head can be in work at the same time, in
// blocks of a few chunks: each stays behind the one before it, like the crests
// of a wave. Tasks are numbered by ascending block, so that whoever waits, waits
// for a task already begun.

// progress is how many rows of the group (head after head) a block has passed.
type progress struct {
	rows atomic.Int64
	_    [56]byte // another worker's is on another line
}

// waves holds the progress of the blocks of one sequence and key head; empty
// when they run one after the other.
type waves []progress

// keyTask is one block of chunks of a sequence and key head; first is where the
// progress of block 0 stands.
type keyTask struct{ seq, head, block, first int32 }

// keyTasks lists them: block 0 of all, which the most queries see, then block 1, …
func (t *attn) keyTasks(list []keyTask) []keyTask {
	list = list[:0]
	for c, more := int32(0), true; more; c++ {
		more = false
		first := int32(0)
		for i := range t.seqs {
			n := t.keyBlocks(&t.seqs[i])
			for h := range int32(t.KVHeads) {
				if c < n {
					list = append(list, keyTask{int32(i), h, c, first})
					more = true
				}
				first += n
			}
		}
	}
	return list
}

// keyBlocks returns how many blocks of t.block chunks the queries of s see.
func (t *attn) keyBlocks(s *kernels.Seq) int32 {
	if s.Qn == 0 {
		return 0
	}
	size := int32(t.block * chunk)
	return (s.Pos0 + s.Qn + size - 1) / size
}
