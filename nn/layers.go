package nn

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// RMSNorm scales each row to unit root mean square, then by W:
// y = x / √(mean(x²) + Eps) · w. Rows have the length of W: for x [T, heads·hd]
// and W [hd], every head is normalised on its own.
type RMSNorm struct {
	W   *autograd.Param `hf:"weight"` // [d]
	Eps float64
}

// NewRMSNorm returns a norm with weights 1.
func NewRMSNorm(dt kernels.DType, d int, eps float64) *RMSNorm {
	w := autograd.NewParam("weight", tensor.New(dt, d))
	Fill(w, 1)
	return &RMSNorm{W: w, Eps: eps}
}

// Forward normalises x [T, d].
func (n *RMSNorm) Forward(x *autograd.Value) *autograd.Value {
	return autograd.RMSNorm(x, n.W, n.Eps)
}

// Embedding maps token ids to rows of W.
type Embedding struct {
	W *autograd.Param `hf:"weight"` // [V, d]
}

// NewEmbedding returns a table of zeros.
func NewEmbedding(dt kernels.DType, vocab, d int) *Embedding {
	return &Embedding{W: autograd.NewParam("weight", tensor.New(dt, vocab, d))}
}

// Forward returns [len(ids), d].
func (e *Embedding) Forward(t *autograd.Tape, ids []int32) *autograd.Value {
	return autograd.Embedding(t, e.W, ids)
}
