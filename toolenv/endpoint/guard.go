package endpoint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// GuardOptions bounds what a [Guard] lets out and in. Zero values ask for the
// defaults.
type GuardOptions struct {
	Hosts        []string                              // allowed: "host" (at the scheme's own port) or "host:port"
	Timeout      time.Duration                         // of one request, answer included; default 5 minutes
	MaxBody      int64                                 // bytes of an answer, unpacked; default 16 MiB
	MaxRedirects int                                   // default 3; negative: none is followed
	Proxy        func(*http.Request) (*url.URL, error) // nil: none, whatever the environment says
}

// Guard sends HTTP requests within limits: only to allowed hosts, with a
// deadline, and with answers of bounded size. It is safe for concurrent use.
type Guard struct {
	o      GuardOptions
	hosts  map[string]bool // host:port
	client http.Client
	counts counts
}

// Answer is what an HTTP server answered, of whatever status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// NewGuard returns a guard. It panics when a host is not one.
func NewGuard(o GuardOptions) *Guard {
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 16 << 20
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = 3
	}
	g := &Guard{o: o, hosts: map[string]bool{}}
	for _, h := range o.Hosts {
		names, err := hostNames(h)
		if err != nil {
			panic("endpoint: NewGuard: " + err.Error())
		}
		for _, n := range names {
			g.hosts[n] = true
		}
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = o.Proxy
	t.MaxIdleConnsPerHost = 64
	t.MaxResponseHeaderBytes = 64 << 10
	g.client = http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return g
}

// Do sends one request and reads its answer. Redirects that keep the request
// (307, 308) are followed on allowed hosts; header fields named in secret are left
// out when the host changes. The error is an *Error; an answer of any other
// status is no error.
func (g *Guard) Do(ctx context.Context, method, address string, header http.Header, body []byte, secret ...string) (Answer, error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, g.o.Timeout)
	defer cancel()
	u, err := url.Parse(address)
	if err != nil {
		return Answer{}, g.fail(&Error{Kind: Forbidden, URL: "?", Err: errors.New("not a URL")})
	}
	if why := g.refuses(u); why != "" {
		return Answer{}, g.fail(&Error{Kind: Forbidden, URL: plain(u), Err: errors.New(why)})
	}
	for hops := 0; ; hops++ {
		a, err := g.once(ctx, method, u, header, body)
		if err != nil {
			return Answer{}, g.fail(classify(parent, ctx, u, a.Status, err))
		}
		next, err := g.redirect(u, a, hops)
		if err != nil {
			return Answer{}, g.fail(&Error{Kind: Redirect, URL: plain(u), Status: a.Status, Err: err})
		}
		if next == nil {
			return a, nil
		}
		if hostOf(next) != hostOf(u) && len(secret) > 0 {
			header = header.Clone()
			for _, name := range secret {
				header.Del(name)
			}
		}
		u = next
	}
}

var errTooLarge = errors.New("the answer is too large")

func (g *Guard) once(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if header != nil {
		req.Header = header.Clone()
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	if resp.ContentLength > g.o.MaxBody {
		return a, fmt.Errorf("%w: %d bytes, the limit is %d", errTooLarge, resp.ContentLength, g.o.MaxBody)
	}
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, g.o.MaxBody+1))
	if err == nil && int64(len(a.Body)) > g.o.MaxBody {
		return a, fmt.Errorf("%w: more than the limit of %d bytes", errTooLarge, g.o.MaxBody)
	}
	return a, err
}

// redirect returns where an answer sends the request, nil when it is the answer.
func (g *Guard) redirect(from *url.URL, a Answer, hops int) (*url.URL, error) {
	if a.Header.Get("Location") == "" {
		return nil, nil // it says where to only by its text, if at all
	}
	switch a.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		return nil, errors.New("a redirect that would turn the request into another one")
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to, err := from.Parse(a.Header.Get("Location"))
	if err != nil {
		return nil, errors.New("a redirect to nowhere")
	}
	if why := g.refuses(to); why != "" {
		return nil, fmt.Errorf("to %s: %s", plain(to), why)
	}
	if from.Scheme == "https" && to.Scheme != "https" {
		return nil, fmt.Errorf("to %s, which is not encrypted", plain(to))
	}
	if hops >= g.o.MaxRedirects {
		return nil, fmt.Errorf("to %s: more than %d in a row", plain(to), max(0, g.o.MaxRedirects))
	}
	return to, nil
}

// classify says what kind of failure an error of net/http is.
func classify(parent, ctx context.Context, u *url.URL, status int, err error) *Error {
	e := &Error{Kind: Refused, URL: plain(u), Status: status}
	var asURL *url.Error
	if errors.As(err, &asURL) {
		err = asURL.Err // without the URL, whose query may hold a key
	}
	var timeout net.Error
	switch {
	case parent.Err() != nil && errors.Is(parent.Err(), context.Canceled):
		e.Kind, err = Canceled, parent.Err()
	case ctx.Err() != nil:
		e.Kind, err = Timeout, ctx.Err()
	case errors.Is(err, errTooLarge), strings.Contains(err.Error(), "response headers exceeded"):
		e.Kind = TooLarge
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Kind = Timeout
	case status != 0, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(err.Error(), "connection reset"),
		strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "transport connection broken"), strings.Contains(err.Error(), "server closed idle connection"):
		e.Kind = Cut
	}
	e.Err = err
	return e
}

func (g *Guard) fail(e *Error) error {
	g.counts.add(e.Kind)
	return e
}

// Counts is how many requests ended in each kind of failure; kinds that did not
// occur are left out.
func (g *Guard) Counts() map[Kind]int { return g.counts.read() }
