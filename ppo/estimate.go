package ppo

import "github.com/stepgrain/stepgrain/llama"

// behaviour fills what was known when the update starts: old log-probabilities
// and values, kept while sampling or else computed now.
func (t *Trainer) behaviour(b *Batch) {
	stored, valued := t.Config.Old == "stored", true
	for i, e := range b.Episodes {
		if b.start[i] == b.start[i+1] {
			continue
		}
		stored = stored && e.LogProbs != nil
		valued = valued && e.Values != nil
	}
	if stored {
		b.Old = b.gather(func(i int) []float64 { return b.Episodes[i].LogProbs })
	}
	switch {
	case valued:
		b.Value = b.gather(func(i int) []float64 { return b.Episodes[i].Values })
		if !stored {
			b.Old = t.logProbs(t.Policy, b)
		}
	case stored:
		b.Value = t.values(b)
	default:
		b.Old, b.Value = t.both(b, true)
	}
	b.scatter(b.Value, func(i int) []float64 { return b.Rows[i].Value })
	if t.Config.GAE == "include" {
		t.valuesEverywhere(b)
	}
	t.bootstrap(b)
}

// reference fills the log-probabilities under the reference, and the KL that is
// paid for in the reward.
func (t *Trainer) reference(b *Batch, r *Report) {
	if t.Reference == nil {
		return
	}
	t.Reference.with(func(m *llama.Model) { b.Ref = t.logProbs(m, b) })
	k1 := 0.0
	for j := range b.Ref {
		k1 += b.Old[j] - b.Ref[j]
	}
	r.KL = k1 / float64(max(1, len(b.Episodes)))
	if t.Config.KL != "reward" {
		return
	}
	if t.Config.KLEstimator == KLFull {
		b.KL = t.fullKL(b)
	} else {
		k := KLEstimator{Kind: t.Config.KLEstimator, Clamp: 10}
		b.KL = make([]float64, len(b.Ref))
		for j := range b.KL {
			b.KL[j], _ = k.Token(b.Old[j], b.Ref[j])
		}
	}
	paid := make([]float64, len(b.KL))
	for j, kl := range b.KL {
		paid[j] = -t.Controller.Beta * kl
	}
	b.scatter(paid, func(i int) []float64 { return b.Rows[i].KL })
}

// estimate fills advantages and returns, and decides whether the batch says
// anything about the policy.
func (t *Trainer) estimate(b *Batch, r *Report) {
	EstimateRows(t.estimator, b.Rows)
	b.Return = b.gather(func(i int) []float64 { return b.Rows[i].Return })
	r.returns(b)
	r.Dead = Dead(b.Rows, t.Config.DeadStd)
	r.CriticOnly = r.Dead || t.Iteration < t.Config.CriticFirst
	whiten := t.Config.Whiten
	if r.Dead {
		whiten = NoWhiten // there is only the critic's noise to scale
	}
	r.AdvantageMean, r.AdvantageVar = Whiten(b.Rows, whiten)
	b.Advantage = b.gather(func(i int) []float64 { return b.Rows[i].Advantage })
	for i, e := range b.Episodes {
		e.OldLogProbs, e.OldValues = make([]float64, len(e.Turn)), make([]float64, len(e.Turn))
		e.Advantages, e.Returns = b.Rows[i].Advantage, b.Rows[i].Return
		e.record()
	}
	b.scatter(b.Old, func(i int) []float64 { return b.Episodes[i].OldLogProbs })
	b.scatter(b.Value, func(i int) []float64 { return b.Episodes[i].OldValues })
	r.Learned = b.Episodes
}
