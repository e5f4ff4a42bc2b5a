package world_test

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// FuzzCall: whatever arguments a model writes, every API answers, with text of
// the usual shape.
func FuzzCall(f *testing.F) {
	for _, args := range []string{`{"name":"Kolvanbar"}`, `{"code":1234,"full":true}`, `{"date":"Mar 1487"}`, `{"a":1e300,"b":-9223372036854775808}`,
		`{"name":"Kolvanbar","limit":-1}`, `{"name":"\ud800"}`, `{"date":"Mar -487"}`, `{"name":"x","exact":false}`} {
		f.Add(uint8(0), args)
		f.Add(uint8(200), args)
	}
	w := world.New(1, world.Options{Tasks: 30})
	envs := append(w.Set("toollens"), w.Set("hard")...)
	f.Fuzz(func(t *testing.T, which uint8, args string) {
		e := envs[int(which)%len(envs)].Fresh()
		apis := e.Task().APIs
		for at := 0; e.CallsLeft() > 0; at++ {
			r := e.Step(toolenv.FormatAction(toolenv.FunctionName(apis[(int(which)+at)%len(apis)]), args))
			if !strings.HasPrefix(r.Observation, `{"error": "`) {
				t.Fatalf("%q: %s", args, r.Observation)
			}
		}
	})
}
