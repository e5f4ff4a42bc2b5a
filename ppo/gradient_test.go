package ppo

import (
	"context"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/nn"
)

// fixed is a source of made-up episodes.
type fixed []*Episode

func (f fixed) OnPolicy() bool                                    { return false }
func (f fixed) Episodes(context.Context, int) ([]*Episode, error) { return f, nil }

// The gradient of the whole objective (clipped surrogate, entropy bonus, KL
// loss, clipped value loss, through the decoder) agrees with central
// differences in float64, for every aggregation and kind of critic, and however
// the minibatch is cut into pieces.
func TestObjectiveGradient(t *testing.T) {
	dev := ref.New()
	for _, kind := range []string{"shared", "detached", "separate"} {
		for i, a := range aggregations {
			if kind != "shared" && i > 0 {
				continue
			}
			t.Run(kind+" "+string(a), func(t *testing.T) {
				m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: 11, HiddenSize: 8, IntermediateSize: 12, NumHiddenLayers: 2,
					NumAttentionHeads: 2, NumKeyValueHeads: 1, HeadDim: 4, RMSNormEps: 1e-5, RopeTheta: 100, MaxPositionEmbeddings: 32}, kernels.F64)
				if err != nil {
					t.Fatal(err)
				}
				m.Init(7)
				cfg := DefaultConfig()
				cfg.KL, cfg.KLEstimator, cfg.KLCoef, cfg.Entropy, cfg.Temperature = "loss", KL3, .3, .05, .8
				cfg.Aggregate, cfg.Constant = a, 16
				cfg.Critic = CriticConfig{Kind: kind, Hidden: 6, LR: 1e-3, Coef: .7, ValueClip: .2}
				cfg.MicroTokens = []int{4096, 9}[i%2]
				tr, err := NewTrainer(m, dev, cfg, 1)
				if err != nil {
					t.Fatal(err)
				}
				rnd := rng.New(9, "gradient", i)
				for _, p := range tr.Critic.Params() {
					nn.Normal(p, rnd, .4)
				}
				b := madeUp(t, tr, rnd.Float64)
				objective := func() float64 {
					r := &Report{}
					s := tr.minibatch(b, b.all(), 1, r)
					return s.Loss + cfg.KLCoef*r.KLLoss + cfg.Critic.Coef*r.ValueLoss - cfg.Entropy*tr.weightedEntropy(b)
				}
				params := append(nn.List(m, true), tr.Critic.Params()...)
				for _, p := range params {
					p.ZeroGrad()
				}
				objective()
				grads := make([][]float64, len(params))
				for k, p := range params {
					grads[k] = make([]float64, p.Data.Len())
					if p.Grad != nil {
						grads[k] = p.Grad.Floats()
					}
				}
				checked := 0
				for k, p := range params {
					if kind == "detached" && p.Name[:5] == "model" {
						// the value loss does not reach the policy: its differences see it
						// through the critic's input, its gradient must not
						continue
					}
					checked += compareGradient(t, p, grads[k], rnd.IntN, objective)
				}
				if checked < 12 {
					t.Errorf("only %d numbers were compared", checked)
				}
			})
		}
	}
}

// compareGradient compares a few elements of a parameter's gradient.
func compareGradient(t *testing.T, p *autograd.Param, grad []float64, pick func(int) int, objective func() float64) int {
	t.Helper()
	const h = 1e-6
	n := 0
	for range 3 {
		i := pick(p.Data.Len())
		x := p.Data.Buf.At(i)
		at := func(v float64) float64 {
			p.Data.Buf.Set(i, v)
			p.Changed()
			return objective()
		}
		want := (at(x+h) - at(x-h)) / (2 * h)
		at(x)
		if math.Abs(grad[i]-want) > 1e-6*max(1, math.Abs(want)) {
			t.Errorf("%s[%d]: gradient %.9g, difference %.9g", p.Name, i, grad[i], want)
		}
		n++
	}
	return n
}

// weightedEntropy is Σ weight·entropy over all sampled tokens, computed apart.
func (t *Trainer) weightedEntropy(b *Batch) float64 {
	w := t.Config.Aggregate.Weights(b.turns(b.all()), t.Config.Constant)
	sum := 0.0
	for _, piece := range b.micro(b.all(), 1<<20) {
		p := b.pack(piece)
		t.tape.Reset()
		t.tape.NoGrad(func() {
			h := t.Policy.Forward(t.tape, p.ids, p.layout, nil)
			_, ent := t.Policy.LogProbs(autograd.GatherRows(h, p.rows), p.targets, 1/t.Config.Temperature)
			for k, j := range p.entries {
				sum += w[j] * ent.Data().Buf.At(k)
			}
		})
	}
	return sum
}

// madeUp is a batch whose ratios, advantages, values and returns are spread so
// that every branch of the losses occurs.
func madeUp(t *testing.T, tr *Trainer, float func() float64) *Batch {
	t.Helper()
	var list fixed
	for i, turns := range [][]int32{{-1, -1, 0, 0, 0, -1, 1, 1}, {-1, 0, 1, -1}, {-1, -1}, {-1, 0, 0, -1, -1, 1}} {
		e := &Episode{ID: string(rune('a' + i)), Turn: turns}
		for range turns {
			e.Tokens = append(e.Tokens, int32(float()*11))
		}
		list = append(list, e)
	}
	b, err := Pack(list)
	if err != nil {
		t.Fatal(err)
	}
	logp := tr.logProbs(tr.Policy, b)
	value := tr.values(b)
	spread := func(x float64) float64 { return x * (2*float() - 1) }
	for j := range logp {
		b.Old = append(b.Old, logp[j]+spread(1))
		b.Ref = append(b.Ref, logp[j]+spread(1))
		b.Value = append(b.Value, value[j]+spread(.5))
		b.Advantage = append(b.Advantage, spread(2))
		b.Return = append(b.Return, value[j]+spread(1))
	}
	return b
}
