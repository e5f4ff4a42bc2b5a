package evaluate

import (
	"context"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// Plan is what is to be played, line by line.
type Plan struct {
	Sets        []Set
	Temperature float64 // of the sampled strategy
	Seed        uint64
	Row         Row // what all lines share: method, stage, budget, seed
}

// Set is a list of tasks with a name.
type Set struct {
	Name string
	Envs []toolenv.Env
}

// strategies are the two ways in which every set is played.
var strategies = []string{"greedy", "sampled"}

// Lines is the number of lines of the plan: every set in two ways.
func (p *Plan) Lines() int { return len(p.Sets) * len(strategies) }

// atOnce is how many episodes are played together, at least.
const atOnce = 256

// Next plays the lines after the first done ones: as many as make a good batch,
// all of one strategy. The lines do not depend on how they are cut into batches.
func (p *Plan) Next(ctx context.Context, done int, policy *ppo.ModelPolicy) ([]Row, error) {
	strategy := done / len(p.Sets)
	first := done % len(p.Sets)
	last, episodes := first, 0
	for last < len(p.Sets) && episodes < atOnce {
		episodes += len(p.Sets[last].Envs)
		last++
	}
	var envs []toolenv.Env
	for _, s := range p.Sets[first:last] {
		envs = append(envs, s.Envs...)
	}
	player := *policy
	player.Temperature = 0
	if strategies[strategy] == "sampled" {
		player.Temperature = p.Temperature
	}
	player.Stream = func(c *toolenv.Conversation) *rand.Rand {
		i := c.ID
		for _, s := range p.Sets[first:last] {
			if i < len(s.Envs) {
				return rng.New(p.Seed, "evaluation", s.Name, i)
			}
			i -= len(s.Envs)
		}
		panic("evaluate: a conversation that no set has")
	}
	played, err := toolenv.Rollout(ctx, &player, envs)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, s := range p.Sets[first:last] {
		row := p.Row
		row.Strategy, row.Set, row.Temperature = strategies[strategy], s.Name, player.Temperature
		row.Result = metrics.Measure(played[:len(s.Envs)])
		played = played[len(s.Envs):]
		rows = append(rows, row)
	}
	return rows, nil
}
