package sft

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/nn"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
	"github.com/stepgrain/stepgrain/tensor"
)

// The gradient of a step agrees with central differences in float64 of the mean
// −log p of the imitated tokens, however the batch is cut into pieces. The mean
// is computed apart: example by example, from the marks of what is imitated.
func TestGradient(t *testing.T) {
	r := toy.Renderer()
	var batch []*Example
	for i := range 3 {
		e, err := FromTrajectory(r, toy.Demo(i, i == 1), chat.Limits{Tokens: 160}) // one has a turn that is not imitated
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, e)
	}
	for _, micro := range []int{4096, 1} {
		cfg := DefaultConfig()
		cfg.MicroTokens = micro
		tr, err := New(toy.Model(r, kernels.F64, 8, 3), ref.New(), cfg, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		pieces := pack(batch, micro)
		if want := map[int]int{4096: 1, 1: 3}[micro]; len(pieces) != want {
			t.Fatalf("%d pieces, want %d", len(pieces), want)
		}
		n := 0
		for _, p := range pieces {
			n += len(p.rows)
		}
		loss := 0.0
		for _, p := range pieces {
			loss += tr.learn(p, 1/float64(n), false, nil)
		}
		if want := tr.meanNegLogProb(batch); !(math.Abs(loss-want) <= 1e-12*want) {
			t.Errorf("pieces of %d tokens: loss %.15g, want %.15g", micro, loss, want)
		}
		rnd := rng.New(5, "gradient")
		for _, p := range nn.List(tr.Model, true) {
			for range 3 {
				i := rnd.IntN(p.Data.Len())
				want := difference(p, i, func() float64 { return tr.meanNegLogProb(batch) })
				if got := p.Grad.Buf.At(i); !(math.Abs(got-want) <= 1e-7*max(1, math.Abs(want))) {
					t.Errorf("pieces of %d tokens: %s[%d]: gradient %.9g, difference %.9g", micro, p.Name, i, got, want)
				}
			}
		}
	}
}

// meanNegLogProb is the loss by its definition.
func (t *Trainer) meanNegLogProb(batch []*Example) float64 {
	sum, n := 0.0, 0
	for _, e := range batch {
		var rows, targets []int32
		for k, on := range e.Loss {
			if on {
				rows, targets = append(rows, int32(k-1)), append(targets, e.IDs[k])
			}
		}
		t.tape.Reset()
		t.tape.NoGrad(func() {
			h := t.Model.Forward(t.tape, e.IDs, tensor.NewRagged(len(e.IDs)), nil)
			logp, _ := t.Model.LogProbs(autograd.GatherRows(h, rows), targets, 1)
			for _, x := range logp.Data().Floats() {
				sum, n = sum-x, n+1
			}
		})
	}
	return sum / float64(n)
}

// difference is the central difference of f in element i of a parameter.
func difference(p *autograd.Param, i int, f func() float64) float64 {
	const h = 1e-5
	x := p.Data.Buf.At(i)
	at := func(v float64) float64 {
		p.Data.Buf.Set(i, v)
		p.Changed()
		return f()
	}
	d := (at(x+h) - at(x-h)) / (2 * h)
	p.Data.Buf.Set(i, x)
	p.Changed()
	return d
}
