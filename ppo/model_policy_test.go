package ppo_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/ppo/internal/toy"
	"github.com/stepgrain/stepgrain/toolenv"
)

// An episode has the same bits alone, in company, with other samples of its
// task (which share its prompt's memory) and with any number of workers.
func TestEpisodesDoNotDependOnCompany(t *testing.T) {
	m := imitator(t)
	two, three := device(t, 2), device(t, 3)
	rollout := func(dev kernels.Backend, rows int, tasks []int) []*toolenv.Trajectory {
		policy := &ppo.ModelPolicy{Engine: llama.NewEngine(m, dev, llama.EngineOptions{MaxRows: rows}), Renderer: renderer,
			Temperature: 1, MaxAction: 24,
			Stream: func(c *toolenv.Conversation) *rand.Rand { return rng.New(3, "episode", tasks[c.ID], c.ID*0) }}
		var envs []toolenv.Env
		for _, k := range tasks {
			envs = append(envs, toy.New(k))
		}
		out, err := toolenv.Rollout(context.Background(), policy, envs)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	together := rollout(two, 256, []int{0, 1, 1, 2, 3, 1})
	for i, k := range []int{0, 1, 1, 2, 3, 1} {
		if alone := rollout(three, 2, []int{k})[0]; !reflect.DeepEqual(alone, together[i]) {
			t.Errorf("task %d: alone %v, in company %v", k, alone.Turns, together[i].Turns)
		}
	}
}

// The tokens of a trajectory are the prompt, the actions and the observations,
// rendered piece by piece.
func TestTrajectoryTokens(t *testing.T) {
	m := imitator(t)
	policy := &ppo.ModelPolicy{Engine: llama.NewEngine(m, device(t, 2), llama.EngineOptions{}), Renderer: renderer, MaxAction: 24}
	var envs []toolenv.Env
	for i := range 8 {
		envs = append(envs, toy.New(i))
	}
	out, err := toolenv.Rollout(context.Background(), policy, envs) // greedy
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range out {
		want := renderer.PromptIDs(tr.System, tr.User)
		for k, turn := range tr.Turns {
			want = append(want, tr.Tokens[turn.Span[0]:turn.Span[1]]...)
			if renderer.ActionText(tr.Tokens[turn.Span[0]:turn.Span[1]]) != turn.Action {
				t.Errorf("turn %d: tokens and text differ", k)
			}
			if k < len(tr.Turns)-1 {
				want = append(want, renderer.ObservationIDs(turn.Observation)...)
			}
		}
		if !reflect.DeepEqual(want, tr.Tokens) {
			t.Errorf("tokens %v, want %v", tr.Tokens, want)
		}
	}
}

// An action that the context has no room for ends the episode as truncated, and
// its tokens are kept as far as they were sampled.
func TestContextFull(t *testing.T) {
	m := imitator(t)
	prompt := len(renderer.PromptIDs("tools", "red"))
	for room := -1; room < 30; room += 5 {
		policy := &ppo.ModelPolicy{Engine: llama.NewEngine(m, device(t, 2), llama.EngineOptions{MaxContext: prompt + room}), Renderer: renderer, MaxAction: 24}
		out, err := toolenv.Rollout(context.Background(), policy, []toolenv.Env{toy.New(0), toy.New(0)})
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range out {
			if len(tr.Tokens) > prompt+max(room, 0) {
				t.Errorf("%d tokens in a context of %d", len(tr.Tokens), prompt+room)
			}
			if room < 10 && !tr.Truncated {
				t.Errorf("room for %d tokens: %v", room, tr.Turns)
			}
			if _, err := ppo.FromTrajectory(tr, renderer.Tokenizer); err != nil {
				t.Error(err)
			}
		}
	}
}
