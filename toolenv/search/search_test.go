package search_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func cot(t *testing.T, m *script, o search.CoTOptions) *answers.Raw {
	t.Helper()
	task := smallTask()
	out, err := search.CoT(context.Background(), task, smallEnv(task), m, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func dfs(t *testing.T, m *script, o search.DFSOptions) *answers.Raw {
	t.Helper()
	task := smallTask()
	out, err := search.DFS(context.Background(), task, smallEnv(task), m, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCoTAttempts(t *testing.T) {
	m := &script{texts: []string{call(forecast, `{"city": "Oslo"}`), giveUp, answer, answer}}
	out := cot(t, m, search.CoTOptions{Attempts: 3})
	if len(out.Trys) != 2 || out.Trys[0].Win || !out.Trys[1].Win || !out.Win {
		t.Errorf("attempts %+v, win %v", out.Trys, out.Win)
	}
	if leaf := out.Trys[1].Chain; !leaf[len(leaf)-1].Terminal {
		t.Error("the leaf with the answer is not marked terminal")
	}
	if got := m.branches(); got != "0 0.0 1" {
		t.Errorf("branches %s", got)
	}
	g := out.Answer
	if !g.Valid || !strings.Contains(g.FinalAnswer, `"yes"`) || len(g.Messages) != 1 || g.QueryCount != 3 || g.Tokens != 33 {
		t.Errorf("answer %+v", g)
	}
	want := answers.Budget{Turns: 2, Calls: 1, Queries: 3, Tokens: 33}
	if out.Own.Used != want || out.Own.Stopped != "" || out.Own.Requests != 3 {
		t.Errorf("used %+v, stopped %q, %d requests", out.Own.Used, out.Own.Stopped, out.Own.Requests)
	}
}

// A text without a call is shown to the model again as it was, with what was wrong.
func TestParseErrorIsShown(t *testing.T) {
	m := &script{texts: []string{"It rains.", answer}}
	out := cot(t, m, search.CoTOptions{})
	chain := out.Trys[0].Chain
	if len(chain) != 6 || chain[0].Description != "It rains." || *chain[2].Code != -1 || chain[2].Pruned {
		t.Fatalf("chain of %d: %+v", len(chain), chain[2])
	}
	said := m.requests[1].Messages[2:]
	if len(said) != 2 || said[0].Content != "It rains." || said[0].Calls[0].Name != "" || said[1].Content != toolenv.Observation("parse error: no 'Action:' line", "") {
		t.Errorf("the model sees %+v", said)
	}
	prompt, err := (&search.TextModel{Layout: "qwen2-react"}).Prompt(&m.requests[1])
	if err != nil || !strings.HasSuffix(prompt, "<|im_start|>assistant\nIt rains.<|im_end|>\n<|im_start|>function\n"+said[1].Content+"<|im_end|>\n<|im_start|>assistant\n") {
		t.Errorf("%v, prompt ends with %q", err, prompt[max(0, len(prompt)-200):])
	}
	if out.Own.Used.Calls != 0 || out.Own.Codes[-1] != 1 || out.Own.Codes[int(toolenv.StatusFinalAnswer)] != 1 {
		t.Errorf("%+v", out.Own)
	}
}

// The prompt to be different is seen by the turn that it is for, and by no other.
func TestDiversityPromptIsTakenBack(t *testing.T) {
	m := &script{texts: []string{
		call("search_for_weather", `{}`), giveUp, // goes back to the root
		call(forecast, `{"city": "Oslo"}`), call("nothing", `{}`), answer,
	}}
	out := dfs(t, m, search.DFSOptions{Width: 3})
	if got := m.branches(); got != "0 0.0 1 1.0 1.0.0" {
		t.Errorf("branches %s", got)
	}
	for i, r := range m.requests {
		n := 0
		for _, msg := range r.Messages {
			if strings.HasPrefix(msg.Content, "This is not the first time") {
				n++
			}
		}
		if want := map[int]int{2: 1}[i]; n != want {
			t.Errorf("request %d has %d prompts to be different, want %d", i, n, want)
		}
	}
	lists := out.Answer.Messages
	if len(lists) != 3 || !lists[0][2].Invalid || len(lists[0]) != 4 || len(lists[1]) != 5 || lists[1][4].Calls[0].Name != answers.HallucinatedName {
		t.Errorf("conversations %+v", lists)
	}
	second := out.Tree.Root.Children[1].Children[0].Children[0] // the first call on the way to the answer
	if !out.Win || !second.Finished || out.Tree.Root.Children[0].Finished {
		t.Error("the way to the answer is not marked")
	}
}

func TestGiveUpLeaf(t *testing.T) {
	m := &script{texts: []string{call("search_for_weather", "{}"), giveUp, call(forecast, "{}"), giveUp}}
	var n int
	out := dfs(t, m, search.DFSOptions{Options: search.Options{Choose: func(k int) int { n = k; return 1 }}})
	if out.Win || !out.Answer.Valid || out.Answer.FinishType != "give_up" || n != 2 || len(out.Answer.Messages) != 2 {
		t.Errorf("%+v of %d", out.Answer, n)
	}
}

func TestBackOffLengths(t *testing.T) {
	texts := []string{call("search_for_weather", "{}"), giveUp, answer}
	for back, want := range map[int]string{1: "0 0.0 0.1", 2: "0 0.0 1"} {
		m := &script{texts: append([]string(nil), texts...)}
		dfs(t, m, search.DFSOptions{BackGiveUp: back})
		if got := m.branches(); got != want {
			t.Errorf("going back %d after giving up: branches %s, want %s", back, got, want)
		}
	}
}

func TestBudgets(t *testing.T) {
	look := call("search_for_weather", "{}")
	many := func() *script { return &script{texts: []string{look, look, look, look, look, look, look, look, look}} }
	for _, c := range []struct {
		budget search.Budget
		stop   string
		used   search.Budget
	}{
		{search.Budget{Turns: 2}, "turns", search.Budget{Turns: 2, Calls: 6, Queries: 6, Tokens: 66}},
		{search.Budget{Calls: 2}, "calls", search.Budget{Turns: 3, Calls: 2, Queries: 3, Tokens: 33}},
		{search.Budget{Queries: 2}, "queries", search.Budget{Turns: 2, Calls: 2, Queries: 2, Tokens: 22}},
		{search.Budget{Tokens: 12}, "tokens", search.Budget{Turns: 2, Calls: 2, Queries: 2, Tokens: 22}},
	} {
		out := dfs(t, many(), search.DFSOptions{Options: search.Options{Budget: c.budget}})
		if out.Own.Stopped != c.stop || out.Own.Used != c.used || out.Own.Limits != c.budget || out.Win {
			t.Errorf("DFS with %+v: stopped by %q, used %+v", c.budget, out.Own.Stopped, out.Own.Used)
		}
		out = cot(t, many(), search.CoTOptions{Attempts: 3, Options: search.Options{Budget: c.budget}})
		if out.Own.Stopped != c.stop || out.Answer.Valid {
			t.Errorf("CoT with %+v: stopped by %q, used %+v", c.budget, out.Own.Stopped, out.Own.Used)
		}
	}
	// A call beyond the budget is answered, not made.
	out := cot(t, many(), search.CoTOptions{Options: search.Options{Budget: search.Budget{Calls: 1}}})
	leaf := out.Trys[0].Chain[5]
	if !strings.Contains(leaf.Observation, "no calls left: the budget of 1 is used up") || !leaf.Pruned || out.Own.Codes[0] != 1 {
		t.Errorf("leaf %+v, codes %v", leaf, out.Own.Codes)
	}
	// Finish is no call.
	m := &script{texts: []string{look, answer}}
	if out := cot(t, m, search.CoTOptions{Options: search.Options{Budget: search.Budget{Calls: 1, Turns: 2, Queries: 2}}}); !out.Win || out.Own.Stopped != "" {
		t.Errorf("win %v, stopped by %q", out.Win, out.Own.Stopped)
	}
}

// The last turn that a search may ask for counts; the release throws it away.
func TestMaxQuery(t *testing.T) {
	for _, released := range []bool{false, true} {
		m := &script{texts: []string{answer}, released: released}
		out := dfs(t, m, search.DFSOptions{MaxQuery: 1, Options: search.Options{Released: released}})
		if out.Win == released {
			t.Errorf("released %v: win %v", released, out.Win)
		}
	}
}

func TestFailures(t *testing.T) {
	task := smallTask()
	m := &script{texts: []string{call("search_for_weather", "{}")}}
	out := cot(t, m, search.CoTOptions{Attempts: 2})
	chain := out.Trys[0].Chain
	if last := chain[len(chain)-1]; *last.Code != -1 || !last.Pruned || last.Type != answers.ThoughtNode || out.Own.Faults["model"] != 2 {
		t.Errorf("leaf %+v, faults %v", last, out.Own.Faults)
	}
	missing := errors.New("nothing recorded")
	env := toolbench.NewEnv(task, service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		fault := service.Missing
		if r.Branch == "0" {
			fault = service.Refused
		}
		return service.Reply{}, &service.Error{Fault: fault, Request: r, Err: missing}
	}), toolbench.Options{})
	m = &script{texts: []string{call("search_for_weather", "{}"), call("search_for_weather", "{}")}}
	if _, err := search.CoT(context.Background(), task, env, m, search.CoTOptions{}); !errors.Is(err, missing) || !strings.Contains(err.Error(), "search_for_weather (task 7, branch 0.0)") {
		t.Errorf("a replay without the record: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := search.DFS(ctx, task, env, m, search.DFSOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}

// Several calls of one turn are made in order, and none behind the end.
func TestSeveralCalls(t *testing.T) {
	task := smallTask()
	model := search.ModelFunc(func(context.Context, *search.Request) (*search.Reply, error) {
		return &search.Reply{Content: "two", Calls: []search.Call{
			{ID: "a", Name: "search_for_weather", Arguments: "{}"},
			{ID: "b", Name: "Finish", Arguments: `{"return_type": "give_answer", "final_answer": "x"}`},
			{ID: "c", Name: "search_for_weather", Arguments: "{}"},
		}}, nil
	})
	out, err := search.CoT(context.Background(), task, smallEnv(task), model, search.CoTOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Trys[0].Chain) != 5 || !out.Win || len(out.Answer.Messages) != 1 {
		t.Fatalf("%d nodes, win %v, %d conversations", len(out.Trys[0].Chain), out.Win, len(out.Answer.Messages))
	}
	last := out.Answer.Messages[0][2]
	if len(last.Calls) != 2 || last.Calls[1].ID != "b" {
		t.Errorf("the last message is %+v", last)
	}
}

func TestMethods(t *testing.T) {
	for name, want := range map[string]search.Method{
		"CoT@1": {N: 1}, "CoT@12": {N: 12}, "DFS_woFilter_w2": {Tree: true, N: 2}, "DFS_w3": {Tree: true, Ranked: true, N: 3},
	} {
		if m, err := search.ParseMethod(name); err != nil || m != want || m.String() != name {
			t.Errorf("%s: %+v, %s, %v", name, m, m, err)
		}
	}
	for _, name := range []string{"", "CoT", "CoT@", "CoT@0", "CoT@-1", "CoT@01", "CoT@1001", "cot@1", "DFS", "DFS_w", "DFS_woFilter", "BFS_w2"} {
		if m, err := search.ParseMethod(name); err == nil {
			t.Errorf("%q is read as %s", name, m)
		}
	}
}

// A call without a name among others is answered with what is wrong.
func TestNamelessCallAmongOthers(t *testing.T) {
	task := smallTask()
	asked := 0
	model := search.ModelFunc(func(context.Context, *search.Request) (*search.Reply, error) {
		if asked++; asked > 1 {
			return &search.Reply{Calls: []search.Call{{Name: "Finish", Arguments: `{"return_type": "give_answer", "final_answer": "x"}`}}}, nil
		}
		return &search.Reply{Calls: []search.Call{{ID: "a", Name: "search_for_weather", Arguments: "{}"}, {ID: "b", Arguments: "{}"}}}, nil
	})
	out, err := search.CoT(context.Background(), task, smallEnv(task), model, search.CoTOptions{})
	if err != nil || !out.Win {
		t.Fatalf("win %v, %v", out.Win, err)
	}
	second := out.Trys[0].Chain[4]
	if *second.Code != -1 || second.Observation != toolenv.Observation("parse error: a call without a function's name", "") || out.Own.Used.Calls != 1 {
		t.Errorf("%+v, used %+v", second, out.Own.Used)
	}
}
