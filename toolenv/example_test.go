package toolenv_test

import (
	"context"
	"fmt"
	"strconv"

	"github.com/stepgrain/stepgrain/toolenv"
)

// adder is a backend with one API.
type adder struct{}

func (adder) Call(_ int, args map[string]any, _ int) toolenv.Response {
	sum := args["a"].(int64) + args["b"].(int64)
	return toolenv.Response{Body: strconv.FormatInt(sum, 10), Fact: fmt.Sprintf("add(%d, %d)", args["a"], args["b"])}
}

// A task, the backend that answers its calls, and a policy that plays it.
func Example() {
	number := func(name string) toolenv.Parameter { return toolenv.Parameter{Name: name, Type: "NUMBER"} }
	task := &toolenv.Task{
		ID: "sum", Query: "What is 2 + 3?", Answer: "5", MaxCalls: 3,
		APIs: []toolenv.API{{Tool: "Pocket Calculator", Name: "Add numbers", Required: []toolenv.Parameter{number("a"), number("b")}}},
		Plan: []toolenv.Milestone{{Fact: "add(2, 3)"}},
	}
	policy := toolenv.PolicyFunc(func(_ context.Context, c *toolenv.Conversation) (toolenv.Action, error) {
		if len(c.Turns) == 0 {
			return toolenv.Action{Text: "Action: add_numbers_for_pocket_calculator\nAction Input: {\"a\":2,\"b\":3}"}, nil
		}
		return toolenv.Action{Text: toolenv.FinishCall("5")}, nil
	})
	episodes, err := toolenv.Rollout(context.Background(), policy, []toolenv.Env{toolenv.NewEpisode(task, adder{})})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(episodes[0].System)
	for _, t := range episodes[0].Turns {
		fmt.Println(t.Call.Name, t.Status, t.Observation)
	}
	fmt.Println(episodes[0].Outcome)
	// Output:
	// Specifically, you have access to the following APIs: ['add_numbers_for_pocket_calculator', 'Finish']
	// add_numbers_for_pocket_calculator ok {"error": "", "response": 5}
	// Finish final answer {"response":"successfully giving the final answer."}
	// solved
}

func ExampleParseReAct() {
	call, thought, err := toolenv.ParseReAct("Thought: I need its age.\nAction: get_person_age_for_open_data\nAction Input: {\"name\":\"Kolivus\"}")
	fmt.Println(call.Name, string(call.Args), thought, err)
	_, _, err = toolenv.ParseReAct("It is 47.")
	fmt.Println(err)
	// Output:
	// get_person_age_for_open_data {"name":"Kolivus"} I need its age. <nil>
	// toolenv: ParseReAct: no 'Action:' line
}
