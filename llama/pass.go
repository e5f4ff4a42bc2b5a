package llama

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/tensor"
)

// pass is what the layers of one forward pass share.
type pass struct {
	model *Model
	batch *tensor.Ragged
	cache *KVCache // nil in training
	rope  *autograd.RoPETable
	layer int
	rows  []int32 // those whose last hidden states are wanted; nil for all
}

// narrow keeps the wanted rows of a value of the last layer, whose later parts
// look at each row alone.
func (p *pass) narrow(x *autograd.Value) *autograd.Value {
	if p.rows == nil || p.layer < len(p.model.Layers)-1 {
		return x
	}
	return autograd.GatherRows(x, p.rows)
}

// Point names a value inside the forward pass for [Model.Probe].
type Point int

// The points, in the order in which a layer computes them. Heads lie side by
// side in a row.
const (
	AttnNorm    Point = iota // [T, d] input of the attention
	QueryRoPE                // [T, heads·headDim] after q_norm and RoPE
	KeyRoPE                  // [T, kvHeads·headDim] after k_norm and RoPE
	Value                    // [T, kvHeads·headDim]
	AttnContext              // [T, heads·headDim] before the output projection
	AttnOut                  // [T, d]
	MLPNorm                  // [T, d] input of the MLP
	MLPOut                   // [T, d]

	// Residual is the stream [T, d] after a layer. Layer −1 is the embedding,
	// layer L what the last norm made of it.
	Residual
)

// add returns residual + l(x). Only where somebody looks at l(x) does that exist
// by itself.
func (p *pass) add(point Point, l *nn.Linear, x, residual *autograd.Value) *autograd.Value {
	if p.model.Probe == nil {
		return l.ForwardAdd(x, residual)
	}
	return autograd.Add(residual, p.show(p.layer, point, l.Forward(x)))
}

func (p *pass) show(layer int, point Point, v *autograd.Value) *autograd.Value {
	if p.model.Probe != nil {
		p.model.Probe(layer, point, v)
	}
	return v
}
