package virtual

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
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

	MaxBody int64         // bytes of a request; default 1 MiB
	MaxReal int64         // bytes of an answer of the real backend; default 16 MiB
	Timeout time.Duration // of the real backend; default one minute
	Overall time.Duration // of a whole request; default 10 minutes

	// Log takes one JSON object a line for every request; nil: none.
	Log io.Writer
	// Sleep and Now replace time in tests.
	Sleep func(ctx context.Context, d time.Duration) error
	Now   func() time.Time
}

// Server answers POST /virtual. It is an http.Handler and a service.Service, safe
// for concurrent use.
type Server struct {
	o     Options
	guard *endpoint.Guard
	logMu sync.Mutex
}

// NewServer returns a server. It fails when the real backend's URL is not one.
func NewServer(o Options) (*Server, error) {
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Overall <= 0 {
		o.Overall = 10 * time.Minute
	}
	if o.Temperature == nil {
		o.Temperature = int64(0)
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{o: o}
	if o.Real != "" {
		g, err := newGuard(o.Real, endpoint.GuardOptions{Hosts: o.RealHosts, Timeout: o.Timeout, MaxBody: o.MaxReal})
		if err != nil {
			return nil, fmt.Errorf("the real backend: %w", err)
		}
		s.guard = g
	}
	return s, nil
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

// sleep waits unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
