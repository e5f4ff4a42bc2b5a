package benchmodel

import (
	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/tensor"
)

// TrainStep is a step of language modelling: a batch of 8 sequences of 256
// tokens, each of which predicts the next; forward, backward, AdamW.
type TrainStep struct {
	Model  *llama.Model
	Tokens int     // of one step
	Flops  float64 // of one step: 6 for each weight of a product and token, and those of causal attention
	Loss   float64 // mean over the tokens, of the last step

	tape    *autograd.Tape
	opt     *optim.AdamW
	batch   *tensor.Ragged
	ids     []int32
	targets []int32
	weights []float64 // 1/T for each token
	one     [1]float64
}

// NewTrainStep returns the step of [Small] with a vocabulary, products formed in
// compute.
func NewTrainStep(dev kernels.Backend, vocab int, compute kernels.DType) (*TrainStep, error) {
	const seqs, length = 8, 256
	m, err := New(Small(vocab), compute)
	if err != nil {
		return nil, err
	}
	s := &TrainStep{Model: m, Tokens: seqs * length, tape: autograd.NewTape(dev, kernels.F32)}
	s.opt = optim.NewAdamW(dev, nn.List(m, true), 0.9, 0.999, 1e-8, 0.01)
	rnd := rng.New(1, "benchmodel")
	var lengths []int
	for range seqs {
		lengths = append(lengths, length)
		for range length {
			s.ids, s.targets = append(s.ids, int32(rnd.IntN(vocab))), append(s.targets, int32(rnd.IntN(vocab)))
			s.weights = append(s.weights, 1/float64(s.Tokens))
		}
	}
	s.one[0] = 1
	s.batch = tensor.NewRagged(lengths...)
	s.Flops = 6*float64(s.Tokens)*weights(m) + attentionFlops(m.Config, lengths)
	return s, nil
}

// Step takes one step.
func (s *TrainStep) Step() {
	s.tape.Reset()
	h := s.Model.Forward(s.tape, s.ids, s.batch, nil)
	loss, _ := autograd.CrossEntropy(h, s.Model.HeadParam(), s.targets, s.weights, 1)
	s.Loss = loss.Data().Buf.At(0)
	s.tape.Backward(autograd.Seed{V: loss, Grad: s.one[:]})
	s.opt.Step(1e-3, 1)
	s.opt.ZeroGrad()
}

// weights counts the numbers of all matrices that rows are multiplied with; the
// tied embedding is one, as head.
func weights(m *llama.Model) float64 {
	n := 0
	for _, p := range nn.Params(m) {
		if len(p.Data.Shape) == 2 {
			n += p.Data.Len()
		}
	}
	return float64(n)
}

// attentionFlops are those of forward and backward: three times two products of
// half a square for each head.
func attentionFlops(c llama.Config, lengths []int) float64 {
	n := 0.0
	for _, l := range lengths {
		n += float64(l) * float64(l) / 2
	}
	return 12 * float64(c.NumHiddenLayers) * float64(c.QDim()) * n
}
