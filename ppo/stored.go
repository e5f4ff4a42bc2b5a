package ppo

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
)

// StoredTrajectory is a trajectory from a file: what was said, and one reward
// per action.
type StoredTrajectory struct {
	ID string
	chat.Conversation
	Rewards []float64
	// LogProbs are those of the behaviour policy, per action and token, as the
	// present tokenizer cuts the actions; nil: unknown.
	LogProbs [][]float64
}

// Stored is the off-line [Source]: rows of a file in batches, shuffled anew for
// every pass. All rows are used; the last batch of a pass may be short.
//
// The conversation is rendered as a policy would see it when it acts: one BOS,
// every action closed by the end of its turn, whole leading steps dropped where
// the context is too short, and their rewards with them.
type Stored struct {
	Batch  int // rows of a batch
	Epochs int // passes over the rows
	Seed   uint64

	// Dropped counts the steps that did not fit the context and Cut the actions
	// that were shortened, over all rows.
	Dropped, Cut int

	episodes []*Episode
}

// NewStored renders rows.
func NewStored(r *chat.Renderer, rows []StoredTrajectory, limits chat.Limits, batch, epochs int, seed uint64) (*Stored, error) {
	if batch < 1 || epochs < 1 || len(rows) == 0 {
		return nil, fmt.Errorf("ppo: stored trajectories: %d rows in batches of %d, %d epochs: nothing to train on", len(rows), batch, epochs)
	}
	s := &Stored{Batch: batch, Epochs: epochs, Seed: seed}
	for i, row := range rows {
		e, err := s.episode(r, row, limits)
		if err != nil {
			return nil, fmt.Errorf("ppo: stored trajectory %s: %w", row.ID, err)
		}
		e.Group = i
		s.episodes = append(s.episodes, e)
	}
	return s, nil
}

func (s *Stored) episode(r *chat.Renderer, row StoredTrajectory, limits chat.Limits) (*Episode, error) {
	if len(row.Rewards) != len(row.Turns) {
		return nil, fmt.Errorf("%d rewards for %d actions", len(row.Rewards), len(row.Turns))
	}
	x, err := r.Render(row.Conversation, limits)
	if err != nil {
		return nil, err
	}
	s.Dropped, s.Cut = s.Dropped+x.Dropped, s.Cut+x.Cut
	e := &Episode{ID: row.ID, Tokens: x.IDs, Turn: x.StepOf, Role: make([]Role, len(x.IDs)), Calls: metrics.Calls{All: len(x.Actions)}}
	if row.LogProbs != nil {
		e.LogProbs = make([]float64, len(x.IDs))
	}
	for k, span := range x.Actions {
		step := x.Dropped + k
		var pieces []string
		for _, id := range x.IDs[span[0]:span[1]] {
			pieces = append(pieces, string(r.AppendBytes(nil, id)))
		}
		copy(e.Role[span[0]:span[1]], Roles(pieces))
		e.Scores = append(e.Scores, Score{Token: span[1] - 1, Value: row.Rewards[step]})
		e.addPart("Step", row.Rewards[step])
		if row.LogProbs == nil {
			continue
		}
		if len(row.LogProbs) != len(row.Turns) || len(row.LogProbs[step]) != span[1]-span[0] {
			return nil, fmt.Errorf("action %d has %d tokens here: the stored log-probabilities do not fit", step, span[1]-span[0])
		}
		copy(e.LogProbs[span[0]:], row.LogProbs[step])
	}
	return e, e.Validate()
}

// Batches returns the number of batches of all passes.
func (s *Stored) Batches() int { return s.Epochs * s.perEpoch() }

func (s *Stored) perEpoch() int { return (len(s.episodes) + s.Batch - 1) / s.Batch }

// Rows returns all rows as episodes.
func (s *Stored) Rows() []*Episode { return s.episodes }

// OnPolicy implements [Source]: somebody else played these.
func (s *Stored) OnPolicy() bool { return false }

// Episodes implements [Source]: batch it of all passes; beyond the last pass
// the passes go on.
func (s *Stored) Episodes(ctx context.Context, it int) ([]*Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	epoch, k := it/s.perEpoch(), it%s.perEpoch()
	order := rng.New(s.Seed, "stored", epoch).Perm(len(s.episodes))
	var out []*Episode
	for _, i := range order[k*s.Batch : min((k+1)*s.Batch, len(order))] {
		out = append(out, s.episodes[i])
	}
	return out, nil
}
