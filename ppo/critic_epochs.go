package ppo

import "github.com/stepgrain/stepgrain/autograd"

// moreCritic takes a detached critic over the states of the batch again, for
// the passes that its configuration has beyond the policy's. The decoder is not
// run: the states are those of the first epoch.
func (t *Trainer) moreCritic(b *Batch, r *Report) error {
	if t.Critic.Kind != "detached" || r.EarlyStop {
		return nil
	}
	for epoch := t.Config.Epochs; epoch < t.Config.Critic.Epochs; epoch++ {
		for _, g := range t.groups(b, epoch) {
			for _, mini := range g {
				if err := t.criticStep(b, mini, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *Trainer) criticStep(b *Batch, mini []int, r *Report) error {
	var rows []int32
	var old, target []float64
	for _, i := range mini {
		for j := b.start[i]; j < b.start[i+1]; j++ {
			rows = append(rows, int32(j))
			old, target = append(old, b.Value[j]), append(target, b.Return[j])
		}
	}
	if len(rows) == 0 {
		return nil
	}
	t.tape.Reset()
	v := t.Critic.head.Forward(autograd.GatherRows(t.tape.Constant(t.Critic.states), rows))
	grad := make([]float64, len(rows))
	weight := t.Config.Aggregate.Weights(b.turns(mini), t.Config.Constant)
	t.Config.valueLoss().Evaluate(grad, nil, v.Data().Floats(), old, target, weight)
	multiply(grad, t.Config.Critic.Coef)
	t.tape.Backward(autograd.Seed{V: v, Grad: grad})
	defer t.criticOptimiser.ZeroGrad()
	norm, scale, err := t.clip("critic", t.criticOptimiser.Params())
	if err != nil {
		return err
	}
	t.criticOptimiser.Step(t.Config.Critic.LR, scale)
	r.CriticGradNorm += norm
	r.criticSteps++
	return nil
}
