package released

import "fmt"

// Settings are TRL's PPOConfig as far as the released trainer uses it.
type Settings struct {
	Seed           int      `json:"seed"`
	LearningRate   float64  `json:"learning_rate"`
	BatchSize      int      `json:"batch_size"`
	MiniBatchSize  int      `json:"mini_batch_size"`
	Accumulation   int      `json:"gradient_accumulation_steps"`
	BackwardSize   int      `json:"backward_batch_size"`
	Epochs         int      `json:"ppo_epochs"`
	Adaptive       bool     `json:"adap_kl_ctrl"`
	InitKLCoef     float64  `json:"init_kl_coef"`
	KLPenalty      string   `json:"kl_penalty"`
	Target         float64  `json:"target"`
	Horizon        float64  `json:"horizon"`
	Gamma          float64  `json:"gamma"`
	Lambda         float64  `json:"lam"`
	ClipRange      float64  `json:"cliprange"`
	ClipRangeValue float64  `json:"cliprange_value"`
	VFCoef         float64  `json:"vf_coef"`
	RatioThreshold float64  `json:"ratio_threshold"`
	MaxGradNorm    *float64 `json:"max_grad_norm"`
	EarlyStopping  bool     `json:"early_stopping"`
	WhitenRewards  bool     `json:"whiten_rewards"`
	ScoreScaling   bool     `json:"use_score_scaling"`
	ScoreNorm      bool     `json:"use_score_norm"`
	ScoreClip      *float64 `json:"score_clip"`
}

// check refuses what the released configurations leave off and this package
// does not have.
func (s *Settings) check() error {
	switch {
	case s.BatchSize < 1 || s.MiniBatchSize < 1 || s.Accumulation < 1 || s.Epochs < 1:
		return fmt.Errorf("batch_size %d, mini_batch_size %d, gradient_accumulation_steps %d, ppo_epochs %d: all must be positive", s.BatchSize, s.MiniBatchSize, s.Accumulation, s.Epochs)
	case s.BatchSize%s.MiniBatchSize != 0:
		return fmt.Errorf("batch_size %d is not a multiple of mini_batch_size %d", s.BatchSize, s.MiniBatchSize)
	case s.KLPenalty != "kl" && s.KLPenalty != "abs" && s.KLPenalty != "mse":
		return fmt.Errorf("kl_penalty %q is not supported (kl, abs, mse)", s.KLPenalty)
	case s.EarlyStopping, s.WhitenRewards, s.ScoreScaling, s.ScoreNorm, s.ScoreClip != nil:
		return fmt.Errorf("early_stopping, whiten_rewards, use_score_scaling, use_score_norm and score_clip are not supported; the released configurations leave them off")
	}
	return nil
}

// Steps reports whether an Adam step follows minibatch n (from 0) of a run of
// minibatches: after every Accumulation of them, but after each in the last
// batch of a pass over the data, where accelerate 0.33 synchronises always.
func (s *Settings) Steps(n int, lastOfLoader bool) bool {
	return lastOfLoader || (n+1)%s.Accumulation == 0
}

// minibatches cuts a permutation of the batch into minibatches.
func (s *Settings) minibatches(permutation []int) [][]int {
	var out [][]int
	for i := 0; i+s.MiniBatchSize <= len(permutation); i += s.MiniBatchSize {
		out = append(out, permutation[i:i+s.MiniBatchSize])
	}
	return out
}
