package virtual

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// ServeHTTP answers POST /virtual, and GET /healthz with {"status":"ok"}.
func (s *Server) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	serveHTTP(w, q, s.o.MaxBody, func(ctx context.Context, contentType string, body []byte) service.Reply {
		return s.reply(ctx, contentType, body)
	})
}

// serveHTTP is what all servers here have in common.
func serveHTTP(w http.ResponseWriter, q *http.Request, most int64, answer func(context.Context, string, []byte) service.Reply) {
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
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		write(w, refusal(fail(TooLarge, "a request of more than %d bytes", most)))
	case err != nil:
		write(w, refusal(fail(InvalidRequest, "the request ended early: %w", err)))
	default:
		write(w, answer(q.Context(), q.Header.Get("Content-Type"), body))
	}
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

// reply answers the body of a request, whatever happens.
func (s *Server) reply(ctx context.Context, contentType string, body []byte) (out service.Reply) {
	n := &note{}
	start := s.o.Now()
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
		s.log(start, n)
	}()
	ctx, cancel := context.WithTimeout(ctx, s.o.Overall)
	defer cancel()
	r, e := parseRequest(contentType, body)
	if e != nil {
		return
	}
	var answer any
	if answer, e = s.answer(ctx, &r, n); e != nil {
		return
	}
	if !finite(answer) {
		e = fail(BadAnswer, "the answer holds NaN or an infinity")
		return
	}
	b := encode(answer)
	if !utf8.Valid(b) { // halves of surrogate pairs, which UTF-8 has not
		if s.o.Released {
			e = fail(BadAnswer, "the answer holds half of a surrogate pair")
			return
		}
		b = []byte(pyliteral.Dumps(answer, pyliteral.JSONStyle{ASCII: true, Item: ",", Key: ":"}))
	}
	return service.Reply{Status: http.StatusOK, ContentType: "application/json", Body: b}
}

// Call implements service.Service: a call without a network between.
func (s *Server) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	return s.reply(ctx, "", requestBody(r)), nil
}
