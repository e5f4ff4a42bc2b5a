package ppo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
)

func storedRows(n int) []ppo.StoredTrajectory {
	var rows []ppo.StoredTrajectory
	for i := range n {
		demo := toy.Demo(i, i%2 == 0)
		row := ppo.StoredTrajectory{ID: demo.Task.ID, Conversation: chat.Conversation{System: demo.System, User: demo.User}}
		for k, turn := range demo.Turns {
			row.Turns = append(row.Turns, chat.Turn{Action: turn.Action, Observation: turn.Observation})
			row.Rewards = append(row.Rewards, float64(k+1)/10)
		}
		rows = append(rows, row)
	}
	return rows
}

// Every row is used once in every pass, the short last batch included.
func TestStoredUsesAllRows(t *testing.T) {
	s, err := ppo.NewStored(renderer, storedRows(10), chat.Limits{}, 4, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.Batches() != 6 {
		t.Fatalf("%d batches, want 2 passes of 3", s.Batches())
	}
	for pass := range 2 {
		var seen []int
		for k := range 3 {
			batch, err := s.Episodes(context.Background(), pass*3+k)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range batch {
				seen = append(seen, e.Group)
			}
		}
		slices.Sort(seen)
		if !slices.Equal(seen, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("pass %d uses the rows %v", pass, seen)
		}
	}
}

// Rewards stand on the end-of-turn token of their action; those of steps that
// the context has no room for are dropped with them, and counted.
func TestStoredRewardsAndLimits(t *testing.T) {
	row := storedRows(1)[0] // three steps
	whole, err := ppo.NewStored(renderer, []ppo.StoredTrajectory{row}, chat.Limits{}, 1, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := whole.Rows()[0]
	if len(e.Scores) != 3 {
		t.Fatalf("scores %v", e.Scores)
	}
	for k, s := range e.Scores {
		if e.Tokens[s.Token] != renderer.EndOfTurn() || s.Value != float64(k+1)/10 || e.Turn[s.Token] != int32(k) {
			t.Errorf("step %d: reward %g on token %d (id %d, step %d)", k, s.Value, s.Token, e.Tokens[s.Token], e.Turn[s.Token])
		}
	}
	short, err := ppo.NewStored(renderer, []ppo.StoredTrajectory{row}, chat.Limits{Tokens: len(e.Tokens) - 1}, 1, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s := short.Rows()[0]; short.Dropped != 1 || len(s.Scores) != 2 || s.Scores[0].Value != .2 || s.Turn[s.Scores[0].Token] != 1 {
		t.Errorf("dropped %d, scores %v", short.Dropped, s.Scores)
	}
	row.Rewards = row.Rewards[:2]
	if _, err := ppo.NewStored(renderer, []ppo.StoredTrajectory{row}, chat.Limits{}, 1, 1, 1); err == nil {
		t.Error("two rewards for three actions are accepted")
	}
}

// Stored trajectories train with old log-probabilities of the current weights,
// or with those of the policy that played them.
func TestTrainsOnStoredTrajectories(t *testing.T) {
	dev := device(t, 2)
	for _, old := range []string{"current", "stored"} {
		m := imitator(t)
		if err := m.AddLoRA(4, 8, []string{"q_proj", "v_proj"}, 1); err != nil {
			t.Fatal(err)
		}
		cfg := config(func(c *ppo.Config) { c.Old, c.Critic.Kind, c.LR = old, "shared", 1e-3 })
		if err := cfg.SetGAE("token"); err != nil {
			t.Fatal(err)
		}
		trainer, err := ppo.NewTrainer(m, dev, cfg, 1)
		if err != nil {
			t.Fatal(err)
		}
		rows := storedRows(6)
		for i := range rows {
			rows[i].Rewards[0] += float64(i) // equal returns would be a dead batch
		}
		if old == "stored" {
			for i := range rows {
				for _, turn := range rows[i].Turns {
					lp := make([]float64, len(renderer.ActionIDs(turn.Action)))
					for k := range lp {
						lp[k] = -.5
					}
					rows[i].LogProbs = append(rows[i].LogProbs, lp)
				}
			}
		}
		s, err := ppo.NewStored(renderer, rows, chat.Limits{}, 4, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		before := weights(m)
		for range s.Batches() {
			r := iterate(t, trainer, s)
			if old == "current" && (r.RatioChecks == 0 || r.RatioViolations != 0) {
				t.Errorf("ratio: %d of %d", r.RatioViolations, r.RatioChecks)
			}
			if old == "stored" && (r.RatioChecks != 0 || r.RatioMax == 1) {
				t.Errorf("the behaviour policy's log-probabilities were not used: %+v", r)
			}
			if r.Updates == 0 {
				t.Error("no step was taken")
			}
		}
		if slices.Equal(before, weights(m)) {
			t.Error("nothing was learned")
		}
	}
}

// A stored trajectory as the trainer sees it.
func ExampleNewStored() {
	s, err := ppo.NewStored(toy.Renderer(), []ppo.StoredTrajectory{{
		ID:      "row 1",
		Rewards: []float64{.5, 1},
		Conversation: chat.Conversation{System: "tools", User: "blue", Turns: []chat.Turn{
			{Action: toy.Call("blue"), Observation: "word sea"}, {Action: toy.Answer("sea")}}},
	}}, chat.Limits{}, 8, 5, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	e := s.Rows()[0]
	for _, score := range e.Scores {
		fmt.Printf("step %d earns %g on its end-of-turn token\n", e.Turn[score.Token], score.Value)
	}
	fmt.Println(s.Batches(), "batches")
	// Output:
	// step 0 earns 0.5 on its end-of-turn token
	// step 1 earns 1 on its end-of-turn token
	// 5 batches
}
