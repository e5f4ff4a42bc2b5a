package toolenv

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tape plays stored actions with made-up tokens: prompts and observations are
// 100 and up, actions count from 1.
type tape struct{ actions [][]Action }

func (p tape) Play(_ context.Context, convs []*Conversation, react React) error {
	for turn := 0; ; turn++ { // all conversations side by side
		busy := false
		for i := range convs {
			if turn >= len(p.actions[i]) {
				continue
			}
			busy = true
			react(i, p.actions[i][turn])
		}
		if !busy {
			return nil
		}
	}
}

func TestRollout(t *testing.T) {
	call := FormatAction("echo_for_box", `{"n":1}`)
	p := tape{[][]Action{
		{
			{Text: call, Context: []int32{100, 101}, Tokens: []int32{1, 2, 3}, LogProbs: []float32{-1, -2, -3}, Values: []float32{.1, .2, .3}},
			{Text: FinishCall("yes"), Context: []int32{102}, Tokens: []int32{4, 5}, LogProbs: []float32{-4, -5}, Values: []float32{.4, .5}},
		},
		{
			{Text: call, Context: []int32{100, 101}, Tokens: []int32{1, 2, 3}},
			{Text: "Action: ec", Context: []int32{102, 103}, Tokens: []int32{6}, LogProbs: []float32{-6}, Values: []float32{.6}, Truncated: true},
		},
		{
			{Text: call, Context: []int32{100}, Tokens: []int32{1}},
			{Context: []int32{102}, Truncated: true},
		},
	}}
	task := echoTask()
	var envs []Env
	for range p.actions {
		envs = append(envs, NewEpisode(task, echo{}))
	}
	got, err := Rollout(context.Background(), p, envs)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := got[0], got[1], got[2]
	if !slices.Equal(a.Tokens, []int32{100, 101, 1, 2, 3, 102, 4, 5}) || a.PromptLen != 2 || a.Outcome != Solved || !a.Solved {
		t.Errorf("first: %+v", a)
	}
	if a.Turns[0].Span != [2]int{2, 5} || a.Turns[0].ObsSpan != [2]int{5, 6} || a.Turns[1].Span != [2]int{6, 8} || a.Turns[1].ObsSpan != [2]int{8, 8} {
		t.Errorf("first: spans %v", a.Turns)
	}
	if !slices.Equal(b.Tokens, []int32{100, 101, 1, 2, 3, 102, 103, 6}) || b.Outcome != Truncated || !b.Truncated || len(b.Turns) != 2 || b.Turns[1].Call != nil || b.Turns[1].Span != [2]int{7, 8} {
		t.Errorf("cut off in an action: %+v", b)
	}
	if c.Outcome != Truncated || len(c.Turns) != 1 || c.Turns[0].ObsSpan != [2]int{2, 3} {
		t.Errorf("cut off before an action: %+v", c)
	}
	if a.Sample != 0 || b.Sample != 1 || c.Sample != 2 {
		t.Errorf("samples %d %d %d of one task", a.Sample, b.Sample, c.Sample)
	}
	a.Turns[0].Rewards = []Component{{"SuccCalling", .5, "rules"}, {"Contribution", .25, "rules"}}
	a.Turns[1].Rewards = []Component{{"IsSolved", 1, "environment"}}
	if a.Turns[0].Reward() != .75 || a.Return() != 1.75 {
		t.Errorf("reward %g, return %g", a.Turns[0].Reward(), a.Return())
	}
	for _, x := range got {
		line, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		var back Trajectory
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*x, back, cmp.Comparer(func(a, b []Component) bool { return slices.Equal(a, b) })); diff != "" {
			t.Errorf("after a round trip through JSON: %s", diff)
		}
	}
}

func TestRolloutUnfinished(t *testing.T) {
	p := tape{[][]Action{{{Text: "nonsense"}}}}
	_, err := Rollout(context.Background(), p, []Env{NewEpisode(echoTask(), echo{})})
	if err == nil || !strings.Contains(err.Error(), "unfinished") {
		t.Errorf("error %v", err)
	}
}

// A policy made of a function ends with its context, whatever the function does.
func TestPolicyFuncEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	played := 0
	p := PolicyFunc(func(context.Context, *Conversation) (Action, error) {
		played++
		cancel()
		return Action{Text: "nonsense"}, nil
	})
	err := p.Play(ctx, []*Conversation{{}, {}}, func(int, Action) (string, bool) { return "", false })
	if !errors.Is(err, context.Canceled) || played != 1 {
		t.Errorf("%v after %d actions", err, played)
	}
}
