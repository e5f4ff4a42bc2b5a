package search_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual"
)

var layoutOf = map[string]string{"ToolLLaMA_vllm": "toolllama-react", "qwen2": "qwen2-react", "llama3": "llama3-1-react"}

// Every recorded run of the release, over real connections: the same prompts,
// requests, pauses and draws in the same order, the same output to the byte, and
// the same end where the release crashes.
func TestReleasedRuns(t *testing.T) {
	n, crashes := 0, 0
	for _, task := range recordedTasks(t) {
		for _, run := range task.runs {
			name := fmt.Sprintf("%s/%s/%s/%s", task.query.ID, text(run, "client"), text(run, "method"), text(run, "tag"))
			t.Run(strings.TrimSuffix(name, "/"), func(t *testing.T) {
				if get(run, "crash") != nil {
					crashes++
				}
				replayRun(t, task, run)
			})
			n++
		}
	}
	t.Logf("%d runs, of which the release crashes in %d", n, crashes)
}

func replayRun(t *testing.T, task recordedTask, run pyliteral.Dict) {
	server := newReplay(t, get(run, "exchanges").(pyliteral.List))
	out, err := replayed(t, server, task, run)
	if why := server.rest(); why != "" {
		t.Fatal(why)
	}
	if crash := get(run, "crash"); crash != nil {
		var c *toolbench.Crash
		if !errors.As(err, &c) || c.Exception != text(crash, "type") {
			t.Fatalf("error %v, want a crash with %s", err, text(crash, "type"))
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := answers.ParseRaw(pyliteral.Dumps(get(run, "output"), pyliteral.JSONStyle{}))
	if err != nil {
		t.Fatal(err)
	}
	copyFailures(out, want)
	sum := sha256.Sum256([]byte(out.Text()))
	if got := hex.EncodeToString(sum[:]); got != text(run, "output_sha256") {
		t.Errorf("the output differs:\n%s", firstDifference(out.Text(), want.Text()))
	}
}

// replayed searches as the recorded run did.
func replayed(t *testing.T, server *replay, task recordedTask, run pyliteral.Dict) (*answers.Raw, error) {
	t.Helper()
	model, env := releasedParts(t, server, task, run)
	draws := pyrand.New(42)
	o := search.Options{
		Released: true, MaxStep: number(run, "config", "single_chain_max_step"),
		Choose: func(n int) int {
			i := draws.Int(0, n-1)
			server.event("random", func(e pyliteral.Dict) string {
				if args := get(e, "args").(pyliteral.List); args[1] != int64(n-1) || number(e, "result") != i {
					return fmt.Sprintf("drew %d of %d, want %v", i, n, pyliteral.Repr(e))
				}
				return ""
			})
			return i
		},
	}
	method, err := search.ParseMethod(text(run, "method"))
	if err != nil {
		t.Fatal(err)
	}
	return method.Search(context.Background(), env.Task(), env, model, o, number(run, "config", "max_query_count"))
}

// releasedParts are the model and the environment of a recorded run, with its server
// behind them.
func releasedParts(t *testing.T, server *replay, task recordedTask, run pyliteral.Dict) (search.Model, *toolbench.Env) {
	t.Helper()
	pause := func(where string) func(context.Context, time.Duration) error {
		return func(_ context.Context, d time.Duration) error {
			server.event("sleep", func(e pyliteral.Dict) string {
				if text(e, "where") != where || number(e, "seconds") != int(d.Seconds()) {
					return fmt.Sprintf("a pause of %v (%s), want %s", d, where, pyliteral.Repr(e))
				}
				return ""
			})
			return nil
		}
	}
	client, err := endpoint.New(endpoint.Options{
		BaseURL: server.URL + "/v1", Policy: endpoint.OpenAIPython, CompletionFields: pyliteral.Dict{{Key: "echo", Value: false}},
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	model := &search.TextModel{
		Completer: client, Layout: layoutOf[text(run, "client")], Model: text(run, "config", "model"), Released: true, Sleep: pause("model"),
	}
	o := toolbench.Options{
		Released: true, MaxObservation: number(run, "config", "max_observation_length"), Strip: text(run, "config", "observ_compress_method"),
		Key: text(run, "config", "toolbench_key"), Sleep: pause("tool"),
	}
	path, timeout := text(run, "config", "service_path"), time.Minute
	if !strings.HasSuffix(path, "virtual") {
		timeout = toolTimeout
	}
	service, err := virtual.NewClient(server.URL+path, virtual.ClientOptions{Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return model, toolbench.NewEnv(toolbench.NewTask(task.query, task.folder, o), service, o)
}

// copyFailures takes over the texts of turns that the model did not give: there the
// release writes what Python prints of the last answer.
func copyFailures(got, want *answers.Raw) {
	both := func(g, w *answers.RawNode) {
		if w.Type == answers.ThoughtNode && w.Code != nil && *w.Code == -1 {
			g.Description = w.Description
		}
	}
	var tree func(g, w *answers.RawNode)
	tree = func(g, w *answers.RawNode) {
		both(g, w)
		for i := range min(len(g.Children), len(w.Children)) {
			tree(g.Children[i], w.Children[i])
		}
	}
	if got.Tree != nil && want.Tree != nil {
		tree(got.Tree.Root, want.Tree.Root)
	}
	for i := range min(len(got.Trys), len(want.Trys)) {
		for k := range min(len(got.Trys[i].Chain), len(want.Trys[i].Chain)) {
			both(got.Trys[i].Chain[k], want.Trys[i].Chain[k])
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}
