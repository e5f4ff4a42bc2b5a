package llama

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/tensor"
)

// A panic of a callback reaches the caller as it is, sessions can be closed
// while it unwinds, and the engine works afterwards.
func TestAPanicIsNotHiddenByTheCleanUp(t *testing.T) {
	e := newTestEngine(t, EngineOptions{MaxRows: 3, MaxContext: 64})
	request := func(i, n int) *Request {
		return &Request{Session: e.NewSession(), Feed: []int32{1, int32(i + 2)}, MaxNew: n}
	}
	want := one(t, e, request(0, 8)).IDs
	for _, where := range []string{"done", "done at once", "follow-up", "value", "token"} {
		var reqs []*Request
		for i := range 5 {
			reqs = append(reqs, request(i, 2+i)) // the first ends while others run, and others wait
		}
		done := func(*Request, *Result) *Request { return nil }
		switch where {
		case "done":
			done = func(*Request, *Result) *Request { panic(where) }
		case "done at once":
			reqs[1].Feed = make([]int32, 65) // no room: ends before the first step
			done = func(*Request, *Result) *Request { panic(where) }
		case "follow-up":
			done = func(*Request, *Result) *Request {
				return &Request{Session: reqs[4].Session, Feed: []int32{int32(len(where)) << 20}}
			}
		case "value":
			e.Value = func(*tensor.Tensor) []float32 { panic(where) }
		case "token":
			reqs[2].OnToken = func(int32, float32) bool { panic(where) }
		}
		if where == "follow-up" {
			where = "outside the vocabulary"
		}
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, where) {
					t.Errorf("%s: recovered %q", where, got)
				}
			}()
			defer func() { // as a caller cleans up
				for _, r := range reqs {
					r.Session.Close()
				}
			}()
			e.Run(context.Background(), reqs, done)
			t.Errorf("%s: no panic", where)
		}()
		e.Value = nil
		r := request(0, 8)
		if got := one(t, e, r).IDs; !slices.Equal(got, want) {
			t.Errorf("%s: the engine gives %v afterwards, %v before", where, got, want)
		}
		r.Session.Close()
	}
	if used, _ := e.Cache().Pages(); used != 1 { // that of want
		t.Errorf("%d pages are in use", used)
	}
}
