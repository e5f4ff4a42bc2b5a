package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/tensor"
)

// LoRA is a low-rank adapter of a [Linear]: beside the frozen W it adds
// Scale·B·A, of rank r (Hu et al. 2021). Scale is alpha/r.
//
// Switching Enabled off gives the model that the adapters were added to, which
// is the reference policy of PPO: no second copy of the weights is needed.
type LoRA struct {
	A       *autograd.Param `hf:"lora_A.weight"` // [r, in]
	B       *autograd.Param `hf:"lora_B.weight"` // [out, r]
	Scale   float64
	Enabled bool
}

// AddLoRA attaches a fresh adapter of rank r and freezes W and the bias. A is
// Kaiming-uniform with a = √5, that is uniform in ±1/√in, and B is zero: the
// map is unchanged until the first step.
func (l *Linear) AddLoRA(r int, scale float64, rnd *rand.Rand) {
	if r <= 0 {
		panic(fmt.Sprintf("nn: Linear.AddLoRA: rank %d must be positive", r))
	}
	dt := l.W.Data.Buf.DType
	a := autograd.NewParam(l.W.Name+".lora_A", tensor.New(dt, r, l.In()))
	b := autograd.NewParam(l.W.Name+".lora_B", tensor.New(dt, l.Out(), r))
	a.Trainable, b.Trainable = true, true
	Uniform(a, rnd, 1/math.Sqrt(float64(l.In())))
	l.W.Trainable = false
	if l.Bias != nil {
		l.Bias.Trainable = false
	}
	l.LoRA = &LoRA{A: a, B: b, Scale: scale, Enabled: true}
}

// Merge adds Scale·B·A to W, summed in float64 and rounded once, and drops the
// adapter. Without an adapter it does nothing.
func (l *Linear) Merge() {
	if l.LoRA == nil {
		return
	}
	if l.W.InBlocks() {
		panic(fmt.Sprintf("nn: Linear.Merge: %s is kept in blocks: load the model in f32", l.W.Name))
	}
	w, a, b := l.W.Data.Buf, l.LoRA.A.Data.Buf, l.LoRA.B.Data.Buf
	r, in := l.LoRA.A.Data.Shape[0], l.In()
	row := make([]float64, in)
	for o := range l.Out() {
		clear(row)
		for j := range r {
			s := b.At(o*r + j)
			for i := range row {
				row[i] += s * a.At(j*in+i)
			}
		}
		for i, v := range row {
			w.Set(o*in+i, w.At(o*in+i)+l.LoRA.Scale*v)
		}
	}
	l.W.Changed()
	l.LoRA = nil
}
