package released

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/nn/optim"
	"github.com/stepgrain/stepgrain/ppo"
)

// trainer carries a replay from batch to batch.
type trainer struct {
	run        *Run
	policy     *policy
	dev        kernels.Backend
	adam       *optim.AdamW
	controller ppo.KLController
}

func newTrainer(run *Run, p *policy, dev kernels.Backend) *trainer {
	t := &trainer{run: run, policy: p, dev: dev, controller: ppo.KLController{Beta: run.PPO.InitKLCoef}}
	if run.PPO.Adaptive {
		t.controller.Target, t.controller.Horizon = run.PPO.Target, run.PPO.Horizon
	}
	a := run.Adam
	t.adam = optim.NewAdamWGroups(dev, a.Betas[0], a.Betas[1], a.Eps, optim.Group{Params: p.trained, WeightDecay: a.WeightDecay, LRScale: 1})
	return t
}

// batch is the arrays of one batch, [rows][L−1].
type batch struct {
	ids  [][]int32
	mask [][]bool

	old, ref, values, kl, rewards  [][]float64
	raw, advantages, returns       [][]float64
	minibatchLogp, minibatchValues [][][]float64 // [minibatch][row][L−1]
	firstGrad                      map[string][]float64
}

// step is the released trainer's step on one batch. It fills in what it
// computes.
func (t *trainer) step(info *Batch) (*batch, error) {
	s, n := &t.run.PPO, info.Length-1
	b := &batch{}
	for _, number := range info.Rows {
		row := t.run.row(number)
		b.ids = append(b.ids, append(append([]int32(nil), row.Query...), row.Response...))
		b.mask = append(b.mask, row.mask(n))
	}
	b.old, b.values = t.policy.read(b.ids, n)
	t.policy.model.SetAdapters(false)
	b.ref, _ = t.policy.read(b.ids, n)
	t.policy.model.SetAdapters(true)

	info.KLCoefBefore = t.controller.Beta
	for i, number := range info.Rows {
		kl, rewards := t.rewards(b.mask[i], b.old[i], b.ref[i], t.run.row(number).Scores)
		adv, ret := Advantages(b.mask[i], b.values[i], rewards, s.Gamma, s.Lambda)
		b.kl, b.rewards = append(b.kl, kl), append(b.rewards, rewards)
		b.raw, b.returns = append(b.raw, adv), append(b.returns, ret)
	}
	b.advantages = whiten(b.raw, b.mask)

	info.GradNorms, info.Minibatches, info.AdamSteps = nil, nil, 0
	count := 0
	for _, permutation := range info.Permutations {
		for _, mini := range s.minibatches(permutation) {
			adam := s.Steps(count, info.LastOfLoader)
			info.Minibatches = append(info.Minibatches, t.minibatch(b, mini, adam))
			if adam {
				if err := t.adamStep(info, b); err != nil {
					return nil, err
				}
			}
			count++
		}
	}
	mean := 0.0
	for i := range b.kl {
		mean += sum(under(b.kl[i:i+1], b.mask[i:i+1])) / float64(len(b.kl))
	}
	t.controller.Update(mean, s.BatchSize)
	info.KLCoefAfter = t.controller.Beta
	info.Stats = t.stats(info, b)
	return b, nil
}

// mask returns the action mask of a row's positions.
func (r *Row) mask(n int) []bool {
	var tokens []bool
	for k, run := range r.MaskRuns {
		for range run {
			tokens = append(tokens, k%2 == 1)
		}
	}
	mask := make([]bool, n)
	copy(mask, tokens[1:])
	return mask
}

// rewards returns the divergence and the reward of every position: −β·KL
// everywhere, and the weighted scores where actions end.
func (t *trainer) rewards(mask []bool, old, ref, scores []float64) (kl, rewards []float64) {
	kind := map[string]ppo.KLKind{"kl": ppo.KL1, "abs": ppo.KLAbs, "mse": ppo.KL2}[t.run.PPO.KLPenalty]
	turn := make([]int32, len(mask))
	for p, m := range mask {
		if !m {
			turn[p] = -1
		}
	}
	row := ppo.NewRow(turn)
	ppo.PlaceRuns(row, scores, ppo.Released)
	kl = make([]float64, len(mask))
	for p := range mask {
		kl[p], _ = ppo.KLEstimator{Kind: kind}.Token(old[p], ref[p])
		row.Task[p] += -t.controller.Beta * kl[p]
	}
	return kl, row.Task
}

// minibatch is one forward and backward pass: the loss pg + vf_coef·vf, each a
// mean over the action tokens of the minibatch, divided by the number of
// accumulated minibatches whether or not so many are accumulated.
func (t *trainer) minibatch(b *batch, rows []int, adam bool) map[string]any {
	s := &t.run.PPO
	var ids [][]int32
	for _, i := range rows {
		ids = append(ids, b.ids[i])
	}
	lv, ev, vv := t.policy.forward(ids)
	flat := [3][]float64{lv.Data().Floats(), ev.Data().Floats(), vv.Data().Floats()}
	var m tokens
	at, row := 0, make([]int, 0, len(flat[0])) // where each token under the mask stands in flat
	var logps, values [][]float64
	for _, i := range rows {
		k := len(b.ids[i]) - 1
		logps = append(logps, pad(append([]float64(nil), flat[0][at:at+k]...), len(b.mask[i])))
		values = append(values, pad(append([]float64(nil), flat[2][at:at+k]...), len(b.mask[i])))
		for p := range k {
			if b.mask[i][p] {
				row = append(row, at+p)
				m.add(b, i, p, flat[0][at+p], flat[1][at+p], flat[2][at+p])
			}
		}
		at += k
	}
	b.minibatchLogp = append(b.minibatchLogp, logps)
	b.minibatchValues = append(b.minibatchValues, values)

	weight := make([]float64, len(row))
	for j := range weight {
		weight[j] = 1 / float64(len(row))
	}
	gl, gv := make([]float64, len(row)), make([]float64, len(row))
	loss := ppo.PolicyLoss{ClipLow: s.ClipRange, ClipHigh: s.ClipRange, MaxRatio: s.RatioThreshold}
	ps := loss.Evaluate(gl, nil, m.logp, m.old, m.advantage, weight, nil)
	vs := ppo.ValueLoss{Clip: s.ClipRangeValue}.Evaluate(gv, nil, m.value, m.oldValue, m.ret, weight)
	if ps.Skipped {
		vs.Loss = 0
		clear(gv)
	}
	seedL, seedV := make([]float64, len(flat[0])), make([]float64, len(flat[0]))
	for j, k := range row {
		seedL[k] = gl[j] / float64(s.Accumulation)
		seedV[k] = s.VFCoef * gv[j] / float64(s.Accumulation)
	}
	t.policy.tape.Backward(autograd.Seed{V: lv, Grad: seedL}, autograd.Seed{V: vv, Grad: seedV})
	return m.stats(rows, adam, ps, vs, s.VFCoef)
}

// adamStep records the gradients and moves the weights.
func (t *trainer) adamStep(info *Batch, b *batch) error {
	limit := 0.0
	if t.run.PPO.MaxGradNorm != nil {
		limit = *t.run.PPO.MaxGradNorm
	}
	norm, scale := optim.ClipGradNorm(t.dev, t.policy.trained, limit)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return fmt.Errorf("released: Adam step %d of a batch: the norm of the gradient is %g", info.AdamSteps+1, norm)
	}
	info.GradNorms = append(info.GradNorms, t.gradNorms(scale))
	if b.firstGrad == nil {
		b.firstGrad = map[string][]float64{}
		for _, q := range t.policy.trained {
			g := make([]float64, q.Data.Len())
			if q.Grad != nil {
				g = q.Grad.Floats()
			}
			multiply(g, scale)
			b.firstGrad[t.policy.names[q]] = g
		}
	}
	t.adam.Step(t.run.Adam.LR, scale)
	t.adam.ZeroGrad()
	info.AdamSteps++
	return nil
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

func multiply(x []float64, s float64) {
	for i := range x {
		x[i] *= s
	}
}
