package pipeline

import (
	"context"

	"github.com/stepgrain/stepgrain/cmd/internal/evaluate"
	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// teacherPlays is how often the demonstrator plays every task: its habits are
// drawn by lot.
const teacherPlays = 10

// teacher plays the evaluation sets with the demonstrator that was imitated,
// without its slips, and returns its pass rate on each: imitation alone would
// end there at best.
func (r *run) teacher(ctx context.Context) (map[string]float64, error) {
	pass := map[string]float64{}
	for _, set := range evaluate.All {
		for play := range teacherPlays {
			envs := r.world.Set(set)
			demonstrator := r.world.Demonstrator(envs, rng.Derive(r.config.World.Seed, "teacher", set, play))
			played, err := toolenv.Rollout(ctx, demonstrator, world.Envs(envs, 1))
			if err != nil {
				return nil, err
			}
			pass[set] += metrics.Measure(played).Pass / teacherPlays
		}
	}
	return pass, nil
}
