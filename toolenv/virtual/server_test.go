package virtual

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// bench is a server with a scripted backend and simulator.
type bench struct {
	*Server
	dir string

	mu    sync.Mutex
	asked []string // "real BODY" or "simulator PROMPT"
	reals []string // what the backend answers, one after the other, the last again
	sims  []string
}

const movies = `{"tool_name": "IMDb", "tool_description": "Films.", "api_list": [
 {"name": "Search", "description": "Finds a film.", "schema": {"title": "", "cast": [{"name": ""}]}},
 {"name": "from", "description": "Where the data come from."}]}`

// newBench has stored the text files, real and sims as answers; both are asked
// only when there are some.
func newBench(t *testing.T, o Options, files map[string]string, reals, sims []string) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), reals: reals, sims: sims}
	files["../tools/Movies/imdb.json"] = movies
	for name, text := range files {
		path := filepath.Join(b.dir, "cache", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	backend := httptest.NewServer(http.HandlerFunc(b.handle))
	t.Cleanup(backend.Close)
	d, err := store.OpenDir(filepath.Join(b.dir, "cache"), store.Options{MaxKeys: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if o.Tools, err = toolbench.OpenFolder(filepath.Join(b.dir, "tools")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Tools.Close() })
	o.Store = d
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	if reals != nil {
		o.Real = backend.URL + "/real"
	}
	if sims != nil {
		if o.Simulator, err = endpoint.New(endpoint.Options{BaseURL: backend.URL + "/v1", Model: "m", Sleep: o.Sleep}); err != nil {
			t.Fatal(err)
		}
	}
	if b.Server, err = NewServer(o); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) handle(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	next := func(list *[]string) string {
		s := (*list)[0]
		if len(*list) > 1 {
			*list = (*list)[1:]
		}
		return s
	}
	if q.URL.Path == "/real" {
		b.asked = append(b.asked, "real "+string(body))
		answer := next(&b.reals)
		if status, text, ok := strings.Cut(answer, " "); ok && len(status) == 3 {
			code := 0
			if _, err := fmt.Sscan(status, &code); err == nil && code >= 200 && code < 600 {
				w.WriteHeader(code)
				answer = text
			}
		}
		io.WriteString(w, answer)
		return
	}
	v, _ := pyliteral.FromJSON(string(body))
	messages := field[pyliteral.List](v.(pyliteral.Dict), "messages")
	b.asked = append(b.asked, "simulator "+field[string](messages[1].(pyliteral.Dict), "content"))
	reply := pyliteral.Dict{{Key: "choices", Value: pyliteral.List{pyliteral.Dict{{Key: "message", Value: endpoint.Text("assistant", next(&b.sims))}}}}}
	io.WriteString(w, pyliteral.Dumps(reply, pyliteral.JSONStyle{}))
}

// asks are the requests to others since the last call of it.
func (b *bench) asks() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := strings.Join(b.asked, "\n")
	b.asked = nil
	return s
}

// ask sends a request of category Movies to the server.
func (b *bench) ask(t *testing.T, tool, api, input string) string {
	t.Helper()
	reply, err := b.Call(context.Background(), service.Request{Category: "Movies", Tool: tool, API: api, Input: input, Strip: "truncate", Key: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", reply.Status, reply.Body)
}

func (b *bench) file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.dir, "cache", name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

const search = "Movies/imdb_for_Movies/search.json"

func entry(key, rest string) string {
	return fmt.Sprintf(`"{'q': '%s'}": {"error": "", %s}`, key, rest)
}

// TestStored: what is stored is answered when it is good, whoever said it.
func TestStored(t *testing.T) {
	files := func() map[string]string {
		return map[string]string{search: "{" + strings.Join([]string{
			entry("parse", `"response": "The connection of both plots makes you parse the film twice; the author of this authority does not exist only on paper but in every one of its scenes, `+
				`which is why the internal error of the hero, his blocked memory and the credentials of the cast are so well liked. A film about a film that is not defined by its genre at all."`),
			entry("fake", `"response": "invented", "is_fake": true`), entry("down", `"response": "Connection refused"`),
			entry("object", `"response": {"plot": "a connection"}`), entry("message", `"response": {"message": "You are not subscribed to this API."}`),
			entry("failed", `"response": "", "is_fake": true`), `"{'q': 'text'}": "no object"`, entry("null", `"response": null`), entry("nan", `"response": [NaN]`),
		}, ",") + "}"}
	}
	good := map[string]string{"parse": "connection of both plots", "fake": "invented", "object": "a connection"}
	b := newBench(t, Options{}, files(), nil, nil)
	for key, want := range good {
		if got := b.ask(t, "imdb", "search", `{"q": "`+key+`"}`); !strings.HasPrefix(got, `200 {"error":""`) || !strings.Contains(got, want) || strings.Contains(got, "is_fake") {
			t.Errorf("%s: %s", key, got)
		}
	}
	// Alone, the server says what it knows, good or not.
	for key, want := range map[string]string{"down": `200 {"error":"","response":"Connection refused"}`, "text": "404 ", "null": `200 {"error":"","response":null}`} {
		if got := b.ask(t, "imdb", "search", `{"q": "`+key+`"}`); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", key, got)
		}
	}
	// With somebody to ask, what is not good is asked again.
	b = newBench(t, Options{}, files(), nil, []string{`{"error": "", "response": "new"}`})
	for key := range good {
		b.ask(t, "imdb", "search", `{"q": "`+key+`"}`)
		if asked := b.asks(); asked != "" {
			t.Errorf("%s: asked %s", key, asked)
		}
	}
	for _, key := range []string{"down", "message", "text", "null", "nan"} {
		if got := b.ask(t, "imdb", "search", `{"q": "`+key+`"}`); got != `200 {"error":"","response":"new"}` {
			t.Errorf("%s: %s", key, got)
		}
	}
	// The newer server answers whatever it has.
	b = newBench(t, Options{Upstream: true}, files(), nil, []string{`{"error": "", "response": "new"}`})
	for key, want := range map[string]string{"down": "Connection refused", "message": "not subscribed", "null": "null", "fake": "invented", "text": "new"} {
		if got := b.ask(t, "imdb", "search", `{"q": "`+key+`"}`); !strings.Contains(got, want) {
			t.Errorf("upstream: %s: %s", key, got)
		}
	}
}

// TestSimulator: documents are found, answers are kept, and failures are not.
func TestSimulator(t *testing.T) {
	b := newBench(t, Options{Save: true}, map[string]string{}, nil, []string{"Sure:\n```\n{\"error\": null, \"response\": \"ok\", \"is_fake\": false}\n```", "no", "[1]", "42", `{"response": NaN}`, "null", `{"x": 1}`})
	if got := b.ask(t, "IMDb", "from_for_imdb", "{}"); got != `200 {"error":"","response":"ok"}` {
		t.Error(got)
	}
	if asked := b.asks(); !strings.Contains(asked, "API Documentation:{'tool_description': 'Films.', 'api_info': [{'name': 'from', 'description': 'Where the data come from.'}]}\nAPI Examples:[]\nAPI Input:{}\n") {
		t.Error(asked)
	}
	const want = "{\n    \"{}\": {\n        \"error\": \"\",\n        \"response\": \"ok\",\n        \"is_fake\": true\n    }\n}"
	if got := b.file(t, "Movies/imdb_for_Movies/is_from.json"); got != want {
		t.Errorf("stored %s", got)
	}
	if got := b.ask(t, "imdb_for_Movies", "is_from", ""); got != `200 {"error":"","response":"ok"}` || b.asks() != "" {
		t.Errorf("asked again: %s", got)
	}
	for range 2 {
		if got := b.ask(t, "imdb", "search", "{}"); got != `200 {"error":"Failed to generate fake response","response":""}` {
			t.Error(got)
		}
		if n := strings.Count(b.asks(), "simulator "); n != 3 {
			t.Errorf("%d attempts", n)
		}
	}
	if got := b.file(t, search); got != "" {
		t.Errorf("a failure was stored: %s", got)
	}
}

// TestReal: the backend's answers are kept when they are good; what it complains
// about is answered when nobody else can.
func TestReal(t *testing.T) {
	for _, tt := range []struct {
		real, want string
		stored     bool
	}{
		{`{"error": "", "response": {"a": 1.0}}`, `200 {"error":"","response":{"a":1.0}}`, true},
		{`{"error": "", "response": 7}`, `200 {"error":"","response":7}`, true},
		{`{"error": null, "response": false}`, `200 {"error":"","response":false}`, true},
		{`{"error": "Function executing error...\ny() got an unexpected keyword argument 'q'", "response": ""}`, `200 {"error":"Function executing error...\ny() got an unexpected keyword argument 'q'","response":""}`, true},
		{`{"error": "Message error...", "response": ""}`, `200 {"error":"Message error...","response":""}`, false},
		{`{"plot": "words"}`, `200 {"error":"","response":{"plot":"words"}}`, true},
		{`{"message": "You are not subscribed to this API."}`, `200 {"error":"Unsubscribed error...","response":{"message":"You are not subscribed to this API."}}`, false},
		{`429 {"message": "Too many requests"}`, `200 {"error":"Too many requests error...","response":{"message":"Too many requests"}}`, false},
		{`429 slow down`, `200 {"error":"Too many requests error...","response":"slow down"}`, false},
		{`401 Unauthorized`, `200 {"error":"Unauthorized error...","response":"Unauthorized"}`, false},
		{`500 oops`, `502 {"error":"real_status: `, false},
		{`500 {"error": "x"}`, `502 {"error":"real_status: `, false},
		{`<html>`, `502 {"error":"real_malformed: `, false},
		{`500 not secret`, `502 {"error":"real_status: the real backend answered with HTTP status 500: \"not [key]\""`, false},
		{`{"error": "", "response": [NaN]}`, `502 {"error":"bad_answer: `, false},
		{`{"error": "", "response": "There was an error processing your API key"}`, `502 {"error":"api_key: `, false},
		{"{\"error\": \"\", \"response\": \"\xff\"}", `502 {"error":"real_malformed: `, false},
		{`"` + strings.Repeat("é", 3000) + `"`, `200 {"error":"","response":"` + strings.Repeat("é", 2048) + `..."}`, true},
		{`{"error": "", "response": "\ud83d"}`, `200 {"error":"","response":"\ud83d"}`, true},
	} {
		b := newBench(t, Options{Save: true}, map[string]string{}, []string{tt.real}, nil)
		if got := b.ask(t, "imdb", "search", `{"q": 1}`); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%.60s:\n got %s\nwant %s", tt.real, got, tt.want)
		}
		if got := b.asks(); got != `real {"category": "Movies", "tool_name": "imdb", "api_name": "search", "tool_input": {"q": 1}, "strip": "", "toolbench_key": "secret"}` {
			t.Errorf("asked %s", got)
		}
		if stored := b.file(t, search) != ""; stored != tt.stored {
			t.Errorf("%.60s: stored %v", tt.real, stored)
		}
	}
	// A stored invention serves while the backend fails.
	b := newBench(t, Options{RealKey: "theirs"}, map[string]string{search: "{" + entry("a", `"response": "invented", "is_fake": true`) + "}"}, []string{"500 x"}, []string{"unasked"})
	if got := b.ask(t, "imdb", "search", `{"q": "a"}`); got != `200 {"error":"","response":"invented"}` || !strings.Contains(b.asks(), `"toolbench_key": "theirs"`) {
		t.Error(got)
	}
}

// TestShorten: "filter" keeps what is documented, "random" what fits.
func TestShorten(t *testing.T) {
	b := newBench(t, Options{}, map[string]string{}, []string{"{}"}, nil)
	long := pyliteral.Dict{{Key: "title", Value: "Alien"}, {Key: "cast", Value: pyliteral.List{pyliteral.Dict{{Key: "name", Value: "a"}, {Key: "age", Value: int64(1)}}}}}
	for i := range 40 {
		long = append(long, pyliteral.Item{Key: fmt.Sprint("k", i), Value: strings.Repeat("x", 100)})
	}
	short := func(strip string) string {
		c := &call{request: &request{Strip: strip}, place: place{Name: store.Name{Category: "Movies", Tool: "imdb_for_Movies", API: "search"}, document: "imdb"}, key: "{}"}
		return string(encode(b.shorten(long, c)))
	}
	if got := short("filter"); got != `{"title":"Alien","cast":[{"name":"a"}]}` {
		t.Errorf("filter: %s", got)
	}
	if got := short("random"); len(got) > mostText || len(got) < mostText/2 || !strings.HasPrefix(got, "{") || got != short("random") {
		t.Errorf("random: %d bytes %s", len(got), got)
	}
	if got := short("truncate"); len(got) != mostText+len("...")+2+strings.Count(got, `\"`) || !strings.HasPrefix(got, `"{\"title\": \"Alien\"`) {
		t.Errorf("truncate: %d bytes %s", len(got), got)
	}
}

// TestFullAndLog: an API that is full still answers; no key gets into the log.
func TestFullAndLog(t *testing.T) {
	var log bytes.Buffer
	o := Options{Save: true}
	o.Log = &log
	b := newBench(t, o, map[string]string{}, []string{`{"error": "", "response": "r"}`}, nil)
	for i := range 5 {
		if got := b.ask(t, "imdb", "search", fmt.Sprint(i)); got != `200 {"error":"","response":"r"}` {
			t.Error(got)
		}
	}
	if n := strings.Count(b.file(t, search), "response"); n != 3 {
		t.Errorf("%d answers stored, 3 are allowed", n)
	}
	b.ask(t, "..\\x_for_Movies", "..", "{}")
	b.ask(t, "imdb", "chat_with_user", "{")
	b.ask(t, "imdb", "search", "{")
	text := log.String()
	if strings.Contains(text, "secret") || strings.Count(text, "\n") != 8 || strings.Count(text, `"full":true`) != 2 || !strings.Contains(text, `"code":"bad_name"`) || strings.Count(text, `"source":"fixed"`) != 2 {
		t.Errorf("the log:\n%s", text)
	}
}

// TestStoreFails: what cannot be read or stored is an error with its code; the
// released server answers all the same, and says it in its log.
func TestStoreFails(t *testing.T) {
	for _, tt := range []struct {
		released bool
		want     string
	}{{false, `500 {"error":"store_failed: `}, {true, `200 {"error":"","response":"r"}`}} {
		var log bytes.Buffer
		o := Options{Save: true, Released: tt.released}
		o.Log = &log
		b := newBench(t, o, map[string]string{search + "/x": ""}, []string{`{"error": "", "response": "r"}`}, nil)
		if got := b.ask(t, "imdb", "search", "{}"); !strings.HasPrefix(got, tt.want) || !strings.Contains(log.String(), `"code":"store_failed","error":"store_failed: `) {
			t.Errorf("released %v: %s, log %s", tt.released, got, log.String())
		}
	}
}
