package toolenv

import (
	"context"
	"fmt"
)

// Rollout lets a policy play one episode in each environment, from its
// beginning, and returns the records in the same order. Episodes of one task
// (the same *Task) are numbered as its samples.
func Rollout(ctx context.Context, policy Policy, envs []Env) ([]*Trajectory, error) {
	d := &driver{envs: envs}
	samples := map[*Task]int{}
	for i, e := range envs {
		e.Reset()
		t := NewTrajectory(e)
		t.Sample = samples[t.Task]
		samples[t.Task]++
		d.trajectories = append(d.trajectories, t)
		d.convs = append(d.convs, &Conversation{ID: i, System: t.System, User: t.User})
		d.ended = append(d.ended, false)
	}
	if err := policy.Play(ctx, d.convs, d.react); err != nil {
		return nil, fmt.Errorf("toolenv: Rollout: %w", err)
	}
	for i, ended := range d.ended {
		if !ended {
			return nil, fmt.Errorf("toolenv: Rollout: the policy left task %s unfinished", envs[i].Task().ID)
		}
	}
	return d.trajectories, nil
}

// driver carries a rollout's state from action to action.
type driver struct {
	envs         []Env
	convs        []*Conversation
	trajectories []*Trajectory
	ended        []bool
}

func (d *driver) react(i int, a Action) (string, bool) {
	if d.ended[i] {
		panic(fmt.Sprintf("toolenv: Rollout: action for conversation %d, which has ended", i))
	}
	t := d.trajectories[i]
	span := t.appendTokens(a)
	if a.Truncated {
		// In the last call of the budget nothing could have followed: the episode
		// failed. Anywhere else the context ended it, which is no result.
		if limit := d.envs[i].Task().MaxCalls; limit > 0 && len(t.Turns)+1 >= limit {
			t.Outcome = Budget
		} else {
			t.Truncated, t.Outcome = true, Truncated
		}
		d.ended[i] = true
		if a.Text == "" && len(a.Tokens) == 0 {
			return "", true // no room for even one token
		}
		turn := t.add(a.Text, StepResult{Status: StatusUnparsable, ParseError: "cut off: the context is full", Milestone: -1})
		turn.Span, turn.ObsSpan = span, [2]int{span[1], span[1]}
		turn.LogProbs, turn.Values = a.LogProbs, a.Values
		return "", true
	}
	r := d.envs[i].Step(a.Text)
	turn := t.add(a.Text, r)
	turn.Span, turn.ObsSpan = span, [2]int{span[1], span[1]}
	turn.LogProbs, turn.Values = a.LogProbs, a.Values
	d.convs[i].Turns = append(d.convs[i].Turns, Exchange{a.Text, r.Observation})
	d.ended[i] = r.Done
	return r.Observation, r.Done
}

// appendTokens adds the ids between the last action and this one, then those of
// the action, and returns the action's span.
func (t *Trajectory) appendTokens(a Action) [2]int {
	if len(t.Turns) == 0 {
		t.PromptLen = len(a.Context)
	} else {
		prev := &t.Turns[len(t.Turns)-1]
		prev.ObsSpan = [2]int{len(t.Tokens), len(t.Tokens) + len(a.Context)}
	}
	t.Tokens = append(t.Tokens, a.Context...)
	from := len(t.Tokens)
	t.Tokens = append(t.Tokens, a.Tokens...)
	return [2]int{from, len(t.Tokens)}
}
