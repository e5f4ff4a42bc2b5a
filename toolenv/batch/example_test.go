package batch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/toolenv/batch"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Two tasks with a model that answers one and breaks down over the other.
func Example() {
	dir, err := os.MkdirTemp("", "batch")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	model := search.ModelFunc(func(_ context.Context, r *search.Request) (*search.Reply, error) {
		if r.Task == "2" {
			panic("too hot")
		}
		return search.ReadText("Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}", r, false), nil
	})
	tools := service.Func(func(context.Context, service.Request) (service.Reply, error) {
		return service.Reply{Status: 200, Body: []byte(`{"error": "", "response": ""}`)}, nil
	})
	summary, err := batch.Run(context.Background(), []toolbench.Query{{ID: "1", Text: "Is it cold?"}, {ID: "2", Text: "Is it hot?"}}, batch.Options{
		Out: dir, Method: search.Method{N: 1}, Threads: 2,
		Parts: func(int) (search.Model, service.Service, error) { return model, tools, nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Answered, "answered,", summary.Failed, "failed")
	failures, err := os.ReadFile(filepath.Join(dir, "failures.jsonl"))
	fmt.Print(string(failures), err)
	// Output:
	// 1 answered, 1 failed
	// {"task":"2","sample":0,"kind":"internal","error":"panic: too hot"}
	// <nil>
}
