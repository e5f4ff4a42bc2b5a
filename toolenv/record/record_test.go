package record

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// counter answers a content differently every time it is asked on a branch, with
// bodies of every kind, and sometimes not at all.
func counter() service.Service {
	var seen service.Occurrences
	return service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		n := seen.Next(r.Task, r.Branch, r.Function+"\x00"+r.Input)
		switch {
		case r.Function == "hangs":
			return service.Reply{}, &service.Error{Fault: service.Timeout, Request: r, Err: context.DeadlineExceeded}
		case r.Function == "refuses" && n == 0:
			return service.Reply{}, &service.Error{Fault: service.Refused, Request: r}
		case r.Function == "breaks":
			return service.Reply{}, errors.New("a plain error\nof two lines")
		case r.Function == "bytes":
			return service.Reply{Status: 502, ContentType: "text/html; charset=\xff", Body: []byte("\x00\xff\xfe<b>\u2028 " + r.Input)}, nil
		case r.Function == "empty":
			return service.Reply{Status: 204}, nil
		}
		return service.Reply{Status: 200, ContentType: "application/json", Body: fmt.Appendf(nil, `{"error": "", "response": "%s %d"}`, r.Input, n)}, nil
	})
}

// calls are those of a run of several tasks: what happens on a branch is in order.
func calls() [][]service.Request {
	var chains [][]service.Request
	for task := range 4 {
		for _, branch := range []string{"0", "1", "10", "2"} {
			var chain []service.Request
			for depth := range 3 {
				for _, f := range []string{"get", "get", "bytes", "hangs", "refuses", "refuses", "breaks", "empty"} {
					chain = append(chain, service.Request{
						Task: fmt.Sprint("task ", task), Branch: branch + strings.Repeat(".0", depth), Function: f,
						Category: "C", Tool: "tool", API: "api", Input: `{"q": "é` + branch + "\xf0\"}", Key: "secret-key",
					})
				}
			}
			chains = append(chains, chain)
		}
	}
	return chains
}

// play makes all calls, chains in parallel and in a random order, and returns
// what came of each.
func play(t *testing.T, s service.Service, threads int) []string {
	t.Helper()
	chains := calls()
	results := make([]string, len(chains))
	work := make(chan int)
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			for i := range work {
				for _, r := range chains[i] {
					reply, err := s.Call(context.Background(), r)
					results[i] += fmt.Sprintf("%d %q %q %v %v\n", reply.Status, reply.ContentType, reply.Body, err, errors.Is(err, context.DeadlineExceeded))
				}
			}
		})
	}
	for _, i := range rand.Perm(len(chains)) {
		work <- i
	}
	close(work)
	wg.Wait()
	return results
}

func recordedTo(t *testing.T, dir string, s service.Service) *Recorder {
	t.Helper()
	r, err := New(s, dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func opened(t *testing.T, dir string) *Replayer {
	t.Helper()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// files are the contents of a folder by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		m[e.Name()] = string(b)
	}
	return m
}

func TestReplayIsTheRun(t *testing.T) {
	var folders []map[string]string
	var results [][]string
	for _, threads := range []int{1, 8} {
		dir := t.TempDir()
		r := recordedTo(t, dir, counter())
		run := play(t, r, threads)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		replay := opened(t, dir)
		if diff := cmp.Diff(run, play(t, replay, 9-threads)); diff != "" {
			t.Errorf("%d threads: the replay differs:\n%s", threads, diff)
		}
		if notes := replay.Notes(); len(notes) > 0 {
			t.Errorf("notes: %q", notes)
		}
		folders, results = append(folders, files(t, dir)), append(results, run)
	}
	if diff := cmp.Diff(folders[0], folders[1]); diff != "" {
		t.Errorf("the files depend on the number of threads:\n%s", diff)
	}
	if diff := cmp.Diff(results[0], results[1]); diff != "" {
		t.Errorf("the answers depend on the number of threads:\n%s", diff)
	}
	if n := len(folders[0]); n != 4 {
		t.Errorf("%d files, want one per task", n)
	}
	if diff := cmp.Diff(answers(play(t, counter(), 3)), answers(results[0])); diff != "" {
		t.Errorf("the recorder changes answers:\n%s", diff)
	}
}

// answers leaves the faults out, whose wording is the recorder's.
func answers(results []string) (list []string) {
	for _, r := range results {
		for l := range strings.Lines(r) {
			if !strings.HasPrefix(l, "0 ") {
				list = append(list, l)
			}
		}
	}
	return list
}

func TestSecondPlayReplaces(t *testing.T) {
	dir := t.TempDir()
	answer := "first"
	s := service.Func(func(context.Context, service.Request) (service.Reply, error) {
		return service.Reply{Status: 200, Body: []byte(answer)}, nil
	})
	q := service.Request{Task: "1", Branch: "0", Function: "f"}
	r := recordedTo(t, dir, s)
	r.Call(t.Context(), q)
	answer = "second"
	r.Begin("1") // over again
	r.Call(t.Context(), q)
	answer = "third"
	r.Call(t.Context(), q)
	r.Close()
	answer = "fourth" // another process goes on
	r = recordedTo(t, dir, s)
	r.Call(t.Context(), service.Request{Task: "1", Branch: "0.1", Function: "f"})
	r.Close()
	replay := opened(t, dir)
	for range 2 {
		var got string
		for _, branch := range []string{"0", "0", "0.1"} {
			q.Branch = branch
			reply, err := replay.Call(t.Context(), q)
			got += fmt.Sprintf("%s %v ", reply.Body, service.FaultOf(err))
		}
		// On "0.1" the call is the third, of which there is no record.
		if want := "second broken third broken  missing "; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		replay.Begin("1")
	}
	if reply, err := replay.Call(t.Context(), service.Request{Task: "1", Branch: "0.1", Function: "f"}); string(reply.Body) != "fourth" {
		t.Errorf("%q, %v", reply.Body, err)
	}
}

func TestMissingNamesTheCall(t *testing.T) {
	dir := t.TempDir()
	q := service.Request{Task: "588", Branch: "0.1", Function: "search_for_imdb", Category: "Movies", Tool: "imdb", API: "search", Input: `{"q": "x"}`}
	r := recordedTo(t, dir, counter())
	r.Call(t.Context(), q)
	r.Close()
	replay := opened(t, dir)
	for name, change := range map[string]func(*service.Request){
		"task":     func(q *service.Request) { q.Task = "589" },
		"branch":   func(q *service.Request) { q.Branch = "0.2" },
		"function": func(q *service.Request) { q.Function = "searching" },
		"category": func(q *service.Request) { q.Category = "Films" },
		"tool":     func(q *service.Request) { q.Tool = "imdb2" },
		"api":      func(q *service.Request) { q.API = "find" },
		"input":    func(q *service.Request) { q.Input = `{"q":"x"}` },
	} {
		other := q
		change(&other)
		_, err := replay.Call(t.Context(), other)
		var e *service.Error
		if !errors.As(err, &e) || e.Fault != service.Missing || e.Request != other {
			t.Fatalf("%s: %v", name, err)
		}
		for _, part := range []string{other.Function, other.Category, other.Tool, other.API, fmt.Sprintf("%q", other.Input), other.Branch, other.Task, dir} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error does not name %s: %v", name, part, err)
			}
		}
	}
	other := q
	other.Strip, other.Key = "filter", "another-key" // not part of what is asked
	if _, err := replay.Call(t.Context(), other); err != nil {
		t.Error(err)
	}
	if _, err := replay.Call(t.Context(), q); service.FaultOf(err) != service.Missing || !strings.Contains(err.Error(), "call 2 of") {
		t.Errorf("the second time: %v", err)
	}
}

func TestKeysAreNotKept(t *testing.T) {
	const secret = "sk-very/secret"
	dir := t.TempDir()
	s := service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		if r.Function == "fails" {
			return service.Reply{}, fmt.Errorf("GET http://x/?key=%s", r.Key)
		}
		return service.Reply{Status: 200, ContentType: "x/" + r.Key, Body: []byte("\xffyour key is " + r.Key + `. {"url": "sk-very\/secret"} ?key=` + url.QueryEscape(r.Key))}, nil
	})
	r := recordedTo(t, dir, s)
	var run []string
	ask := func(s service.Service, key string) (list []string) {
		for _, f := range []string{"works", "fails", "tells " + secret} {
			reply, err := s.Call(t.Context(), service.Request{Task: "1", Function: f, Input: f, Key: key})
			list = append(list, fmt.Sprintf("%q %q %v", reply.ContentType, reply.Body, err))
		}
		return list
	}
	run = ask(r, secret)
	r.Close()
	for name, text := range files(t, dir) {
		if strings.Contains(text, "sk-very") {
			t.Errorf("%s holds the key:\n%s", name, text)
		}
	}
	if !strings.Contains(run[0], `your key is [key].`) {
		t.Errorf("the caller sees %s", run[0])
	}
	if diff := cmp.Diff(run, ask(opened(t, dir), "")); diff != "" {
		t.Errorf("the replay differs:\n%s", diff)
	}
}

func TestCancelledCallsAreNotKept(t *testing.T) {
	dir := t.TempDir()
	r := recordedTo(t, dir, service.Func(func(ctx context.Context, _ service.Request) (service.Reply, error) {
		<-ctx.Done()
		return service.Reply{}, ctx.Err()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Call(ctx, service.Request{Task: "1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := r.Close(); err != nil || len(files(t, dir)) != 0 {
		t.Errorf("%d files, %v", len(files(t, dir)), err)
	}
	if _, err := opened(t, dir).Call(ctx, service.Request{Task: "1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a replay that is called off: %v", err)
	}
}
