package toolbench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// recorded reads a units file: the values of a list, or of a file with one value
// a line.
func recorded(t *testing.T, name string) []pyliteral.Dict {
	t.Helper()
	path := filepath.Join(golden.Kind(t, "toolbench"), "units", name)
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("no %s", path)
	}
	defer f.Close()
	var rows []pyliteral.Dict
	if strings.HasSuffix(name, ".gz") {
		for _, line := range golden.Lines(t, path) {
			v, err := pyliteral.FromJSON(line)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, v.(pyliteral.Dict))
		}
		return rows
	}
	for v, err := range pyliteral.StreamList(f) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, v.(pyliteral.Dict))
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", path)
	}
	return rows
}

// folderOf writes tool files and opens them.
func folderOf(t testing.TB, files pyliteral.Dict) *Folder {
	t.Helper()
	dir := t.TempDir()
	for _, it := range files {
		path := filepath.Join(dir, filepath.FromSlash(it.Key.(string)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(pyliteral.Dumps(it.Value, pyliteral.JSONStyle{})), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func texts(v any) []string {
	var ss []string
	for _, s := range v.(pyliteral.List) {
		ss = append(ss, idText(s))
	}
	return ss
}

func recordedTask(t *testing.T, row pyliteral.Dict) *Task {
	q := parseQuery(get(row, "query").(pyliteral.Dict), text(row, "subset"))
	return NewTask(&q, folderOf(t, get(row, "tools").(pyliteral.Dict)), Options{Released: true})
}

func TestSchemaGolden(t *testing.T) {
	for _, row := range recorded(t, "schema.jsonl.gz") {
		id := idText(get(row, "query_id"))
		task := recordedTask(t, row)
		same := func(what, got, want string) {
			if got != want {
				t.Errorf("task %s, %s:\n got %s\nwant %s", id, what, got, want)
			}
		}
		same("functions", pyliteral.Repr(task.Tools()), pyliteral.Repr(get(row, "functions")))
		same("tool names", strings.Join(task.ToolNames, " "), strings.Join(texts(get(row, "tool_names")), " "))
		same("categories", strings.Join(task.Categories, " "), strings.Join(texts(get(row, "cate_names")), " "))
		same("system", task.System, text(row, "system"))
		same("user", task.User, text(row, "user"))
		if !strings.HasSuffix(task.System, text(row, "task_description")) {
			t.Errorf("task %s: the system text does not end with the task's description", id)
		}
		reflect := get(row, "api_name_reflect").(pyliteral.Dict)
		for i, name := range task.Names[:len(task.Names)-1] {
			same("API of "+name, task.APINames[i], text(reflect, name))
		}
		messages := []chat.ToolBenchMessage{{Role: "system", Content: task.System}, {Role: "user", Content: task.User}}
		for layout, client := range map[string]string{"toolllama-react": "ToolLLaMA_vllm", "qwen2-react": "qwen2", "llama3-1-react": "llama3"} {
			got, err := chat.ToolBenchPrompt(layout, messages, task.FunctionText())
			if err != nil {
				t.Fatal(err)
			}
			same(layout, got, text(get(row, "prompts").(pyliteral.Dict), client))
		}
	}
}

func TestNamesGolden(t *testing.T) {
	for _, row := range recorded(t, "names.json") {
		in := text(row, "in")
		if got := StandardizeCategory(in); got != text(row, "category") {
			t.Errorf("StandardizeCategory(%q) = %q, recorded %q", in, got, text(row, "category"))
		}
		if got := apiName(in); got != text(row, "change_name") {
			t.Errorf("apiName(%q) = %q, recorded %q", in, got, text(row, "change_name"))
		}
	}
}

// compare checks a result against a recorded row: an observation with its code,
// or the exception that ended the release.
func compare(t *testing.T, what string, r Result, row pyliteral.Dict) {
	t.Helper()
	var crash *Crash
	errors.As(r.Crash, &crash)
	if want := text(row, "exception"); want != "" {
		if crash == nil || crash.Exception != want {
			t.Errorf("%s: crash %v, recorded %s", what, r.Crash, want)
		}
		return
	}
	if crash != nil || r.Observation != text(row, "observation") || int64(r.Code) != get(row, "code") {
		t.Errorf("%s:\n got      %q, %d, crash %v\n recorded %q, %v", what, r.Observation, r.Code, crash, text(row, "observation"), get(row, "code"))
	}
}

func TestFinishGolden(t *testing.T) {
	env := NewEnv(NewTask(&Query{}, nil, Options{Released: true}), silent, Options{Released: true})
	for _, row := range recorded(t, "finish.json") {
		r := env.Step(context.Background(), "", "Finish", text(row, "input"))
		compare(t, text(row, "input"), r, row)
		if (r.Code == 3) != (get(row, "success") == int64(1)) {
			t.Errorf("%s: success differs", text(row, "input"))
		}
	}
}

var silent = service.Func(func(context.Context, service.Request) (service.Reply, error) {
	return service.Reply{Status: 200, ContentType: "application/json", Body: []byte(`{"error": "", "response": ""}`)}, nil
})

func TestMatchGolden(t *testing.T) {
	schemas := recorded(t, "schema.jsonl.gz")
	for i, m := range recorded(t, "match.json") {
		task := recordedTask(t, schemas[i])
		if !slices.Equal(task.Names, texts(get(m, "functions"))) {
			t.Fatalf("list %d is that of another task", i)
		}
		var asked *service.Request
		env := NewEnv(task, service.Func(func(ctx context.Context, r service.Request) (service.Reply, error) {
			asked = &r
			return silent(ctx, r)
		}), Options{Released: true, Key: "test-key"})
		for _, v := range list(m, "rows") {
			row := v.(pyliteral.Dict)
			asked = nil
			name := text(row, "action")
			compare(t, name, env.Step(context.Background(), "", name, "{}"), row)
			want, _ := get(row, "request").(pyliteral.Dict)
			if (want == nil) != (asked == nil) {
				t.Errorf("%q: request %v, recorded %v", name, asked, want)
			}
			if want == nil || asked == nil {
				continue
			}
			got := pyliteral.Dict{{Key: "category", Value: asked.Category}, {Key: "tool_name", Value: asked.Tool}, {Key: "api_name", Value: asked.API},
				{Key: "tool_input", Value: asked.Input}, {Key: "strip", Value: asked.Strip}, {Key: "toolbench_key", Value: asked.Key}}
			if pyliteral.Repr(got) != pyliteral.Repr(want) {
				t.Errorf("%q: request %s, recorded %s", name, pyliteral.Repr(got), pyliteral.Repr(want))
			}
		}
	}
}

// oneAPI is a task with one function, x_for_t.
func oneAPI(o Options) *Task {
	q := parseQuery(pyliteral.Dict{
		{Key: "query_id", Value: int64(1)},
		{Key: "api_list", Value: pyliteral.List{pyliteral.Dict{{Key: "tool_name", Value: "t"}, {Key: "api_name", Value: "x"}}}},
	}, "")
	return NewTask(&q, nil, o)
}

func TestObservationsGolden(t *testing.T) {
	o := Options{Released: true}
	for i, row := range recorded(t, "observations.json") {
		reply := service.Reply{Status: int(get(row, "status").(int64)), ContentType: text(row, "content_type"), Body: []byte(text(row, "body"))}
		env := NewEnv(oneAPI(o), service.Func(func(context.Context, service.Request) (service.Reply, error) { return reply, nil }), o)
		compare(t, text(row, "body"), env.Step(context.Background(), "", "x_for_t", "{}"), row)
		// By default nothing ends the program, and what the release did read is read
		// the same but for texts without a charset and marks of byte order.
		fixed := NewEnv(oneAPI(Options{}), service.Func(func(context.Context, service.Request) (service.Reply, error) { return reply, nil }), Options{})
		r := fixed.Step(context.Background(), "", "x_for_t", "{}")
		switch {
		case r.Crash != nil:
			t.Errorf("row %d: %v", i, r.Crash)
		case text(row, "exception") != "":
			if r.Code != toolenv.StatusInvalidRequest || !strings.HasPrefix(r.Observation, `{"error": "request invalid, data error: the tool's answer`) {
				t.Errorf("%s: %q, %d", reply.Body, r.Observation, r.Code)
			}
		case reply.ContentType != "text/plain" && !strings.HasPrefix(string(reply.Body), "\ufeff"):
			compare(t, text(row, "body"), r, row)
		}
	}
}

func TestBatchGolden(t *testing.T) {
	for _, row := range recorded(t, "batch.json") {
		qs, err := LoadQueries(shared(t, "stabletoolbench", "solvable_queries", "test_instruction", text(row, "subset")+".json"))
		if err != nil {
			t.Fatal(err)
		}
		missing := texts(get(row, "missing_tools"))
		files := pyliteral.Dict{}
		for _, q := range qs {
			for _, e := range q.APIs {
				path := e.Category + "/" + toolenv.Standardize(e.Tool) + ".json"
				if _, twice := files.Get(path); !twice && !slices.Contains(missing, path) {
					files = append(files, pyliteral.Item{Key: path, Value: pyliteral.Dict{
						{Key: "tool_name", Value: e.Tool}, {Key: "tool_description", Value: ""}, {Key: "api_list", Value: pyliteral.List{}},
					}})
				}
			}
		}
		f := folderOf(t, files)
		existing := texts(get(row, "existing"))
		done := func(id string) bool { return slices.Contains(existing, id) }
		for _, released := range []bool{true, false} {
			b, err := PlanBatch(qs, f, pyrand.New(42), done, released)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := ids(b.Accepted), texts(get(row, "accepted")); !slices.Equal(got, want) {
				t.Errorf("%s: accepted %v, recorded %v", text(row, "subset"), got, want)
			}
			if got, want := ids(b.Order), texts(get(row, "order")); !slices.Equal(got, want) {
				t.Errorf("%s: order %v, recorded %v", text(row, "subset"), got, want)
			}
			if len(b.Accepted)+len(b.Skipped) != len(qs) {
				t.Errorf("%s: %d accepted and %d skipped of %d", text(row, "subset"), len(b.Accepted), len(b.Skipped), len(qs))
			}
		}
	}
}

func ids(qs []*Query) []string {
	var s []string
	for _, q := range qs {
		s = append(s, q.ID)
	}
	return s
}
