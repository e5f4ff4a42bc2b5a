package llama

import (
	"fmt"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/tensor"
)

// CopyTask makes sequences that only copying predicts: a random string of
// tokens, a gap of random tokens, the string again. It warms up the heads of
// [Model.InitCopy] and measures them. The gap varies in length, for a fixed one
// would be learned by position.
type CopyTask struct {
	First, Vocab   int // tokens are drawn from First…Vocab−1, past the special ones
	MinLen, MaxLen int // of the string
	MaxGap         int
}

// NewCopyTask returns the usual task: strings of 8 to 32 tokens, gaps of 0 to 40.
func NewCopyTask(first, vocab int) CopyTask {
	return CopyTask{First: first, Vocab: vocab, MinLen: 8, MaxLen: 32, MaxGap: 40}
}

// CopyBatch is a training batch: rows Rows of the hidden states are to predict
// Targets.
type CopyBatch struct {
	IDs           []int32
	Layout        *tensor.Ragged
	Rows, Targets []int32
}

// Batch draws sequences until they hold at least so many tokens. The targets
// are the tokens of the second copy but its first, which nothing announces.
func (c CopyTask) Batch(rnd *rand.Rand, tokens int) *CopyBatch {
	if c.First < 0 || c.Vocab <= c.First || c.MinLen < 2 || c.MaxLen < c.MinLen || c.MaxGap < 0 {
		panic(fmt.Sprintf("llama: CopyTask.Batch: %+v: out of range", c))
	}
	b := &CopyBatch{}
	draw := func() int32 { return int32(c.First + rnd.IntN(c.Vocab-c.First)) }
	var lengths []int
	for len(b.IDs) < tokens {
		start := len(b.IDs)
		n, gap := c.MinLen+rnd.IntN(c.MaxLen-c.MinLen+1), rnd.IntN(c.MaxGap+1)
		for range n + gap {
			b.IDs = append(b.IDs, draw())
		}
		b.IDs = append(b.IDs, b.IDs[start:start+n]...)
		for row := start + n + gap; row+1 < len(b.IDs); row++ {
			b.Rows = append(b.Rows, int32(row))
			b.Targets = append(b.Targets, b.IDs[row+1])
		}
		lengths = append(lengths, len(b.IDs)-start)
	}
	b.Layout = tensor.NewRagged(lengths...)
	return b
}
