package endpoint

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// recorded is one exchange with a model, as the released clients had it.
type recorded struct {
	Request struct {
		Path string
		Body json.RawMessage
	}
	Response struct {
		Status int
		Body   json.RawMessage
		Text   *string
	}
}

// recordings are the exchanges with models in a file.
func recordings(t *testing.T, file string) (out []recorded) {
	t.Helper()
	for _, text := range golden.Lines(t, file) {
		var line struct{ Exchanges []recorded }
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		for _, x := range line.Exchanges {
			if x.Request.Path == "/v1/completions" || x.Request.Path == "/v1/chat/completions" {
				out = append(out, x)
			}
		}
	}
	return out
}

// Whatever the released programs asked is asked with the same fields and the same
// forms of numbers, and whatever was answered is an answer or an error with a kind.
func TestRecordedExchanges(t *testing.T) {
	dir := golden.Kind(t, "toolbench")
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.jsonl.gz"))
	n := 0
	for _, file := range files {
		var now recorded
		var sent []byte
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			sent, _ = io.ReadAll(r.Body)
			w.WriteHeader(now.Response.Status)
			if now.Response.Text != nil {
				io.WriteString(w, *now.Response.Text)
				return
			}
			w.Write(now.Response.Body)
		})
		c, _ := client(t, s, Options{MaxAttempts: 1})
		for _, now = range recordings(t, file) {
			n++
			v, err := pyliteral.FromJSON(string(now.Request.Body))
			if err != nil {
				t.Fatal(err)
			}
			body := v.(pyliteral.Dict)
			if now.Request.Path == "/v1/completions" {
				_, err = c.Complete(context.Background(), completionOf(body))
				sent = append(sent[:len(sent)-1], `, "echo": false}`...) // see Options.CompletionFields
			} else {
				_, err = c.Chat(context.Background(), chatOf(body))
			}
			if err != nil && (KindOf(err) == "" || now.Response.Status == 200 && KindOf(err) != Shape && KindOf(err) != Malformed) {
				t.Errorf("%s: status %d: %v", filepath.Base(file), now.Response.Status, err)
			}
			if got := sorted(t, string(sent)); !reflect.DeepEqual(got, sorted(t, string(now.Request.Body))) {
				t.Errorf("%s: sent %.300s, recorded %.300s", filepath.Base(file), sent, now.Request.Body)
			}
		}
	}
	if n == 0 {
		t.Skip("no exchanges with models")
	}
	t.Logf("%d exchanges", n)
}

func completionOf(d pyliteral.Dict) search.CompletionRequest {
	r := search.CompletionRequest{MaxTokens: count(d, "max_tokens"), TruncatePrompt: count(d, "truncate_prompt_tokens"), Temperature: float64(count(d, "temperature"))}
	r.Model, _ = text(d, "model")
	r.Prompt, _ = text(d, "prompt")
	stop, _ := text(d, "stop")
	r.Stop = []string{stop}
	return r
}

func chatOf(d pyliteral.Dict) ChatRequest {
	r := ChatRequest{MaxTokens: count(d, "max_tokens")}
	r.Model, _ = text(d, "model")
	r.Messages, _ = list(d, "messages")
	r.Tools, _ = list(d, "tools")
	r.ToolChoice, _ = d.Get("tool_choice")
	r.Temperature, _ = d.Get("temperature")
	r.ResponseFormat, _ = object(d, "response_format")
	return r
}

// sorted is a body whose fields have no order, in Python's notation, which keeps
// 1 and 1.0 apart.
func sorted(t *testing.T, body string) map[string]string {
	t.Helper()
	v, err := pyliteral.FromJSON(body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, it := range v.(pyliteral.Dict) {
		out[it.Key.(string)] = pyliteral.Repr(it.Value)
	}
	return out
}
