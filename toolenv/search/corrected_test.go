package search_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// The texts and answers of the recorded runs as inputs of the corrected search,
// which goes other ways: whatever it meets, its account adds up.
func TestCorrectedOnRecordedTexts(t *testing.T) {
	for _, task := range recordedTasks(t) {
		for _, run := range task.runs {
			method, err := search.ParseMethod(text(run, "method"))
			if err != nil {
				t.Fatal(err)
			}
			c := &recordedParts{}
			for _, e := range get(run, "exchanges").(pyliteral.List) {
				switch {
				case text(e, "type") == "tool":
					c.replies = append(c.replies, service.Reply{Status: number(e, "response", "status"), ContentType: text(e, "response", "content_type"), Body: []byte(text(e, "response", "text"))})
				case text(e, "type") == "model" && get(e, "response", "body", "choices") != nil:
					if choices := get(e, "response", "body", "choices").(pyliteral.List); len(choices) > 0 {
						c.texts = append(c.texts, text(choices[0], "text"))
					}
				}
			}
			layout := layoutOf[text(run, "client")]
			built := toolbench.NewTask(task.query, task.folder, toolbench.Options{})
			env := toolbench.NewEnv(built, service.Func(c.call), toolbench.Options{})
			o := search.Options{MaxStep: number(run, "config", "single_chain_max_step"), Budget: search.Budget{Calls: 20}}
			out, err := method.Search(context.Background(), built, env, &search.TextModel{Completer: search.CompleterFunc(c.complete), Layout: layout}, o, number(run, "config", "max_query_count"))
			if err != nil {
				t.Fatalf("%s %s: %v", task.query.ID, method, err)
			}
			check(t, task.query.ID+" "+text(run, "client")+" "+method.String(), out, c)
		}
	}
}

// recordedParts say and answer what was recorded, over and over.
type recordedParts struct {
	mu      sync.Mutex
	texts   []string
	replies []service.Reply
	asked   int
	called  int
	prompts []string
}

func (c *recordedParts) complete(_ context.Context, r search.CompletionRequest) (search.Completion, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	c.prompts = append(c.prompts, r.Prompt)
	return search.Completion{Text: c.texts[(c.asked-1)%len(c.texts)], PromptTokens: 3, CompletionTokens: 2}, nil
}

func (c *recordedParts) call(context.Context, service.Request) (service.Reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.called++
	if len(c.replies) == 0 {
		return service.Reply{Status: 200, Body: []byte(`{"error": "", "response": ""}`)}, nil
	}
	return c.replies[(c.called-1)%len(c.replies)], nil
}

func check(t *testing.T, name string, out *answers.Raw, c *recordedParts) {
	t.Helper()
	wins, calls, unknown := 0, 0, 0
	count := func(n *answers.RawNode, action string) {
		if n.Terminal {
			wins++
		}
		if n.Type == answers.InputNode && n.Depth > 0 && action != toolenv.FinishName && action != "" && !strings.HasPrefix(n.Observation, `{"error": "no calls left`) {
			calls++
			if *n.Code == int(toolenv.StatusNoSuchFunction) {
				unknown++
			}
		}
	}
	var visit func(n *answers.RawNode, action string)
	visit = func(n *answers.RawNode, action string) {
		count(n, action)
		for _, child := range n.Children {
			visit(child, n.Description)
		}
	}
	if out.Tree != nil {
		visit(out.Tree.Root, "")
	}
	for i, try := range out.Trys {
		action := ""
		for _, n := range try.Chain {
			count(n, action)
			action = n.Description
		}
		if try.Win != (len(try.Chain) > 0 && try.Chain[len(try.Chain)-1].Terminal) {
			t.Errorf("%s: attempt %d says win %v", name, i, try.Win)
		}
	}
	own := out.Own
	if (wins > 0) != out.Win || wins > 1 || out.Win && !out.Answer.Valid {
		t.Errorf("%s: %d leaves with an answer, win %v, valid %v", name, wins, out.Win, out.Answer.Valid)
	}
	// A name that ends only one function's reaches Finish, too: such a call is one.
	if own.Used.Calls != calls || own.Used.Calls > 20 || c.called > calls-unknown {
		t.Errorf("%s: %d calls used, %d in the nodes (%d of no function), %d made", name, own.Used.Calls, calls, unknown, c.called)
	}
	if own.Used.Queries != c.asked || own.Requests != c.asked || own.Used.Tokens != 5*c.asked || out.Answer.QueryCount != c.asked {
		t.Errorf("%s: used %+v, %d requests made", name, own.Used, c.asked)
	}
	for _, p := range c.prompts {
		if strings.Count(p, "This is not the first time you try") > 1 {
			t.Errorf("%s: a prompt asks twice to be different", name)
		}
	}
	if got, err := answers.ParseRaw(out.Text()); err != nil || got.Text() != out.Text() {
		t.Errorf("%s: the output is not read back: %v", name, err)
	}
}
