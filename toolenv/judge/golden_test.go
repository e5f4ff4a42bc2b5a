package judge

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// recorded is a line of eval/ or annotation/judge: a run of a released evaluator.
type recorded struct {
	Kind, Tag, Model, Stdout, Group string
	Groups                          map[string]string
	IDs                             []string
	Config                          struct {
		Repeats   int      `json:"evaluate_times"`
		IDs       []string `json:"test_ids"`
		Model     *string  `json:"eval_model"`
		UsePass   string   `json:"use_pass_rate"`
		TaskNum   *int     `json:"task_num"`
		Overwrite bool
	}
	Existing, JSON, Output json.RawMessage
	CSV                    *string
	Crash                  *struct{ Type, Message string }
	Exchanges              []exchange
	Random                 []struct {
		Call   string
		Result []int
	}
	Seconds float64 `json:"virtual_seconds"`
}

type exchange struct {
	Request struct {
		Path, Authorization string
		Body                any
	}
	Response struct {
		Status int
		Body   json.RawMessage
		Text   string
	}
}

// lines calls f with each line of a compressed file of the golden data.
func lines(t *testing.T, path string, f func(json.RawMessage)) {
	t.Helper()
	for _, line := range golden.Lines(t, path) {
		f(json.RawMessage(line))
	}
}

func decode(t *testing.T, text json.RawMessage, v any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		t.Fatal(err)
	}
}

// runs reads a recorded file, and the answers of the groups in its first line.
func runs(t *testing.T, elements ...string) (head recorded, list []recorded, groups map[string][]answers.Converted) {
	t.Helper()
	dir := golden.Kind(t, "toolbench")
	path := filepath.Join(append([]string{dir}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("not recorded: %v", err)
	}
	lines(t, path, func(line json.RawMessage) {
		var r recorded
		decode(t, line, &r)
		if r.Kind == "answers" {
			head = r
		} else {
			list = append(list, r)
		}
	})
	groups = map[string][]answers.Converted{}
	lines(t, filepath.Join(dir, "convert", "inference.jsonl.gz"), func(line json.RawMessage) {
		var g struct {
			Group  string
			Output json.RawMessage
		}
		if err := json.Unmarshal(line, &g); err != nil || g.Output == nil {
			return
		}
		for c, err := range answers.ReadEach(g.Group, strings.NewReader(string(g.Output))) {
			if err != nil {
				t.Fatal(err)
			}
			groups[g.Group] = append(groups[g.Group], *c)
		}
	})
	return head, list, groups
}

// only are the answers to some ids, in that order.
func only(list []answers.Converted, ids []string) (out []answers.Converted) {
	for _, id := range ids {
		for _, c := range list {
			if c.ID == id {
				out = append(out, c)
			}
		}
	}
	return out
}

// virtualClock is moved by sleeping alone.
type virtualClock struct{ now time.Time }

func (c *virtualClock) Now() time.Time { return c.now }

func (c *virtualClock) Sleep(_ context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return nil
}

func (c *virtualClock) seconds() float64 { return c.now.Sub(epoch).Seconds() }

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// replay answers requests with what was recorded, and compares them.
type replay struct {
	t    *testing.T
	mu   sync.Mutex
	next int
	list []exchange
}

func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if p.next >= len(p.list) {
		p.t.Errorf("request %d is one too many: %.300s", p.next, body)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	x := p.list[p.next]
	p.next++
	var got any
	decode(p.t, body, &got)
	if r.URL.Path != x.Request.Path || r.Header.Get("Authorization") != x.Request.Authorization || !reflect.DeepEqual(got, x.Request.Body) {
		want, _ := json.Marshal(x.Request.Body)
		p.t.Errorf("request %d: %s %s\n%s\nrecorded: %s %s\n%s", p.next-1, r.URL.Path, r.Header.Get("Authorization"), body, x.Request.Path, x.Request.Authorization, want)
	}
	text := []byte(x.Response.Text)
	if x.Response.Body != nil {
		text = x.Response.Body
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(x.Response.Status)
	w.Write(text)
}

// releasedJudge replays a run. after has to be called when it is over.
func releasedJudge(t *testing.T, r *recorded, keys ...string) (j *Judge, after func()) {
	t.Helper()
	p := &replay{t: t, list: r.Exchanges}
	server := httptest.NewServer(p)
	draws := pyrand.New(42)
	start := ReleasedStart(draws, len(keys))
	client, err := endpoint.New(endpoint.Options{
		BaseURL: server.URL + "/v1", Keys: append(keys[start:len(keys):len(keys)], keys[:start]...), Policy: endpoint.OpenAIPython,
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	model := ReleasedModel
	if r.Config.Model != nil {
		model = *r.Config.Model
	} else if r.Kind != "pass_rate" {
		model = "gpt-4-turbo-2024-04-09"
	}
	clock := &virtualClock{epoch}
	j = New(Options{Chat: client, Model: model, Released: true, Draws: draws, Clock: clock})
	return j, func() {
		server.Close()
		if p.next != len(p.list) {
			t.Errorf("%d of %d recorded requests were made", p.next, len(p.list))
		}
		if d := clock.seconds() - r.Seconds; d > 3e-6 || d < -3e-6 {
			t.Errorf("%.6f s of waiting, recorded %.6f", clock.seconds(), r.Seconds)
		}
	}
}

// sameJSON compares a text with recorded JSON, the order of members included.
func sameJSON(t *testing.T, what, got string, want json.RawMessage) {
	t.Helper()
	style := pyliteral.JSONStyle{Indent: "    "}
	v, err := pyliteral.FromJSON(string(want))
	if err != nil {
		t.Fatal(err)
	}
	if text := pyliteral.Dumps(v, style); got != text {
		t.Errorf("%s:\n%s\nrecorded:\n%s", what, got, text)
	}
}

// last is what was saved last.
type last[T any] struct{ list []T }

func (l *last[T]) save(list []T) error {
	l.list = append(l.list[:0:0], list...)
	return nil
}
