package toolenv

import (
	"context"
	"testing"
)

// The context running out in the last call of the budget is a failure of the
// task: nothing could have followed, so there is nothing to bootstrap from.
func TestContextEndsInTheLastCall(t *testing.T) {
	task := echoTask()
	task.MaxCalls = 2
	call := FormatAction("echo_for_box", `{"n":1}`)
	p := tape{[][]Action{{
		{Text: call, Context: []int32{100}, Tokens: []int32{1}},
		{Text: "Action: ec", Context: []int32{102}, Tokens: []int32{2}, Truncated: true},
	}}}
	got, err := Rollout(context.Background(), p, []Env{NewEpisode(task, echo{})})
	if err != nil {
		t.Fatal(err)
	}
	if e := got[0]; e.Outcome != Budget || e.Truncated || e.Solved || len(e.Turns) != 2 {
		t.Errorf("%+v", e)
	}
}
