package chat

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The first prompts of recorded runs of ToolBench's inference, made again from
// their tasks: tool lines, format, functions, layout.
func TestReActSystem(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "toolbench", "inference", "*.jsonl.gz"))
	if len(files) == 0 {
		t.Skip("no recorded runs")
	}
	layouts := map[string]string{"ToolLLaMA_vllm": "toolllama-react", "qwen2": "qwen2-react", "llama3": "llama3-1-react"}
	if testing.Short() {
		files = files[:1]
	}
	compared := 0
	for _, file := range files {
		lines := gzipLines(t, file, 6)
		task := lines[0]
		query, _ := field(task, "query", "query").(string)
		for _, run := range lines[1:] {
			first := field(run, "exchanges").(pyliteral.List)[0]
			want, ok := field(first, "request", "body", "prompt").(string)
			if !ok {
				continue
			}
			_, functions, _ := strings.Cut(want, reactAPIs)
			functions = functions[:strings.LastIndex(functions, "}]")+2]
			var tools []ToolLine
			seen := map[string]bool{}
			for _, api := range field(task, "query", "api_list").(pyliteral.List) {
				for _, it := range field(task, "tools").(pyliteral.Dict) {
					name := strings.TrimSuffix(path.Base(it.Key.(string)), ".json")
					if field(it.Value, "tool_name") == field(api, "tool_name") && !seen[name] &&
						strings.Contains(functions, "_for_"+name+"'") { // others have no tool file

						seen[name] = true
						description, _ := field(it.Value, "tool_description").(string) // null in some
						tools = append(tools, ToolLine{name, description})
					}
				}
			}
			l := find(layouts[field(run, "client").(string)])
			got := l.Prompt(ReActSystem(tools, functions), query).String()
			compared++
			if got != want {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Errorf("%s: %s differs at %d:\n got %.80q\nwant %.80q", filepath.Base(file), l.name, at, got[at:], want[at:])
			}
		}
	}
	t.Logf("%d prompts", compared)
}

func field(v any, keys ...string) any {
	for _, k := range keys {
		d, _ := v.(pyliteral.Dict)
		v, _ = d.Get(k)
	}
	return v
}

func gzipLines(t *testing.T, file string, n int) (out []any) {
	t.Helper()
	for _, line := range golden.Lines(t, file) {
		if len(out) == n {
			break
		}
		v, err := pyliteral.FromJSON(line)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return
}
