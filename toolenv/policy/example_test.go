package policy_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/policy"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// A script plays a model: first a text, then a turn with its calls given.
func ExampleReadScript() {
	script, err := policy.ReadScript(strings.NewReader(
		`{"task": "588", "turns": ["Thought: look it up\nAction: find\nAction Input: {\"q\": \"Oslo\"}",
		                           {"content": "done", "calls": [{"name": "Finish", "arguments": {"return_type": "give_answer"}}]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		r, err := script.Next(context.Background(), &search.Request{Task: "588", Required: true})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Content, "->", r.Calls[0].Name, r.Calls[0].Arguments)
	}
	// Output:
	// look it up -> find {"q": "Oslo"}
	// done -> Finish {"return_type": "give_answer"}
	// policy: the script has no more than 2 turns for task 588, sample 0
}
