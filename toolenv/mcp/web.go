package mcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// web is a server behind HTTP: requests go to allowed hosts only, answers have a
// largest size, and the header that may hold a key stays with its host.
type web struct {
	sdk.StreamableClientTransport
	guard  *endpoint.Guard
	header http.Header
	host   string
	limit  int
	next   *http.Transport

	over       atomic.Bool
	redirected atomic.Bool
	cut        atomic.Bool // a connection ended before its answer did
}

const maxRedirects = 3

var errRedirect = errors.New("redirect refused")

// newWeb checks the URL and the hosts.
func newWeb(o *Options) (w *web, err error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" {
		return nil, errors.New("this is not a URL of a server: want it like https://example.com/mcp")
	}
	hosts := append([]string{u.Host}, o.Hosts...)
	defer func() {
		if p := recover(); p != nil { // of an entry in Hosts
			w, err = nil, fmt.Errorf("%v", p)
		}
	}()
	w = &web{guard: endpoint.NewGuard(endpoint.GuardOptions{Hosts: hosts}), header: o.Header, host: u.Host, limit: o.MaxMessage}
	if err := w.guard.Allows(u); err != nil {
		return nil, err
	}
	w.next = http.DefaultTransport.(*http.Transport).Clone()
	w.next.Proxy = nil // a proxy would be another host
	w.next.MaxResponseHeaderBytes = 64 << 10
	w.Endpoint = o.URL
	w.HTTPClient = &http.Client{Transport: w, CheckRedirect: w.redirect}
	w.MaxRetries = -1
	w.DisableStandaloneSSE = true     // nobody waits for what a server says unasked
	w.MaxEventSize = 2 * o.MaxMessage // the body's own limit comes first: it is told apart
	return w, nil
}

func (w *web) redirect(r *http.Request, via []*http.Request) error {
	err := w.guard.Allows(r.URL)
	if err == nil && via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
		err = errors.New("what was encrypted would be sent without")
	}
	if err == nil && len(via) > maxRedirects {
		err = fmt.Errorf("more than %d in a row", maxRedirects)
	}
	if err != nil {
		w.redirected.Store(true)
		return fmt.Errorf("%w: %w", errRedirect, err)
	}
	return nil
}

// RoundTrip sends one request of the protocol's client.
func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := w.guard.Allows(r.URL); err != nil {
		return nil, err
	}
	if r.URL.Host == w.host && len(w.header) > 0 {
		r = r.Clone(r.Context())
		for name, values := range w.header {
			r.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		w.note(err)
		return nil, err
	}
	resp.Body = &watched{limited{r: resp.Body, limit: w.limit}, w}
	return resp, nil
}

// watched is a body that reports how it ended.
type watched struct {
	limited
	of *web
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.limited.Read(p)
	b.of.note(err)
	return n, err
}

// note remembers what the protocol's library does not tell apart.
func (w *web) note(err error) {
	switch {
	case err == nil, err == io.EOF, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.Is(err, errTooLarge):
		w.over.Store(true)
	default:
		w.cut.Store(true)
	}
}

func (w *web) stop(time.Duration) { w.next.CloseIdleConnections() }
func (w *web) wake()              {}
func (w *web) answered()          {}
func (w *web) dead() bool         { return w.cut.Load() }
func (w *web) tooLarge() bool     { return w.over.Load() }
func (w *web) last() string       { return "" }
