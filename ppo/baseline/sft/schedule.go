package sft

import (
	"math"

	"github.com/stepgrain/stepgrain/nn/optim"
)

// The plan of a run: CopySteps steps of copying, then steps on demonstrations,
// with a step of copying after every CopyEvery−1 of those.

// copying reports whether a step (from 0) is on strings to copy.
func (c *Config) copying(step int) bool {
	if step < c.CopySteps {
		return true
	}
	return c.CopyEvery > 0 && (step-c.CopySteps+1)%c.CopyEvery == 0
}

// lr returns the learning rate of a step: the copy warm-up has a rise of its
// own; then the rate rises again and falls along a cosine with the share of the
// demonstrations' tokens that is done, so that it ends with them.
func (c *Config) lr(step, tokensDone int) float64 {
	if step < c.CopySteps {
		return optim.Constant{Rate: c.LR, Warmup: c.CopyWarmup}.LR(step)
	}
	done := min(1, float64(tokensDone)/float64(c.Tokens))
	if done < c.Warmup {
		first := float64(c.Batch) / float64(c.Tokens) // the first step is not at rate 0
		return c.LR * min(1, (done+first)/c.Warmup)
	}
	x := (done - c.Warmup) / max(1e-9, 1-c.Warmup)
	return c.LR * (c.FinalLR + (1-c.FinalLR)*.5*(1+math.Cos(math.Pi*x)))
}
