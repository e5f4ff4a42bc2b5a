package ppo

// Report are the figures of one iteration. Fields named seconds and those that
// end in _per_second depend on the clock; nothing else does.
type Report struct {
	Iteration int `json:"iteration"` // from 0
	Episodes  int `json:"episodes"`
	Tokens    int `json:"tokens"`         // of all episodes, prompts and observations too
	Sampled   int `json:"sampled_tokens"` // chosen by the policy

	Return   float64            `json:"return"`     // mean task reward of an episode, KL aside
	Std      float64            `json:"return_std"` // its standard deviation over episodes
	Rewards  map[string]float64 `json:"rewards"`    // the same by component
	Pass     float64            `json:"pass"`       // share of episodes solved
	Calls    float64            `json:"calls"`      // mean number of calls
	Invalid  float64            `json:"invalid"`    // share of calls that are malformed, to an unknown function or with wrong arguments
	Failed   float64            `json:"failed"`     // share of calls answered by an error, these and all others
	Cut      int                `json:"truncated"`  // episodes that the context was too short for
	Steps    float64            `json:"steps"`      // mean number of steps
	KL       float64            `json:"kl"`         // mean over episodes of Σ (ℓ − ℓ_ref)
	Beta     float64            `json:"kl_coef"`
	KLLoss   float64            `json:"kl_loss,omitempty"`
	KLReward float64            `json:"kl_reward"` // mean over episodes of what was paid for KL

	AdvantageMean float64 `json:"advantage_mean"` // before whitening
	AdvantageVar  float64 `json:"advantage_var"`
	Explained     float64 `json:"explained_variance"` // of the returns by the values that the update starts from

	PolicyLoss float64 `json:"policy_loss"` // means over the minibatches of all epochs
	ValueLoss  float64 `json:"value_loss"`
	ClipFrac   float64 `json:"clip_fraction"`
	DualFrac   float64 `json:"dual_clip_fraction"`
	ValueClip  float64 `json:"value_clip_fraction"`
	PolicyKL   float64 `json:"policy_kl"` // mean ℓ_old − ℓ
	ApproxKL   float64 `json:"approx_kl"` // mean ½(ℓ − ℓ_old)²
	RatioMax   float64 `json:"ratio_max"`

	Entropy       float64 `json:"entropy"` // nats per sampled token, in the first epoch
	EntropyTool   float64 `json:"entropy_tool"`
	EntropyArgs   float64 `json:"entropy_arguments"`
	EntropyAnswer float64 `json:"entropy_answer"`

	LR             float64 `json:"lr"`
	Updates        int     `json:"updates"`   // optimiser steps of the policy
	GradNorm       float64 `json:"grad_norm"` // before clipping, mean over steps
	CriticGradNorm float64 `json:"critic_grad_norm"`

	Dead         bool `json:"dead"`        // the returns of all episodes are the same
	CriticOnly   bool `json:"critic_only"` // the policy was left alone
	EarlyStop    bool `json:"early_stop"`
	SkippedSteps int  `json:"skipped_steps"` // by the ratio guard

	RatioChecks     int `json:"ratio_checks"`     // tokens of the first minibatch
	RatioViolations int `json:"ratio_violations"` // … whose ratio was not exactly 1

	Seconds        float64 `json:"seconds"`
	RolloutSeconds float64 `json:"-"`
	TrainSeconds   float64 `json:"-"`
	RolloutRate    float64 `json:"rollout_tokens_per_second"` // tokens of the episodes
	TrainRate      float64 `json:"train_tokens_per_second"`   // tokens of the episodes, times the epochs that ran

	// Learned are the episodes, with what the update started from and aimed at.
	Learned []*Episode `json:"-"`

	onPolicy    bool
	minibatches int
	criticSteps int
	epochs      int
	role        [4]struct{ sum, n float64 }
}

// returns fills what the episodes and the estimate say.
func (r *Report) returns(b *Batch) {
	n := float64(max(1, len(b.Episodes)))
	r.Episodes, r.Tokens, r.Sampled = len(b.Episodes), b.Tokens(), b.Sampled()
	r.Rewards = map[string]float64{}
	var totals []float64
	calls, invalid, failed := 0, 0, 0
	for i, e := range b.Episodes {
		total := 0.0
		for t, x := range b.Rows[i].Task {
			total += x
			r.KLReward += b.Rows[i].KL[t] / n
		}
		totals = append(totals, total)
		for _, p := range e.Parts {
			r.Rewards[p.Name] += p.Value / n
		}
		r.Pass += indicator(e.Solved) / n
		r.Cut += int(indicator(e.Truncated))
		calls, invalid, failed = calls+e.Calls.All, invalid+e.Calls.Invalid, failed+e.Calls.Failed
		r.Steps += float64(b.Rows[i].Turns()) / n
	}
	r.Calls = float64(calls) / n
	r.Invalid, r.Failed = float64(invalid)/float64(max(1, calls)), float64(failed)/float64(max(1, calls))
	r.Return, r.Std = Mean(totals), std(totals)
	errors := 0.0
	for j, v := range b.Value {
		errors += (v - b.Return[j]) * (v - b.Return[j])
	}
	r.Explained = ExplainedVariance(errors/float64(max(1, len(b.Value))), Variance(b.Return))
}

// firstRatios counts the tokens of the first minibatch of an iteration, before
// any step: what was sampled is what is trained, so their ratio is exactly 1.
func (r *Report) firstRatios(s PolicyStats) {
	if r.minibatches > 0 || !r.onPolicy {
		return
	}
	r.RatioChecks += s.Tokens
	r.RatioViolations += s.NotOne
}

// entropies adds the entropies of a piece, by role, in the first epoch.
func (r *Report) entropies(b *Batch, p *packed, ent []float64) {
	if r.epochs > 0 {
		return
	}
	episode := 0
	for k, j := range p.entries {
		for j < b.start[episode] || j >= b.start[episode+1] {
			episode = (episode + 1) % len(b.Episodes)
		}
		role := Layout
		if roles := b.Episodes[episode].Role; roles != nil {
			role = roles[b.token[j]]
		}
		r.role[role].sum += ent[k]
		r.role[role].n++
	}
}

// minibatch adds the figures of a minibatch.
func (r *Report) minibatch(p PolicyStats, v ValueStats) {
	r.minibatches++
	r.PolicyLoss += p.Loss
	r.ClipFrac += p.ClipFraction
	r.DualFrac += p.DualClipFraction
	r.PolicyKL += p.KL
	r.ApproxKL += p.KLSquared
	r.RatioMax = max(r.RatioMax, p.RatioMax)
	r.ValueLoss += v.Loss
	r.ValueClip += v.ClipFraction
}

// finish turns sums into means.
func (r *Report) finish() {
	for _, x := range []*float64{&r.PolicyLoss, &r.ClipFrac, &r.DualFrac, &r.PolicyKL, &r.ApproxKL, &r.ValueLoss, &r.ValueClip, &r.KLLoss} {
		*x /= float64(max(1, r.minibatches))
	}
	r.GradNorm /= float64(max(1, r.Updates))
	r.CriticGradNorm /= float64(max(1, r.criticSteps))
	mean := func(roles ...Role) float64 {
		sum, n := 0.0, 0.0
		for _, k := range roles {
			sum, n = sum+r.role[k].sum, n+r.role[k].n
		}
		return sum / max(1, n)
	}
	r.Entropy = mean(Layout, ToolName, Arguments, Answer)
	r.EntropyTool, r.EntropyArgs, r.EntropyAnswer = mean(ToolName), mean(Arguments), mean(Answer)
	if r.RolloutSeconds > 0 {
		r.RolloutRate = float64(r.Tokens) / r.RolloutSeconds
	}
	if r.TrainSeconds > 0 {
		r.TrainRate = float64(r.Tokens*r.epochs) / r.TrainSeconds
	}
	r.Seconds = r.RolloutSeconds + r.TrainSeconds
}
