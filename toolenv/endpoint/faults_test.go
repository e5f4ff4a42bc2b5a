package endpoint

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

const good = `{"choices": [{"index": 0, "text": "hello", "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}`

// fixed is a clock that stands still.
var fixed = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// recorder is a Sleep that does not sleep.
type recorder struct{ waits []time.Duration }

func (r *recorder) sleep(ctx context.Context, d time.Duration) error {
	r.waits = append(r.waits, d)
	return ctx.Err()
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body) // or the server would not notice that the client goes away
		r.Body = io.NopCloser(bytes.NewReader(b))
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// client asks s without waiting in earnest.
func client(t *testing.T, s *httptest.Server, o Options) (*Client, *recorder) {
	t.Helper()
	r := &recorder{}
	if o.BaseURL == "" {
		o.BaseURL = s.URL
	}
	if o.Sleep == nil {
		o.Sleep = r.sleep
	}
	if o.Now == nil {
		o.Now = func() time.Time { return fixed }
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

func complete(c *Client) (search.Completion, error) {
	return c.Complete(context.Background(), search.CompletionRequest{Prompt: "x"})
}

// Whatever a server does, the call ends with an error that says what it was, the
// fault is counted, and only what may pass is asked again.
func TestFaults(t *testing.T) {
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") })
	write := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
	}
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code); io.WriteString(w, body) }
	}
	to := func(code int, where string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", where); w.WriteHeader(code) }
	}
	hijack := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, text)
			conn.Close()
		}
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		kind    Kind
		fault   service.Fault
		asked   int64
		says    string
	}{
		{"hangs", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Timeout, service.Timeout, 3, "deadline"},
		{"hangs in the middle", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, good[:20])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, Timeout, service.Timeout, 3, "deadline"},
		{"429", status(429, "slow down"), RateLimit, service.Broken, 3, "slow down"},
		{"500", status(500, `{"error": "boom"}`), Status, service.Broken, 3, "HTTP status 500"},
		{"400", status(400, `{"error": "no"}`), Status, service.Broken, 1, "HTTP status 400"},
		{"401", status(401, `{"error": "key secret-key-1 is wrong"}`), Status, service.Broken, 1, "[key]"},
		{"garbage", write("<html>\x00not JSON"), Malformed, service.Broken, 3, "not JSON"},
		{"nothing", write(""), Malformed, service.Broken, 3, "not JSON"},
		{"half of a JSON text", write(good[:40]), Malformed, service.Broken, 3, "not JSON"},
		{"invalid UTF-8", write(`{"choices": [{"text": "caf` + "\xe9" + `"}]}`), Malformed, service.Broken, 3, "not UTF-8"},
		{"deep", write(strings.Repeat(`[`, 5e4)), Malformed, service.Broken, 3, "nested more than 100 deep"},
		{"deep but closed", write(`{"a": ` + strings.Repeat(`{"a": `, 100) + `1` + strings.Repeat(`}`, 101)), Malformed, service.Broken, 3, "nested more than 100 deep"},
		{"a list", write(`[1]`), Shape, service.Broken, 1, "not an object"},
		{"null", write(`null`), Shape, service.Broken, 1, "not an object"},
		{"no choices", write(`{"choices": []}`), Shape, service.Broken, 1, "no choices"},
		{"choices of another kind", write(`{"choices": {"a": 1}}`), Shape, service.Broken, 1, "no choices"},
		{"no text", write(`{"choices": [{"text": null}]}`), Shape, service.Broken, 1, "without a text"},
		{"large", func(w http.ResponseWriter, _ *http.Request) { flood(w, 100<<20) }, TooLarge, service.TooLarge, 1, "limit of 65536"},
		{"large as announced", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "104857600")
			io.WriteString(w, "{")
		}, TooLarge, service.TooLarge, 1, "104857600 bytes"},
		{"a small file that unpacks to a large one", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			flood(z, 100<<20)
			z.Close()
		}, TooLarge, service.TooLarge, 1, "limit of 65536"},
		{"many values", write(`{"a": [` + strings.Repeat("0,", 2e6+1) + `0]}`), TooLarge, service.TooLarge, 1, "the limit is 2000000"},
		{"large in its header", hijack("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Filler: "+strings.Repeat("x", 1000)+"\r\n", 100)), TooLarge, service.TooLarge, 1, "headers exceeded 65536"},
		{"early hints without end", hijack(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 1e4)), TooLarge, service.TooLarge, 1, "headers exceeded 65536"},
		{"another host", to(307, elsewhere.URL+"/v1/completions?key=abc"), Redirect, service.Redirect, 1, "not among those allowed"},
		{"another scheme", to(308, "file:///etc/passwd"), Redirect, service.Redirect, 1, `scheme is "file"`},
		{"a redirect that makes it a GET", to(302, "/v1/other"), Redirect, service.Redirect, 1, "another one"},
		{"a redirect to nowhere", to(307, ""), Status, service.Broken, 1, "HTTP status 307"},
		{"round and round", to(307, "/v1/completions"), Redirect, service.Redirect, 4, "more than 3 in a row"},
		{"cut", hijack("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\": "), Cut, service.Refused, 3, "unexpected EOF"},
		{"cut before the header", hijack(""), Cut, service.Refused, 3, "EOF"},
		{"not HTTP", hijack("220 mail ready\r\n"), Cut, service.Refused, 3, "malformed HTTP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked atomic.Int64
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				c.handler(w, r)
			})
			o := Options{Key: "secret-key-1", MaxAttempts: 3, MaxBody: 64 << 10}
			if c.name == "many values" {
				o.MaxBody = 8 << 20
			}
			if c.kind == Timeout {
				o.Timeout = 50 * time.Millisecond
			}
			cl, waits := client(t, s, o)
			_, err := complete(cl)
			var e *Error
			if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error %v, want one of kind %s with %q", err, c.kind, c.says)
			}
			if e.Kind.Fault() != c.fault {
				t.Errorf("fault %s, want %s", e.Kind.Fault(), c.fault)
			}
			if strings.Contains(err.Error(), "secret-key-1") || strings.Contains(err.Error(), "key=abc") {
				t.Errorf("the error shows a key: %v", err)
			}
			if asked.Load() != c.asked {
				t.Errorf("%d requests, want %d", asked.Load(), c.asked)
			}
			st := cl.Stats()
			if st.Faults[c.kind] != e.Attempts || st.Requests != e.Attempts || st.Retries != e.Attempts-1 || len(waits.waits) != e.Attempts-1 {
				t.Errorf("%d attempts, stats %+v, %d waits", e.Attempts, st, len(waits.waits))
			}
		})
	}
}

func flood(w io.Writer, n int) {
	piece := []byte(strings.Repeat("a", 64<<10))
	for ; n > 0; n -= len(piece) {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// Answers of 100 MB, 16 at once, take no more memory than the limit on each.
func TestMemoryStaysBounded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"choices": [{"text": "`)
		flood(w, 100<<20)
	})
	c, _ := client(t, s, Options{MaxAttempts: 1, MaxBody: 256 << 10})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	failed := make(chan error)
	for range 16 {
		go func() { _, err := complete(c); failed <- err }()
	}
	for range 16 {
		if err := <-failed; KindOf(err) != TooLarge {
			t.Errorf("error %v", err)
		}
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 16*4<<20 {
		t.Errorf("%d bytes were allocated for 16 answers with a limit of 256 KiB", got)
	}
}

// A failure that passes costs repetitions, not the call.
func TestRepetitions(t *testing.T) {
	var asked atomic.Int64
	answers := []func(w http.ResponseWriter){
		func(w http.ResponseWriter) { w.Header().Set("Retry-After", "7"); w.WriteHeader(429) },
		func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", fixed.Add(90*time.Second).Format(http.TimeFormat))
			w.WriteHeader(503)
		},
		func(w http.ResponseWriter) { w.Header().Set("Retry-After", "soon"); w.WriteHeader(500) },
		func(w http.ResponseWriter) { io.WriteString(w, "<html>") },
		func(w http.ResponseWriter) { io.WriteString(w, good) },
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { answers[int(asked.Add(1))-1](w) })
	c, waits := client(t, s, Options{Seed: 3})
	got, err := complete(c)
	if err != nil || got.Text != "hello" || got.Requests != 5 || got.PromptTokens != 3 || got.CompletionTokens != 1 || got.NoUsage {
		t.Fatalf("%+v, %v", got, err)
	}
	w := waits.waits
	if len(w) != 4 || w[0] != 7*time.Second || w[1] != time.Minute || w[2] < time.Second || w[2] > 2*time.Second || w[3] < 2*time.Second || w[3] > 4*time.Second {
		t.Errorf("waits %v", w)
	}
	if st := c.Stats(); st.Requests != 5 || st.Retries != 4 || st.Faults[RateLimit] != 1 || st.Faults[Status] != 2 || st.Faults[Malformed] != 1 {
		t.Errorf("stats %+v", st)
	}
	// The waits are a function of seed, request and attempt.
	asked.Store(0)
	again, waits2 := client(t, s, Options{Seed: 3})
	if _, err := complete(again); err != nil || fmt.Sprint(waits2.waits) != fmt.Sprint(w) {
		t.Errorf("waits %v, then %v (%v)", w, waits2.waits, err)
	}
	asked.Store(0)
	other, waits3 := client(t, s, Options{Seed: 4})
	if _, err := complete(other); err != nil || waits3.waits[2] == w[2] {
		t.Errorf("another seed waits %v too (%v)", waits3.waits[2], err)
	}
}

// The policy of OpenAI's Python client: two repetitions of certain statuses and of
// connections, none of answers that are not JSON.
func TestOpenAIPythonPolicy(t *testing.T) {
	for _, c := range []struct {
		status int
		header string
		body   string
		asked  int64
	}{
		{408, "", "", 3}, {409, "", "", 3}, {429, "", "", 3}, {500, "", "", 3}, {502, "", "", 3},
		{400, "", "", 1}, {422, "", "", 1}, {425, "", "", 1}, {404, "", "", 1}, {200, "", "{", 1},
		{500, "false", "", 1}, {400, "true", "", 3},
	} {
		var asked atomic.Int64
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.Header().Set("Retry-After", "61") // more than it bears
			if c.header != "" {
				w.Header().Set("X-Should-Retry", c.header)
			}
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		cl, waits := client(t, s, Options{Policy: OpenAIPython})
		if _, err := complete(cl); err == nil {
			t.Errorf("status %d: no error", c.status)
		}
		if asked.Load() != c.asked {
			t.Errorf("status %d %s: %d requests, want %d", c.status, c.header, asked.Load(), c.asked)
		}
		if c.asked == 3 && (waits.waits[0] > 500*time.Millisecond || waits.waits[0] < 375*time.Millisecond || waits.waits[1] > time.Second || waits.waits[1] < 750*time.Millisecond) {
			t.Errorf("status %d: waits %v", c.status, waits.waits)
		}
	}
}

// A call with all its waits has a deadline of its own, and ends with its caller.
func TestDeadlineOfACall(t *testing.T) {
	now := fixed
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Retry-After", "50"); w.WriteHeader(503) })
	c, _ := client(t, s, Options{MaxAttempts: 100, Overall: 2 * time.Minute,
		Now: func() time.Time { return now }, Sleep: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil }})
	_, err := complete(c)
	var e *Error
	if !errors.As(err, &e) || e.Attempts != 3 || e.RetryAfter != 50*time.Second { // at 0, 50 and 100 s
		t.Errorf("error %v: %+v", err, e)
	}
	ctx, cancel := context.WithCancel(context.Background())
	hang := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	c, _ = client(t, hang, Options{})
	if _, err := c.Complete(ctx, search.CompletionRequest{Prompt: "x"}); KindOf(err) != Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// No server: the connection is refused, and that is said without waiting in vain.
func TestRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	c, waits := client(t, s, Options{MaxAttempts: 2})
	_, err := complete(c)
	if KindOf(err) != Refused || len(waits.waits) != 1 {
		t.Errorf("error %v after %d waits", err, len(waits.waits))
	}
}

// The prompt of a request whose text is not UTF-8 arrives as text all the same.
func TestInvalidTextIsSentAsText(t *testing.T) {
	var body string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		io.WriteString(w, good)
	})
	c, _ := client(t, s, Options{})
	if _, err := c.Complete(context.Background(), search.CompletionRequest{Prompt: "a\xff\xed\xa0\xbdé"}); err != nil {
		t.Fatal(err)
	}
	v, err := pyliteral.FromJSON(body)
	if want := `{'prompt': 'a�\ud83dé', 'temperature': 0}`; err != nil || pyliteral.Repr(v) != want {
		t.Errorf("%s, %v, want %s", pyliteral.Repr(v), err, want)
	}
}

// Waiting for a place among the requests at once takes nothing of a call's time:
// how many calls there are decides about none.
func TestWaitingForAPlaceTakesNoTime(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		io.WriteString(w, good)
	})
	c, _ := client(t, s, Options{MaxConcurrent: 1, MaxAttempts: 1, Overall: 150 * time.Millisecond, Now: time.Now})
	failed := make(chan error)
	for range 12 {
		go func() { _, err := complete(c); failed <- err }()
	}
	for range 12 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
