package advantage

// GiGPO is group-in-group policy optimisation (Feng et al. 2025): beside the
// episode's advantage in its task's group, steps that start from the same state
// are compared with each other,
//
//	A_{i,k} = A^E_i + StepWeight·A^S_{i,k}
//
// where A^S compares the discounted return from step k on,
// G_{i,k} = Σ_{j≥k} Gamma^{j−k} r_{i,j}, with the mean over all steps of the
// task that share its state. A state seen once gives 0.
type GiGPO struct {
	Gamma      float64 // .95 in the paper
	StepWeight float64 // 1 in the paper
	Eps        float64 // added to standard deviations, 1e-6
	NoStd      bool    // differences only
	// PerStep takes the statistics of the episodes over steps, so that long
	// episodes count more (the original code), instead of once per episode.
	PerStep bool
}

// Advantages returns one advantage and one discounted return per step.
// rewards[i][k] and states[i][k] belong to step k of episode i; task[i] is the
// episode's task.
func (g GiGPO) Advantages(rewards [][]float64, states [][]string, task []int) (advantages, returns [][]float64) {
	type place struct{ i, k int }
	type key struct {
		task  int
		state string
	}
	var (
		steps []place
		keys  []key
		total = make([]float64, len(rewards))
	)
	for i, row := range rewards {
		ret, run := make([]float64, len(row)), 0.0
		for k := len(row) - 1; k >= 0; k-- {
			run = row[k] + g.Gamma*run
			ret[k] = run
		}
		returns = append(returns, ret)
		advantages = append(advantages, make([]float64, len(row)))
		for k, r := range row {
			total[i] += r
			steps = append(steps, place{i, k})
			keys = append(keys, key{task[i], states[i][k]})
		}
	}

	for _, members := range groups("GiGPO", total, task) {
		pool := pick(total, members)
		if g.PerStep {
			pool = nil
			for _, i := range members {
				for range rewards[i] {
					pool = append(pool, total[i])
				}
			}
		}
		for _, i := range members {
			a := g.centre(total[i], pool)
			for k := range advantages[i] {
				advantages[i][k] = a
			}
		}
	}
	for _, members := range by(keys) {
		pool := make([]float64, len(members))
		for n, j := range members {
			pool[n] = returns[steps[j].i][steps[j].k]
		}
		for n, j := range members {
			advantages[steps[j].i][steps[j].k] += g.StepWeight * g.centre(pool[n], pool)
		}
	}
	return advantages, returns
}

func (g GiGPO) centre(x float64, pool []float64) float64 {
	if len(pool) == 0 {
		return 0
	}
	mean, std := meanStd(pool)
	if g.NoStd {
		return x - mean
	}
	return (x - mean) / (std + g.Eps)
}
