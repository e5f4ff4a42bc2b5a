package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// UseBlocks makes p a matrix [N, K] that is kept in blocks, for inference:
// Data keeps its shape, but has no memory, and no gradient can be computed. read
// is asked for the blocks when they are packed for a backend; what it returns is
// not used afterwards, so that the packed copy is the only one.
func (p *Param) UseBlocks(read func() *kernels.Blocks) {
	p.matrix("UseBlocks")
	p.blocks, p.Trainable, p.Grad = read, false, nil
	p.Data = &tensor.Tensor{Shape: p.Data.Shape}
	p.dev, p.current = nil, false
}

// InBlocks reports whether p is a matrix in blocks, which has no Data.
func (p *Param) InBlocks() bool { return p.blocks != nil }

// packBlocks makes p.weight from what read returns.
func (p *Param) packBlocks(dev kernels.Backend) {
	n, k := p.matrix("Weight")
	p.weight = kernels.Weight{Blocks: p.blocks(), N: n, K: k, Compute: p.Compute}
	dev.Pack(&p.weight)
	p.weight.Blocks = &kernels.Blocks{Format: p.weight.Blocks.Format}
}

// embeddingBlocks looks rows up in a table in blocks. A backend that computes
// with blocks has the method for it.
func embeddingBlocks(dev kernels.Backend, y kernels.Buffer, table *Param, ids []int32) {
	b, ok := dev.(interface {
		EmbeddingBlocks(y kernels.Buffer, w *kernels.Weight, ids []int32)
	})
	if !ok {
		panic(fmt.Sprintf("autograd: Embedding: %s does not read tables in blocks", dev.Name()))
	}
	b.EmbeddingBlocks(y, table.Weight(dev), ids)
}
