package released

import (
	"fmt"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// Configuration returns the released settings of a model type: "toolllama",
// "qwen2" or "llama3-1".
func Configuration(modelType string) (Settings, PEFT, error) {
	s := Settings{LearningRate: 1e-5, BatchSize: 8, MiniBatchSize: 2, Accumulation: 4, BackwardSize: 8, Epochs: 4,
		Adaptive: true, InitKLCoef: .3, KLPenalty: "kl", Target: 6, Horizon: 10000, Gamma: .99, Lambda: .95,
		ClipRange: .2, ClipRangeValue: .2, VFCoef: .1, RatioThreshold: 10}
	p := PEFT{R: 8, Alpha: 16, TargetModules: []string{"q_proj", "v_proj"}, Bias: "none", TaskType: "CAUSAL_LM"}
	switch modelType {
	case "toolllama":
		s.Seed, p.R = 2024, 16
	case "llama3-1":
	case "qwen2":
		p.TargetModules = []string{"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"}
	default:
		return s, p, fmt.Errorf("released: no configuration for model type %q (toolllama, qwen2, llama3-1)", modelType)
	}
	return s, p, nil
}

// Format is row i of a file as the released trainer formats it, and whether the
// limits cut it.
func Format(i int, row steptool.Row, encode func(text string) []int32, maxContext, maxResponse int) (r Row, cut bool) {
	f := steptool.Released(row, encode, maxContext, maxResponse)
	r = Row{Row: i, Query: f.Query, Response: f.Response, MaskRuns: f.MaskRuns()}
	for _, s := range f.Scores {
		r.Scores = append(r.Scores, float64(s))
	}
	return r, f.Cut
}

// Plan lays out passes over rows as the released loader does: shuffled anew for
// every pass, in whole batches; what is left of a pass is dropped. (The order is
// ours: the release draws it from PyTorch's generator.)
func Plan(rows []Row, s Settings, p PEFT, passes int, pad int32, seed uint64) (*Run, error) {
	if len(rows) < s.BatchSize {
		return nil, fmt.Errorf("released: %d rows do not fill a batch of %d, and the released trainer drops short batches", len(rows), s.BatchSize)
	}
	run := &Run{PEFT: p, PPO: s, PadTokenID: pad, Rows: rows,
		Adam: Adam{LR: s.LearningRate, Betas: [2]float64{.9, .999}, Eps: 1e-8}}
	for pass := range passes {
		order := rng.New(seed, "released", pass).Perm(len(rows))
		n := len(rows) / s.BatchSize
		for k := range n {
			b := Batch{Epoch: pass, Index: k, LastOfLoader: k == n-1}
			for _, i := range order[k*s.BatchSize : (k+1)*s.BatchSize] {
				b.Rows = append(b.Rows, rows[i].Row)
				b.Length = max(b.Length, len(rows[i].Query)+len(rows[i].Response))
			}
			for epoch := range s.Epochs {
				b.Permutations = append(b.Permutations, rng.New(seed, "released", pass, k, epoch).Perm(s.BatchSize))
			}
			run.Batches = append(run.Batches, b)
		}
	}
	return run, run.check()
}
