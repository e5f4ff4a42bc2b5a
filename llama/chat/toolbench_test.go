package chat

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"os"
)

// Prompts that ToolBench's three clients sent.
func TestToolBenchPrompts(t *testing.T) {
	path := filepath.Join(golden.Dir(t), "toolbench", "units", "conversations.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no %s", path)
	}
	v, err := pyliteral.FromJSON(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	get := func(v any, keys ...string) any {
		for _, k := range keys {
			v, _ = v.(pyliteral.Dict).Get(k)
		}
		return v
	}
	text := func(v any, keys ...string) string { s, _ := get(v, keys...).(string); return s }
	for i, c := range v.(pyliteral.List) {
		var messages []ToolBenchMessage
		for _, m := range get(c, "messages").(pyliteral.List) {
			msg := ToolBenchMessage{Role: text(m, "role"), Content: text(m, "content")}
			if calls, ok := get(m, "tool_calls").(pyliteral.List); ok {
				msg.Name, msg.Arguments = text(calls[0], "function", "name"), text(calls[0], "function", "arguments")
			}
			messages = append(messages, msg)
		}
		functions := ""
		if tools := get(c, "tools").(pyliteral.List); len(tools) > 0 {
			list := pyliteral.List{}
			for _, tool := range tools {
				list = append(list, get(tool, "function"))
			}
			functions = pyliteral.Repr(list)
		}
		for layout, client := range map[string]string{"toolllama-react": "ToolLLaMA_vllm", "qwen2-react": "qwen2", "llama3-1-react": "llama3"} {
			got, err := ToolBenchPrompt(layout, messages, functions)
			if want := text(c, "prompts", client); err != nil || got != want {
				t.Errorf("conversation %d, %s: %v\n got %q\nwant %q", i, layout, err, got, want)
			}
		}
	}
	if _, err := ToolBenchPrompt("qwen2", nil, ""); err == nil || !strings.Contains(err.Error(), "is none of") {
		t.Errorf("layout qwen2: %v", err)
	}
}
