package ppo

// PlaceRuns adds scores as the released trainer finds their tokens: runs of
// neighbouring sampled tokens are matched with the scores from the right, the
// last score to the last run. Steps without an observation between them merge
// into one run and shift all earlier scores; surplus scores or runs on the left
// are dropped. [PlaceSteps] goes by step ids instead and is what to use.
func PlaceRuns(r *Row, scores []float64, weight StepWeight) {
	k := len(scores) - 1
	for t := len(r.Turn) - 1; t >= 0 && k >= 0; t-- {
		if r.Turn[t] >= 0 && (t == len(r.Turn)-1 || r.Turn[t+1] < 0) {
			r.Task[t] += scores[k] * weight(k, len(scores))
			k--
		}
	}
}
