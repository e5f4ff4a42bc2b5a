package search_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// A model that gives up on its first idea: depth-first search goes back and asks
// it for another one.
func ExampleDFS() {
	query := &toolbench.Query{ID: "7", Text: "Will it rain in Oslo?", APIs: []toolbench.Entry{
		{API: toolenv.API{Category: "Data", Tool: "weather", Name: "forecast", Required: []toolenv.Parameter{{Name: "city", Type: "STRING"}}}},
	}}
	task := toolbench.NewTask(query, nil, toolbench.Options{})
	tools := service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		return service.Reply{Status: 200, Body: []byte(`{"error": "", "response": "rain"}`)}, nil
	})
	turns := []string{
		"Action: forecast_for_weather\nAction Input: {\"city\": \"Rome\"}",
		"Action: Finish\nAction Input: {\"return_type\": \"give_up_and_restart\"}",
		"Action: forecast_for_weather\nAction Input: {\"city\": \"Oslo\"}",
		"Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"It rains.\"}",
	}
	model := search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
		last := r.Messages[len(r.Messages)-1]
		fmt.Printf("branch %-4s after %s\n", r.Branch, last.Role)
		text := turns[0]
		turns = turns[1:]
		return search.ReadText(text, r, false), nil
	})
	out, err := search.DFS(context.Background(), task, toolbench.NewEnv(task, tools, toolbench.Options{}), model, search.DFSOptions{Width: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out.Win, out.Tree.Size, out.Answer.FinalAnswer)
	fmt.Printf("%+v\n", out.Own.Used)
	// Output:
	// branch 0    after user
	// branch 0.0  after tool
	// branch 1    after user
	// branch 1.0  after tool
	// true 13 {"return_type": "give_answer", "final_answer": "It rains."}
	// {Turns:2 Calls:2 Queries:4 Tokens:0}
}

func ExampleParseMethod() {
	m, err := search.ParseMethod("DFS_woFilter_w2")
	fmt.Println(m.Tree, m.Ranked, m.N, err)
	_, err = search.ParseMethod("DFS")
	fmt.Println(err)
	// Output:
	// true false 2 <nil>
	// method "DFS" is none of CoT@n, DFS_woFilter_wK and DFS_wK with a number from 1 to 1000, such as CoT@1 or DFS_woFilter_w2
}
