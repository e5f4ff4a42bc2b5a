package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// Param is a tensor that is trained, or held fixed: a weight.
type Param struct {
	Name      string // as in the checkpoint
	Data      *tensor.Tensor
	Grad      *tensor.Tensor // nil until the first gradient arrives
	Trainable bool           // false: no gradient is computed
	Compute   kernels.DType  // of products with a matrix: see kernels.Weight; not to be set between a forward and its backward pass

	weight  kernels.Weight
	dev     kernels.Backend // what weight is laid out for
	current bool            // weight.Packed is a copy of Data as it is

	spare *tensor.Tensor // memory for Grad; see early

	blocks func() *kernels.Blocks // reads a matrix that is kept in blocks; see UseBlocks
}

// NewParam returns a trainable parameter.
func NewParam(name string, data *tensor.Tensor) *Param {
	return &Param{Name: name, Data: data, Trainable: true}
}

// Changed must be called after writing to Data: copies in a backend's own
// layout are made again when they are next used.
func (p *Param) Changed() { p.current = false }

// Weight returns p, of shape [outputs, inputs], as the operand of a linear map
// on dev, packed for it.
func (p *Param) Weight(dev kernels.Backend) *kernels.Weight {
	if p.current && p.dev == dev && p.weight.Raw == p.Data.Buf && p.weight.Compute == p.Compute {
		return &p.weight
	}
	if p.blocks != nil {
		p.packBlocks(dev)
		p.dev, p.current = dev, true
		return &p.weight
	}
	if len(p.Data.Shape) != 2 {
		panic(fmt.Sprintf("autograd: Param.Weight: %s is %v, want a matrix", p.Name, p.Data.Shape))
	}
	if p.dev != dev || p.weight.Raw != p.Data.Buf || p.weight.Compute != p.Compute {
		p.weight = kernels.Weight{Raw: p.Data.Buf, N: p.Data.Shape[0], K: p.Data.Shape[1], Compute: p.Compute}
	}
	dev.Pack(&p.weight)
	p.dev, p.current = dev, true
	return &p.weight
}

// ZeroGrad clears the gradient.
func (p *Param) ZeroGrad() {
	if p.Grad != nil {
		p.Grad.Zero()
	}
}

// ZeroGradOn clears the gradient with all that a device has for it.
func (p *Param) ZeroGradOn(dev kernels.Backend) {
	if p.Grad != nil {
		tensor.ZeroOn(dev, p.Grad.Buf)
	}
}

// wanted returns memory that a kernel adds the gradient to, absent when the
// parameter is held fixed.
func (p *Param) wanted() kernels.Buffer {
	if p == nil || !p.Trainable {
		return kernels.Buffer{}
	}
	if p.InBlocks() {
		panic(fmt.Sprintf("autograd: %s is kept in blocks and cannot be trained: load the model in f32", p.Name))
	}
	if p.Grad == nil {
		p.Grad = p.newGrad()
	}
	return p.Grad.Buf
}

// buf returns the data, absent for a nil parameter.
func (p *Param) buf() kernels.Buffer {
	if p == nil {
		return kernels.Buffer{}
	}
	return p.Data.Buf
}

// matrix returns the sizes of a parameter [N, K].
func (p *Param) matrix(op string) (n, k int) {
	if len(p.Data.Shape) != 2 {
		panic(fmt.Sprintf("autograd: %s: %s is %v, want a matrix", op, p.Name, p.Data.Shape))
	}
	return p.Data.Shape[0], p.Data.Shape[1]
}
