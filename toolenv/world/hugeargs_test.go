package world_test

import (
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// A model may write any number of digits; the answer is an API's error.
func TestIntegersBeyondInt64(t *testing.T) {
	w := world.New(1, world.Options{Tasks: 60})
	asked := 0
	for _, e := range append(w.Set("seen"), w.Set("hard")...) {
		for _, api := range e.Task().APIs {
			name := toolenv.FunctionName(api)
			var args string
			for _, p := range api.Required {
				if p.Type == "NUMBER" {
					args += `,"` + p.Name + `":99999999999999999999999`
				}
			}
			if args == "" {
				continue
			}
			asked++
			res := e.Step("Action: " + name + "\nAction Input: {" + args[1:] + "}")
			if !strings.Contains(res.Observation, "error") {
				t.Errorf("%s: %s", name, res.Observation)
			}
			break
		}
	}
	if asked == 0 {
		t.Fatal("no API takes a number")
	}
}
