package virtual

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/stepgrain/stepgrain/internal/pause"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// Options say what a server answers from. Zero values leave a source out, or ask
// for the default.
type Options struct {
	Tools     *toolbench.Folder // the documents of the tools, for the simulator
	Store     store.Store       // the stored answers
	Simulator *endpoint.Client  // plays APIs; it names the model
	// Temperature is the simulator's: int64 or float64; nil means 0.
	Temperature any
	// Real is the URL of the real backend. RealKey replaces the callers' keys
	// there. RealHosts are where it may redirect to; its own host is always allowed.
	Real      string
	RealKey   string
	RealHosts []string
	// Save stores new answers.
	Save bool
	// Released brings back the behaviour of the released server; see the package's
	// text. Upstream is StableToolBench's newer one: a stored answer is given at
	// once, whatever it is.
	Released, Upstream bool

	MaxReal int64         // bytes of an answer of the real backend; default 2 MiB
	Timeout time.Duration // of the real backend; default one minute
	Limits

	// Sleep replaces waiting in tests.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Server answers POST /virtual. It is an http.Handler and a service.Service, safe
// for concurrent use.
type Server struct {
	*front
	o     Options
	guard *endpoint.Guard
}

// NewServer returns a server. It fails when the real backend's URL is not one.
func NewServer(o Options) (*Server, error) {
	if o.Released && o.Upstream {
		panic("virtual: NewServer: Released and Upstream are two different servers")
	}
	if o.MaxReal <= 0 {
		o.MaxReal = 2 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Temperature == nil {
		o.Temperature = int64(0)
	}
	if o.Sleep == nil {
		o.Sleep = pause.For
	}
	s := &Server{o: o}
	s.front = newFront(o.Limits, s.serve)
	if o.Real != "" {
		g, err := newGuard(o.Real, endpoint.GuardOptions{Hosts: o.RealHosts, Timeout: o.Timeout, MaxBody: o.MaxReal})
		if err != nil {
			return nil, fmt.Errorf("the real backend: %w", err)
		}
		s.guard = g
	}
	return s, nil
}

// serve makes a reply of an answer.
func (s *Server) serve(ctx context.Context, r *request, n *note) (service.Reply, *Error) {
	answer, e := s.answer(ctx, r, n)
	if e != nil {
		return service.Reply{}, e
	}
	if !finite(answer) {
		return service.Reply{}, fail(BadAnswer, "the answer holds NaN or an infinity")
	}
	if s.o.Released && !wholeTexts(answer) {
		return service.Reply{}, fail(BadAnswer, "the answer holds half of a surrogate pair")
	}
	return service.Reply{Status: http.StatusOK, ContentType: "application/json", Body: encode(answer)}, nil
}

// Call implements service.Service: a call without a network between.
func (s *Server) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, s.l.Overall)
	defer cancel()
	return s.reply(ctx, "", requestBody(r)), nil
}

// newGuard returns a guard that lets requests to a URL's host out, and to o.Hosts.
func newGuard(address string, o endpoint.GuardOptions) (*endpoint.Guard, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return nil, errors.New("the URL is not one: want it like http://127.0.0.1:8080/virtual")
	}
	o.Hosts = append([]string{u.Host}, o.Hosts...)
	return endpoint.NewGuard(o), nil
}
