package optim

import "math"

// Schedule gives the learning rate of each step; steps count from 0.
type Schedule interface {
	LR(step int) float64
}

// Constant is one rate for all steps after a linear warm-up: step s of the
// first Warmup runs at (s+1)/Warmup of the rate.
type Constant struct {
	Rate   float64
	Warmup int // steps
}

// LR implements [Schedule].
func (c Constant) LR(step int) float64 { return c.Rate * warmup(step, c.Warmup) }

// Linear warms up like [Constant], then falls in a straight line to
// FinalFraction·Peak at the last of TotalSteps steps, and stays there.
type Linear struct {
	Peak          float64
	WarmupSteps   int
	TotalSteps    int
	FinalFraction float64
}

// LR implements [Schedule].
func (l Linear) LR(step int) float64 {
	p := progress(step, l.WarmupSteps, l.TotalSteps)
	return l.Peak * warmup(step, l.WarmupSteps) * (1 - p*(1-l.FinalFraction))
}

// WarmupCosine warms up like [Constant], then falls along half a cosine to
// FinalFraction·Peak at the last of TotalSteps steps (Loshchilov & Hutter
// 2017, eq. 5, without restarts), and stays there.
type WarmupCosine struct {
	Peak          float64
	WarmupSteps   int
	TotalSteps    int
	FinalFraction float64
}

// LR implements [Schedule].
func (c WarmupCosine) LR(step int) float64 {
	p := progress(step, c.WarmupSteps, c.TotalSteps)
	cosine := (1 + math.Cos(math.Pi*p)) / 2
	return c.Peak * warmup(step, c.WarmupSteps) * (c.FinalFraction + (1-c.FinalFraction)*cosine)
}

// warmup rises from 1/n at step 0 to 1 at step n−1.
func warmup(step, n int) float64 {
	if step+1 >= n {
		return 1
	}
	return float64(step+1) / float64(n)
}

// progress rises from 0 at the end of the warm-up to 1 at the last step.
func progress(step, warm, total int) float64 {
	first, last := max(warm-1, 0), total-1
	if last <= first {
		return 0
	}
	return min(max(float64(step-first)/float64(last-first), 0), 1)
}
