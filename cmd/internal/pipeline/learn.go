package pipeline

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/ppo"
)

// learning is what differs between reinforcement on played and on stored
// episodes.
type learning struct {
	iterations  int
	unit, label string                   // of an iteration, on the screen and in the names of checkpoints
	line        func(*ppo.Report) string // what the screen says of it
	leftOut     []string                 // figures that metrics.jsonl does without
}

// learn is the loop of reinforcement: iterations of PPO and their records.
func (r *run) learn(ctx context.Context, src ppo.Source, l learning) error {
	t := r.trainer
	task := r.out.Begin("ppo", l.unit, l.iterations, t.Iteration)
	err := loop{
		at:   func() int { return t.Iteration },
		done: func() bool { return t.Iteration >= l.iterations },
		step: func(ctx context.Context) error {
			figures, err := t.Iterate(ctx, src)
			if err != nil {
				return err
			}
			if err := r.record(figures, l.leftOut); err != nil {
				return err
			}
			task.Update(t.Iteration, "%s", l.line(figures))
			return nil
		},
		every: r.config.Save.PPOEvery,
		save:  func() error { return r.checkpointTrainer(fmt.Sprintf("%s-%d", l.label, t.Iteration)) },
		last:  true,
	}.run(ctx)
	if err != nil {
		return err
	}
	task.End()
	return nil
}

// record appends an iteration to metrics.jsonl, and its episodes to
// trajectories.jsonl.
func (r *run) record(figures *ppo.Report, leftOut []string) error {
	var list []*episode.Episode
	for _, e := range figures.Learned {
		if e.Trajectory != nil {
			list = append(list, episode.From(e, "ppo", figures.Iteration+1))
		} else {
			list = append(list, episode.FromStored(e, &r.stored[e.Group], figures.Iteration+1))
		}
	}
	if err := r.appendEpisodes(list); err != nil {
		return err
	}
	m := metrics.New("ppo", figures.Iteration+1).Fields(*figures, leftOut...)
	return r.metrics.Write(r.coverage(m, figures.Learned))
}

// appendEpisodes writes a line of trajectories.jsonl for each of some episodes,
// in one write.
func (r *run) appendEpisodes(list []*episode.Episode) error {
	var lines []byte
	for _, e := range list {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	_, err := r.trajectories.Write(lines)
	return err
}

// checkpointTrainer makes a checkpoint with the state of the PPO trainer.
func (r *run) checkpointTrainer(label string) error {
	s, err := r.trainer.State()
	if err != nil {
		return err
	}
	r.state.Trainer, r.state.RL = s.JSON, r.trainer.Counters
	return r.checkpoint(label, s.Tensors)
}
