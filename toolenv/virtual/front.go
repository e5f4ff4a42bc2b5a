package virtual

import (
	"context"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Limits bound what a server takes, and say where it notes it. Zero values ask
// for the defaults.
type Limits struct {
	MaxBody       int64         // bytes of a request; default 1 MiB
	MaxConcurrent int           // requests that are worked on at once, a 16th of them over 64 KiB; others wait; default 512. All that have come hold at most MaxConcurrent times MaxBody
	Overall       time.Duration // of a request, waiting included; default 10 minutes
	// Log takes one JSON object a line for every request; nil: none.
	Log io.Writer
	// Now replaces the clock in tests.
	Now func() time.Time
}

// front takes requests in: limits, the log, and answers to what is no request.
type front struct {
	l     Limits
	slots chan struct{}
	large chan struct{} // for requests over largeBody
	held  atomic.Int64  // bytes of the bodies of all requests
	logMu sync.Mutex
	// answer answers a request of package virtual.
	answer func(ctx context.Context, r *request, n *note) (service.Reply, *Error)
}

func newFront(l Limits, answer func(context.Context, *request, *note) (service.Reply, *Error)) *front {
	if l.MaxBody <= 0 {
		l.MaxBody = 1 << 20
	}
	if l.MaxConcurrent <= 0 {
		l.MaxConcurrent = 512
	}
	if l.Overall <= 0 {
		l.Overall = 10 * time.Minute
	}
	if l.Now == nil {
		l.Now = time.Now
	}
	return &front{l: l, slots: make(chan struct{}, l.MaxConcurrent), large: make(chan struct{}, max(1, l.MaxConcurrent/largeShare)), answer: answer}
}

// ServeHTTP answers POST /virtual, and GET /healthz with {"status":"ok"}.
func (f *front) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	switch {
	case q.URL.Path == "/healthz" && (q.Method == http.MethodGet || q.Method == http.MethodHead):
		write(w, service.Reply{Status: http.StatusOK, Body: []byte(`{"status":"ok"}`)})
		return
	case q.URL.Path != "/virtual" && q.URL.Path != "/healthz":
		write(w, refusal(fail(NotFound, "nothing is at %.100q: want POST /virtual", q.URL.Path)))
		return
	case q.URL.Path == "/healthz" || q.Method != http.MethodPost:
		write(w, refusal(fail(BadMethod, "%.20s: want POST /virtual", q.Method)))
		return
	}
	ctx, cancel := context.WithTimeout(q.Context(), f.l.Overall)
	defer cancel()
	body, e := f.read(w, q)
	defer f.held.Add(-int64(len(body)))
	if e != nil {
		write(w, refusal(e))
		return
	}
	places := []chan struct{}{f.slots}
	if len(body) > largeBody {
		places = []chan struct{}{f.large, f.slots}
	}
	for _, p := range places {
		select {
		case p <- struct{}{}:
			defer func() { <-p }()
		case <-ctx.Done():
			write(w, refusal(fail(Busy, "%d requests are being worked on", len(p))))
			return
		}
	}
	write(w, f.reply(ctx, q.Header.Get("Content-Type"), body))
}

// reply answers the body of a request, whatever happens.
func (f *front) reply(ctx context.Context, contentType string, body []byte) (out service.Reply) {
	n := &note{}
	start := f.l.Now()
	var e *Error
	defer func() {
		if v := recover(); v != nil {
			e = fail(Internal, "%v", v)
			n.Stack = string(debug.Stack())
		}
		if e != nil {
			out = refusal(e)
			n.Code, n.Error = e.Code, e.Error()
		}
		n.Status = out.Status
		f.log(start, n)
	}()
	r, e := parseRequest(contentType, body)
	if e == nil {
		out, e = f.answer(ctx, &r, n)
	}
	return out
}

func write(w http.ResponseWriter, r service.Reply) {
	if r.ContentType == "" {
		r.ContentType = "application/json"
	}
	w.Header().Set("Content-Type", r.ContentType)
	w.WriteHeader(r.Status)
	w.Write(r.Body)
}

// refusal is the reply that says why there is no answer.
func refusal(e *Error) service.Reply {
	return service.Reply{Status: e.Code.Status(), ContentType: "application/json", Body: encode(object(strings.ToValidUTF8(e.Error(), "\uFFFD"), ""))}
}
