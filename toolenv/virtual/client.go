package virtual

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// ClientOptions limit a client. Zero values ask for the defaults.
type ClientOptions struct {
	Timeout time.Duration // of a call; default one minute
	MaxBody int64         // bytes of an answer; default 16 MiB
	Hosts   []string      // where redirects may lead; the URL's own host is always allowed
	// Released: the deadline is that of the released client, 15 seconds, or none
	// when the path of the URL ends in "virtual". Timeout has no effect.
	Released bool
}

const (
	defaultTimeout  = time.Minute
	releasedTimeout = 15 * time.Second
	noTimeout       = 1000 * time.Hour
)

type client struct {
	address string
	guard   *endpoint.Guard
}

// NewClient returns the service behind a tool server's URL, such as
// http://127.0.0.1:8081/virtual. Requests go to its host and o.Hosts only, without
// the proxies of the environment.
func NewClient(address string, o ClientOptions) (service.Service, error) {
	g, err := newGuard(address, endpoint.GuardOptions{Hosts: o.Hosts, Timeout: deadline(address, o), MaxBody: o.MaxBody})
	if err != nil {
		return nil, fmt.Errorf("the tool server: %w", err)
	}
	return &client{address, g}, nil
}

// deadline is how long a call may take.
func deadline(address string, o ClientOptions) time.Duration {
	if o.Released {
		if u, err := url.Parse(address); err == nil && strings.HasSuffix(u.Path, "virtual") {
			return noTimeout
		}
		return releasedTimeout
	}
	if o.Timeout > 0 {
		return o.Timeout
	}
	return defaultTimeout
}

// Call implements service.Service.
func (c *client) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	if !headerText(r.Key) {
		return service.Reply{}, &service.Error{Fault: service.Forbidden, Request: r, Err: errors.New("the key of the tool server has characters that a header cannot hold")}
	}
	a, err := c.guard.Do(ctx, http.MethodPost, c.address, callHeader(r.Key), requestBody(r), keyHeader)
	if err != nil {
		if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
			return service.Reply{}, ctx.Err()
		}
		return service.Reply{}, &service.Error{Fault: endpoint.KindOf(err).Fault(), Request: r, Err: err}
	}
	return service.Reply{Status: a.Status, ContentType: a.Header.Get("Content-Type"), Body: a.Body}, nil
}

// keyHeader is spelled as the released client spells it; http.Header.Set would
// capitalise it.
const keyHeader = "toolbench_key"

// callHeader is the header of a call.
func callHeader(key string) http.Header {
	return http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"}, keyHeader: {key},
		// Not sent: without a value it tells net/http that a call may be sent again
		// on a new connection when a kept one turns out to be closed, as the
		// released server closes it after every failure.
		"Idempotency-Key": nil,
	}
}

// headerText reports whether a key can be the value of a header.
func headerText(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
}

// requestBody is the body of a request, as the released client writes it.
func requestBody(r service.Request) []byte {
	return []byte(pyliteral.Dumps(pyliteral.Dict{
		{Key: "category", Value: r.Category}, {Key: "tool_name", Value: r.Tool}, {Key: "api_name", Value: r.API},
		{Key: "tool_input", Value: r.Input}, {Key: "strip", Value: r.Strip}, {Key: keyHeader, Value: r.Key},
	}, pyliteral.JSONStyle{ASCII: true}))
}
