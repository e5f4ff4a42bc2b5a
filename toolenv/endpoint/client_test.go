package endpoint

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// echo answers with fixed texts and keeps the requests.
type echo struct {
	mu     sync.Mutex
	answer string
	bodies []string
	paths  []string
	keys   []string
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bodies, e.paths, e.keys = append(e.bodies, string(b)), append(e.paths, r.URL.Path), append(e.keys, r.Header.Get("Authorization"))
	io.WriteString(w, e.answer)
}

func TestRequestsHoldWhatTheCallerSet(t *testing.T) {
	e := &echo{answer: good}
	s := serve(t, e.ServeHTTP)
	c, _ := client(t, s, Options{Model: "m", CompletionFields: pyliteral.Dict{{Key: "echo", Value: false}}})
	ctx := context.Background()
	for _, r := range []search.CompletionRequest{
		{Prompt: "p", MaxTokens: 1024, Stop: []string{"</s>"}, TruncatePrompt: 7100},
		{Prompt: "p", Model: "n", Temperature: 0.25, Stop: []string{"a", "b"}, Task: "t", Branch: "0"},
	} {
		if _, err := c.Complete(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	e.answer = `{"choices": [{"message": {"role": "assistant", "content": "x"}}]}`
	function := pyliteral.Dict{{Key: "name", Value: "f"}, {Key: "z", Value: 1.0}, {Key: "a", Value: int64(1)}}
	for _, r := range []ChatRequest{
		{Messages: pyliteral.List{Text("user", "é")}},
		{Messages: pyliteral.List{Text("user", "u"), Assistant("t", []ToolCall{{"1", "f", "{}"}}), Tool("1", "o")}, Temperature: int64(0), MaxTokens: 9,
			Tools: pyliteral.List{Function(function)}, ToolChoice: Choose("f"), ResponseFormat: JSONObject(), Extra: pyliteral.Dict{{Key: "n", Value: int64(2)}, {Key: "max_tokens", Value: int64(8)}}},
		{Functions: pyliteral.List{function}, FunctionCall: "auto", ToolChoice: "required"},
	} {
		if _, err := c.Chat(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`{"model": "m", "prompt": "p", "max_tokens": 1024, "stop": "</s>", "temperature": 0, "truncate_prompt_tokens": 7100, "echo": false}`,
		`{"model": "n", "prompt": "p", "stop": ["a", "b"], "temperature": 0.25, "echo": false}`,
		`{"messages": [{"role": "user", "content": "\u00e9"}], "model": "m"}`,
		`{"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "t", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}, ` +
			`{"role": "tool", "tool_call_id": "1", "content": "o"}], "model": "m", "max_tokens": 8, "response_format": {"type": "json_object"}, "temperature": 0, ` +
			`"tool_choice": {"type": "function", "function": {"name": "f"}}, "tools": [{"type": "function", "function": {"name": "f", "z": 1.0, "a": 1}}], "n": 2}`,
		`{"messages": [], "model": "m", "tool_choice": "required", "functions": [{"name": "f", "z": 1.0, "a": 1}], "function_call": "auto"}`,
	}
	for i, w := range want {
		if e.bodies[i] != w {
			t.Errorf("request %d:\n%s, want\n%s", i, e.bodies[i], w)
		}
	}
	if got := strings.Join(e.paths, " "); got != "/v1/completions /v1/completions /v1/chat/completions /v1/chat/completions /v1/chat/completions" {
		t.Errorf("paths %s", got)
	}
}

func TestChatAnswers(t *testing.T) {
	e := &echo{}
	s := serve(t, e.ServeHTTP)
	c, _ := client(t, s, Options{})
	for _, k := range []struct{ answer, want string }{
		{`{"choices": [{"finish_reason": "tool_calls", "message": {"content": null, "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{\"x\": 1}"}}, {"function": {"name": "g", "arguments": {"y": 1.0}}}, 7, {"id": "z"}]}}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}`,
			`"" null=true calls=[{a f {"x": 1}} { g {"y": 1.0}}] old=<nil> tool_calls usage={5 2 0}`},
		{`{"choices": [{"message": {"content": "hi", "function_call": {"name": "f", "arguments": "{"}}}], "usage": null}`,
			`"hi" null=false calls=[] old=&{ f {}  usage={0 0 0}`},
		{`{"choices": [{"message": {"content": "` + `\ud83d` + `", "tool_calls": null}}], "usage": {"prompt_tokens": -5, "completion_tokens": 1e3}}`,
			fmt.Sprintf(`%q null=false calls=[] old=<nil>  usage={0 0 0}`, "\xed\xa0\xbd")},
	} {
		e.answer = k.answer
		r, err := c.Chat(context.Background(), ChatRequest{})
		if err != nil {
			t.Fatal(err)
		}
		ch := r.Choices[0]
		if got := fmt.Sprintf("%q null=%v calls=%v old=%v %s usage=%v", ch.Content, ch.Null, ch.Calls, ch.FunctionCall, ch.FinishReason, r.Usage); got != k.want {
			t.Errorf("%s:\n%s, want\n%s", k.answer, got, k.want)
		}
	}
	for _, answer := range []string{`{}`, `{"choices": null}`, `{"choices": [7]}`, `{"choices": [{"message": null}]}`, `{"error": {"message": "x"}}`} {
		e.answer = answer
		r, err := c.Chat(context.Background(), ChatRequest{})
		if KindOf(err) != Shape || pyliteral.Dumps(r.Raw, pyliteral.JSONStyle{}) != answer {
			t.Errorf("%s: error %v, raw %v", answer, err, r.Raw)
		}
	}
	if st := c.Stats(); st.PromptTokens != 5 || st.CompletionTokens != 2 || st.Faults[Shape] != 5 {
		t.Errorf("stats %+v", st)
	}
}

func TestEmbeddings(t *testing.T) {
	e := &echo{answer: `{"data": [{"index": 1, "embedding": [0.5, -1]}, {"index": 0, "embedding": [1e-3, 2]}]}`}
	s := serve(t, e.ServeHTTP)
	c, _ := client(t, s, Options{Model: "m"})
	got, err := c.Embed(context.Background(), "", []string{"a", "b"})
	if err != nil || fmt.Sprint(got) != "[[0.001 2] [0.5 -1]]" || e.bodies[0] != `{"input": ["a", "b"], "model": "m"}` {
		t.Errorf("%v, %v for %s", got, err, e.bodies)
	}
	for answer, want := range map[string]string{
		`{"data": [{"embedding": [1]}]}`: "1 vectors for 2 texts",
		`{}`:                             "0 vectors for 2 texts",
		`{"data": [{"embedding": [1]}, {"embedding": [1, 2]}]}`:                                  "vectors of 1 and 2 numbers",
		`{"data": [{"embedding": []}, {"embedding": []}]}`:                                       "no numbers",
		`{"data": [{"embedding": [1]}, {"embedding": [NaN]}]}`:                                   "not finite",
		`{"data": [{"embedding": [1]}, {"embedding": [1e99]}]}`:                                  "not finite",
		`{"data": [{"embedding": [1]}, {"embedding": "AAAA"}]}`:                                  "no numbers",
		`{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}`:             "two vectors",
		`{"data": [{"index": 0, "embedding": [1]}, {"index": 2, "embedding": [1]}]}`:             "index 2",
		`{"data": [{"index": 0, "embedding": [1]}, {"index": 9999999999999, "embedding": [1]}]}`: "index 9999999999999",
	} {
		e.answer = answer
		if _, err := c.Embed(context.Background(), "", []string{"a", "b"}); KindOf(err) != Shape || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", answer, err, want)
		}
	}
	if v, err := c.Embed(context.Background(), "", nil); v != nil || err != nil || len(e.bodies) != 11 {
		t.Errorf("%v, %v, %d requests", v, err, len(e.bodies))
	}
}

// Keys are used in turn, one per call; one that ran out of its rate gives way to
// the next, except where Python's client is followed.
func TestKeysAreUsedInTurn(t *testing.T) {
	var seen []string
	limited := true
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		if len(seen) == 2 && limited {
			w.WriteHeader(429)
			return
		}
		io.WriteString(w, good)
	})
	for policy, want := range map[Policy]string{Standard: "[a b c c a]", OpenAIPython: "[a b b c a]"} {
		seen = nil
		c, _ := client(t, s, Options{Key: "a", Keys: []string{"b", "c"}, Policy: policy})
		for range 4 {
			if _, err := complete(c); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(seen); got != want {
			t.Errorf("%s: keys %s, want %s", policy, got, want)
		}
		for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %v", c, c, c.o), c.String()} {
			if strings.Contains(text, `"a"`) || strings.Contains(text, "[b c]") || !strings.Contains(text, "3 keys") {
				t.Errorf("printed as %s", text)
			}
		}
	}
}

func TestRequestsAtOnceAreLimited(t *testing.T) {
	var now, most atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(2 * time.Millisecond)
		io.WriteString(w, good)
	})
	c, _ := client(t, s, Options{MaxConcurrent: 3})
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			if _, err := complete(c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() > 3 || c.Stats().Requests != 24 {
		t.Errorf("%d requests at once of %d", most.Load(), c.Stats().Requests)
	}
	// One that waits for its place ends with its context.
	hang := serve(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c, _ = client(t, hang, Options{MaxConcurrent: 1, MaxAttempts: 1})
	ctx, cancel := context.WithCancel(context.Background())
	errs := make(chan error)
	for range 2 {
		go func() { _, err := c.Complete(ctx, search.CompletionRequest{}); errs <- err }()
	}
	time.Sleep(10 * time.Millisecond)
	cancel()
	for range 2 {
		if err := <-errs; KindOf(err) != Canceled {
			t.Errorf("error %v", err)
		}
	}
}

// Redirects stay on the allowed hosts, and keys on the first.
func TestRedirects(t *testing.T) {
	e := &echo{answer: good}
	second := serve(t, e.ServeHTTP)
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		where := "/v1/elsewhere"
		if r.URL.Path == where {
			where = second.URL + "/v1/x"
		}
		w.Header().Set("Location", where)
		w.WriteHeader(307)
	})
	host := func(s *httptest.Server) string { return strings.TrimPrefix(s.URL, "http://") }
	c, _ := client(t, first, Options{Key: "k", Hosts: []string{host(first), host(second)}})
	if _, err := complete(c); err != nil || len(e.bodies) != 1 || e.bodies[0] != `{"prompt": "x", "temperature": 0}` || e.keys[0] != "" || e.paths[0] != "/v1/x" {
		t.Errorf("%v: the second host saw %q with keys %q at %q", err, e.bodies, e.keys, e.paths)
	}
	c, _ = client(t, first, Options{Hosts: []string{host(first), host(second)}, MaxRedirects: -1})
	if _, err := complete(c); KindOf(err) != Redirect {
		t.Errorf("error %v", err)
	}
}

func TestProxiesOfTheEnvironmentDoNotCount(t *testing.T) {
	proxied := false
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) { proxied = true; io.WriteString(w, good) })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	// A name that does not exist: only a proxy could answer.
	c, _ := client(t, proxy, Options{BaseURL: "http://model.invalid/v1", MaxAttempts: 1})
	if _, err := complete(c); KindOf(err) != Refused || proxied {
		t.Errorf("error %v, proxy asked: %v", err, proxied)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, "not one"},
		{Options{BaseURL: "localhost:8000"}, "not one"},
		{Options{BaseURL: "ftp://x/v1"}, "not one"},
		{Options{BaseURL: "http://u:pw@x/v1"}, "keys go into Key"},
		{Options{BaseURL: "http://x/v1?key=pw"}, "keys go into Key"},
		{Options{BaseURL: "http://x", Keys: []string{"pw\n"}}, "key 0"},
		{Options{BaseURL: "http://x", Hosts: []string{"y"}}, "not among those allowed"},
		{Options{BaseURL: "http://x", Hosts: []string{"http://x"}}, "want a name"},
		{Options{BaseURL: "http://x", Policy: "often"}, "policy"},
	} {
		_, err := New(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "pw") {
			t.Errorf("%v: error %v, want %q", c.o, err, c.want)
		}
	}
	for base, want := range map[string]string{"http://X": "http://X/v1", "http://x:80/": "http://x:80/v1", "https://x/api/v2/": "https://x/api/v2", "http://[::1]:8000": "http://[::1]:8000/v1"} {
		c, err := New(Options{BaseURL: base})
		if err != nil || c.base.String() != want {
			t.Errorf("%s: %v, %v", base, c, err)
		}
	}
}
