package virtual

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// faults are ways in which somebody who is asked fails.
var faults = map[string]http.HandlerFunc{
	"hangs":     func(http.ResponseWriter, *http.Request) { time.Sleep(300 * time.Millisecond) }, // six times the deadline
	"429":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
	"500":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
	"garbage":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "\x00\x01<p>") },
	"100 MB":    large,
	"deep JSON": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat(`{"a":[`, 100_000)) },
	"invalid UTF-8": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "{\"error\": \"\", \"response\": \"\xff\xfe\"}")
	},
	"redirect": func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "http://elsewhere.example/virtual", http.StatusTemporaryRedirect)
	},
	"dies": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, `{"error": `)
		panic(http.ErrAbortHandler)
	},
	"refuses to talk": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
}

// large sends 100 MB, as fast as they are taken.
func large(w http.ResponseWriter, _ *http.Request) {
	chunk := []byte(strings.Repeat("[", 1<<20))
	for range 100 {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func faulty(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// TestFaults: whoever is asked and fails, the answer has a code of its own, and
// memory stays bounded.
func TestFaults(t *testing.T) {
	want := map[string]string{
		"hangs": "504 %s_timeout", "429": "503 %s_rate_limit", "500": "502 %s_status", "garbage": "502 %s_malformed", "100 MB": "502 %s_too_large",
		"deep JSON": "502 %s_malformed", "invalid UTF-8": "502 %s_malformed", "redirect": "502 %s_redirect", "dies": "502 %s_cut", "refuses to talk": "502 %s_cut",
	}
	for _, released := range []bool{false, true} {
		for name, h := range faults {
			for _, who := range []string{"real", "simulator"} {
				url := faulty(t, h)
				o := Options{Timeout: 50 * time.Millisecond, Released: released}
				if name != "hangs" {
					o.Timeout = 10 * time.Second
				}
				if who == "real" {
					o.Real = url + "/real"
				} else {
					c, err := endpoint.New(endpoint.Options{BaseURL: url, Timeout: o.Timeout, MaxAttempts: 1, MaxBody: 1 << 20})
					if err != nil {
						t.Fatal(err)
					}
					o.Simulator = c
				}
				s, err := NewServer(o)
				if err != nil {
					t.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				reply, err := s.Call(context.Background(), service.Request{Category: "c", Tool: "t", API: "a", Input: "{}"})
				runtime.ReadMemStats(&after)
				if err != nil {
					t.Fatal(err)
				}
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
					t.Errorf("%s, %s: %d bytes allocated", name, who, grown)
				}
				got := fmt.Sprintf("%d %s", reply.Status, reply.Body)
				code := strings.Replace(fmt.Sprintf(want[name], who), " ", ` {"error":"`, 1) + ": "
				switch {
				case who == "real" && name == "429" && !released:
					code = `200 {"error":"Too many requests error..."`
				case who == "real" && released && (name == "429" || name == "500" || name == "redirect"):
					code = `404 {"error":"no_answer: ` // passed over, and nobody else to ask
				case who == "real" && released && name == "invalid UTF-8":
					continue // Python replaces what is not UTF-8
				}
				if !strings.HasPrefix(got, code) {
					t.Errorf("released %v: %s, %s: %.200s, want %s", released, name, who, got, code)
				}
			}
		}
	}
}

// TestClientFaults: a tool server that fails is a fault, or a reply that says so.
func TestClientFaults(t *testing.T) {
	want := map[string]string{
		"hangs": "timeout", "429": "status 429", "500": "status 500", "garbage": "status 200", "100 MB": "too_large", "deep JSON": "status 200",
		"invalid UTF-8": "status 200", "redirect": "redirect", "dies": "refused", "refuses to talk": "refused",
	}
	for name, h := range faults {
		o := ClientOptions{MaxBody: 1 << 20}
		if name == "hangs" {
			o.Timeout = 50 * time.Millisecond
		}
		c, err := NewClient(faulty(t, h)+"/virtual", o)
		if err != nil {
			t.Fatal(err)
		}
		reply, err := c.Call(context.Background(), service.Request{Task: "7", Function: "f"})
		got := fmt.Sprintf("status %d", reply.Status)
		if err != nil {
			got = string(service.FaultOf(err))
			if !strings.Contains(err.Error(), "tool call f (task 7") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got != want[name] {
			t.Errorf("%s: %s (%v), want %s", name, got, err, want[name])
		}
	}
}

func TestClient(t *testing.T) {
	var hits atomic.Int32
	url := faulty(t, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		hits.Add(1)
		fmt.Fprintf(w, "%s %s %s", q.Method, q.Header["Toolbench_key"], body)
	}))
	c, err := NewClient(url+"/virtual", ClientOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := service.Request{Task: "7", Function: "f", Category: "Movies", Tool: "imdb", API: "search", Input: `{"q": "é"}`, Strip: "truncate", Key: "k"}
	reply, err := c.Call(context.Background(), r)
	const want = `POST [k] {"category": "Movies", "tool_name": "imdb", "api_name": "search", "tool_input": "{\"q\": \"\u00e9\"}", "strip": "truncate", "toolbench_key": "k"}`
	if err != nil || string(reply.Body) != want || reply.Status != 200 {
		t.Errorf("%v %s", err, reply.Body)
	}
	r.Key = "a\nb"
	if _, err := c.Call(context.Background(), r); service.FaultOf(err) != service.Forbidden || hits.Load() != 1 {
		t.Errorf("a key with a line end: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r.Key = ""
	if _, err := c.Call(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled call: %v", err)
	}
	for _, bad := range []string{"", "nonsense", "ftp://x/virtual", "http:///virtual", "http://user:pass@x/virtual", "http://a b/"} {
		if _, err := NewClient(bad, ClientOptions{}); err == nil || strings.Contains(err.Error(), "pass") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestReleasedDeadline: 15 seconds, or none when the path ends in "virtual".
func TestReleasedDeadline(t *testing.T) {
	for path, want := range map[string]time.Duration{"/virtual": noTimeout, "/rapidapi": releasedTimeout, "": releasedTimeout} {
		if got := deadline("http://127.0.0.1:8081"+path, ClientOptions{Released: true, Timeout: time.Second}); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := deadline("http://127.0.0.1:8081/virtual", ClientOptions{}); got != defaultTimeout {
		t.Error(got)
	}
}

// TestFront: what is no request is refused with its code.
func TestFront(t *testing.T) {
	s, err := NewServer(Options{Limits: Limits{MaxBody: 1000, MaxConcurrent: 1, Overall: 50 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	const ok = `{"category": "c", "tool_name": "t", "api_name": "chat_with_user", "tool_input": "", "strip": "", "toolbench_key": ""}`
	for _, tt := range []struct{ method, path, kind, body, want string }{
		{"POST", "/virtual", "application/json", ok, `200 {"error":"","response":"Chat with user."}`},
		{"POST", "/virtual", "", ok, `200 `}, {"POST", "/virtual", "application/x+json; charset=utf-8", ok, `200 `}, {"POST", "/virtual", "application/json", "\ufeff" + ok, `200 `},
		{"POST", "/virtual", "text/plain", ok, `422 {"error":"invalid_request: `}, {"POST", "/virtual", "application/json", `[["category"]]`, `422 {"error":"invalid_request: `},
		{"POST", "/virtual", "application/json", strings.Repeat("[", 900), `422 {"error":"invalid_request: `}, {"POST", "/virtual", "application/json", "\xff", `422 `},
		{"POST", "/virtual", "application/json", strings.Repeat(" ", 1001), `413 {"error":"too_large: `},
		{"GET", "/virtual", "", "", `405 {"error":"method_not_allowed: `}, {"POST", "/healthz", "", "", `405 `}, {"GET", "/healthz", "", "", `200 {"status":"ok"}`},
		{"GET", "/", "", "", `404 {"error":"not_found: `}, {"POST", "/virtual/../x", "", "", `404 `},
	} {
		q := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
		if tt.kind != "" {
			q.Header.Set("Content-Type", tt.kind)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, q)
		if got := fmt.Sprintf("%d %s", w.Code, w.Body); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s %s %.40q: %.200s, want %s", tt.method, tt.path, tt.body, got, tt.want)
		}
	}
	s.l.MaxBody = largeBody + 1000
	for _, tt := range []struct {
		body string
		want int
	}{{ok, 200}, {ok + strings.Repeat(" ", largeBody), 503}} {
		s.large <- struct{}{} // the only place for large ones is taken
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/virtual", strings.NewReader(tt.body)))
		if <-s.large; w.Code != tt.want {
			t.Errorf("%d bytes: %d %s", len(tt.body), w.Code, w.Body)
		}
	}
	s.slots <- struct{}{} // the only place is taken
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("POST", "/virtual", strings.NewReader(ok)))
	if w.Code != 503 || !strings.HasPrefix(w.Body.String(), `{"error":"busy: `) {
		t.Errorf("busy: %d %s", w.Code, w.Body)
	}
}

// TestSlowClients: clients that begin requests and send no more keep nobody out;
// bodies together have a limit.
func TestSlowClients(t *testing.T) {
	s, err := NewServer(Options{Limits: Limits{MaxBody: 1000, MaxConcurrent: 2}})
	if err != nil {
		t.Fatal(err)
	}
	const ok = `{"category": "c", "tool_name": "t", "api_name": "chat_with_user", "tool_input": "", "strip": "", "toolbench_key": ""}`
	ask := func(body io.Reader) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/virtual", body))
		return w
	}
	var wg sync.WaitGroup
	var senders []*io.PipeWriter
	for range 5 {
		body, sender := io.Pipe()
		senders = append(senders, sender)
		wg.Go(func() {
			if w := ask(body); w.Code != http.StatusUnprocessableEntity {
				t.Errorf("a request that was cut: %d %s", w.Code, w.Body)
			}
		})
		io.WriteString(sender, strings.Repeat(" ", 350))
	}
	for s.held.Load() < 5*350 { // a sender is told before what it sent is counted
		time.Sleep(time.Millisecond)
	}
	if w := ask(strings.NewReader(ok)); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(strings.NewReader(strings.Repeat(" ", 900))); w.Code != http.StatusServiceUnavailable || !strings.HasPrefix(w.Body.String(), `{"error":"busy: too many large requests`) {
		t.Errorf("beyond the limit of all: %d %s", w.Code, w.Body)
	}
	for _, sender := range senders {
		sender.CloseWithError(io.ErrUnexpectedEOF)
	}
	wg.Wait()
	if n := s.held.Load(); n != 0 {
		t.Errorf("%d bytes count as held", n)
	}
}

// TestPanic: a defect is an answer, not the end.
func TestPanic(t *testing.T) {
	f := newFront(Limits{Log: io.Discard}, func(context.Context, *request, *note) (service.Reply, *Error) { panic("oops") })
	reply := f.reply(context.Background(), "", []byte(`{"category": "c", "tool_name": "t", "api_name": "a", "tool_input": "", "strip": "", "toolbench_key": ""}`))
	if reply.Status != 500 || string(reply.Body) != `{"error":"internal: oops","response":""}` {
		t.Errorf("%d %s", reply.Status, reply.Body)
	}
}

// TestServe: a service behind the address, its faults as codes.
func TestServe(t *testing.T) {
	h := Serve(service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		switch r.API {
		case "slow":
			return service.Reply{}, &service.Error{Fault: service.Timeout, Request: r, Err: errors.New("too slow")}
		case "none":
			return service.Reply{}, errors.New("no")
		}
		return service.Reply{Status: 200, Body: []byte(r.Input)}, nil
	}), Limits{})
	for api, want := range map[string]string{"slow": `504 {"error":"real_timeout: `, "none": `502 {"error":"real_shape: no`, "x": `200 {"a": "b"}`} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/virtual", strings.NewReader(`{"category": "c", "tool_name": "t", "api_name": "`+api+`", "tool_input": [["a", "b"]], "strip": "", "toolbench_key": ""}`)))
		if got := fmt.Sprintf("%d %s", w.Code, w.Body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", api, got)
		}
	}
}
