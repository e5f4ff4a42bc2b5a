package autograd

import (
	"fmt"

	"github.com/stepgrain/stepgrain/tensor"
)

// Value is a tensor on a [Tape].
type Value struct {
	tape  *Tape
	data  *tensor.Tensor
	grad  *gradient
	needs bool // its gradient is wanted
	keep  bool // its gradient stays after the backward pass
}

// Data returns the elements. They belong to the tape: valid until [Tape.Reset].
func (v *Value) Data() *tensor.Tensor { return v.data }

// Shape returns the shape of the data.
func (v *Value) Shape() []int { return v.data.Shape }

// Tape returns the tape that the value belongs to.
func (v *Value) Tape() *Tape { return v.tape }

// NeedsGrad reports whether the backward pass computes a gradient for v.
func (v *Value) NeedsGrad() bool { return v.needs }

// RetainGrad keeps the gradient of v after the backward pass. A second
// [Tape.Backward] adds to it and sends all of it on, the first pass's part
// included.
func (v *Value) RetainGrad() { v.keep = true }

// Grad returns ∂loss/∂v after [Tape.Backward] for inputs and values with
// [Value.RetainGrad], and nil when there is none.
func (v *Value) Grad() *tensor.Tensor {
	if v.grad == nil {
		return nil
	}
	return tensor.Wrap(v.grad.buf, v.data.Shape...)
}

// Detach returns the same data as a constant: no gradient flows through it.
func (v *Value) Detach() *Value { return v.tape.Constant(v.data) }

// rows checks that v is a matrix with d columns and returns its rows.
func (v *Value) rows(op string, d int) int {
	if len(v.data.Shape) != 2 || v.data.Shape[1] != d {
		panic(fmt.Sprintf("autograd: %s: x is %v, want [T %d]", op, v.data.Shape, d))
	}
	return v.data.Shape[0]
}

func sameTape(op string, a *Value, others ...*Value) *Tape {
	for _, b := range others {
		if b.tape != a.tape {
			panic("autograd: " + op + ": the values are on different tapes")
		}
	}
	return a.tape
}
