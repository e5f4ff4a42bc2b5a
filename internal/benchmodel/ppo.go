package benchmodel

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/ppo"
)

// PPOIteration is one iteration of PPO over stored trajectories, as a step of
// TRL's PPOTrainer on the same lengths: log-probabilities of policy and
// reference, values, advantages, then four epochs of minibatches of eight
// trajectories, each with forward, backward and AdamW. Half of a trajectory is
// prompt, half is sampled; the value head is a linear map on the policy's hidden
// states and is trained with it.
type PPOIteration struct {
	Trainer *ppo.Trainer
	Tokens  int // of all trajectories

	episodes []*ppo.Episode
}

// NewPPOIteration returns an iteration over so many trajectories of 256 to 1024
// tokens: 16 have 10,852.
func NewPPOIteration(dev kernels.Backend, rows int, compute kernels.DType) (*PPOIteration, error) {
	m, err := New(Ten(), compute)
	if err != nil {
		return nil, err
	}
	c := ppo.DefaultConfig()
	c.Epochs, c.Minibatches, c.MicroTokens = 4, (rows+7)/8, 1<<13
	c.Old, c.KL, c.LR, c.CriticFirst, c.Warmup = "current", "reward", 1e-5, 0, 0
	c.Critic.Kind, c.Critic.Epochs, c.Critic.Coef = "shared", 4, .1
	p := &PPOIteration{episodes: trajectories(rows)}
	for _, e := range p.episodes {
		p.Tokens += len(e.Tokens)
	}
	p.Trainer, err = ppo.NewTrainer(m, dev, c, 1)
	return p, err
}

// Run does one iteration.
func (p *PPOIteration) Run() (*ppo.Report, error) {
	return p.Trainer.Iterate(context.Background(), p)
}

// OnPolicy implements [ppo.Source]: the trajectories are made up.
func (p *PPOIteration) OnPolicy() bool { return false }

// Episodes implements [ppo.Source].
func (p *PPOIteration) Episodes(context.Context, int) ([]*ppo.Episode, error) { return p.episodes, nil }

// trajectories draws what the Python program of the comparison draws: lengths
// and tokens of random.Random(5).
func trajectories(rows int) []*ppo.Episode {
	rnd := pyrand.New(5)
	var list []*ppo.Episode
	for i := range rows {
		n := rnd.Int(256, 1024)
		e := &ppo.Episode{ID: fmt.Sprint(i), Group: i}
		for t := range n {
			turn := int32(-1)
			if t >= n/2 {
				turn = 0
			}
			e.Tokens, e.Turn = append(e.Tokens, int32(rnd.Int(2, 4095))), append(e.Turn, turn)
		}
		e.Scores = []ppo.Score{{Token: n - 1, Value: rnd.Random()}}
		list = append(list, e)
	}
	return list
}
