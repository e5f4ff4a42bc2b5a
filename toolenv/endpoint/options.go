package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stepgrain/stepgrain/internal/pause"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// Options say which server to ask, and how much of it to bear. Zero values ask
// for the defaults.
type Options struct {
	// BaseURL is what the paths of the API are added to, such as
	// http://127.0.0.1:8000/v1. Without a path it gets /v1.
	BaseURL string
	Key     string   // sent as a bearer token; "" sends none
	Keys    []string // several, used in turn, one per call
	Model   string   // for requests that name none

	Timeout       time.Duration // of one request, answer included; default 5 minutes
	Overall       time.Duration // of a call with all its repetitions and their waits; default 15 minutes
	MaxAttempts   int           // requests of one call at most; default 5 (3 with OpenAIPython)
	MaxConcurrent int           // requests at once, of all goroutines together; default 16
	MaxBody       int64         // bytes of an answer; default 16 MiB
	MaxDepth      int           // of nesting in an answer; default 100
	MaxRedirects  int           // default 3; negative: none is followed
	MaxRetryAfter time.Duration // longest wait that a server can ask for; default 1 minute

	// CompletionFields are added to every request for a completion. The released
	// clients send "echo": false.
	CompletionFields pyliteral.Dict

	// Hosts are the allowed ones, BaseURL's only by default.
	Hosts []string
	// ProxyFromEnvironment lets HTTP_PROXY and its like count.
	ProxyFromEnvironment bool

	Policy Policy // when to repeat; default Standard
	Seed   uint64 // of the jitter in the waits

	// Sleep and Now replace time in tests and replays.
	Sleep func(ctx context.Context, d time.Duration) error
	Now   func() time.Time
}

// String shows where requests go. It leaves keys out, as %v of Options does.
func (o Options) String() string {
	n := len(o.Keys)
	if o.Key != "" {
		n++
	}
	u, err := url.Parse(o.BaseURL)
	if err != nil {
		return fmt.Sprintf("endpoint (no URL), %d keys", n)
	}
	return fmt.Sprintf("endpoint %s, model %q, %d keys", plain(u), o.Model, n)
}

// GoString is String: %#v shows no keys either.
func (o Options) GoString() string { return o.String() }

// Client asks one server. It is safe for concurrent use.
type Client struct {
	o       Options
	base    *url.URL
	keys    []string
	secrets []string // the keys, longest first: one may be a part of another
	guard   *Guard
	slots   chan struct{}

	turn             atomic.Uint64 // of the keys
	requests         atomic.Int64
	retries          atomic.Int64
	prompt, complete atomic.Int64
	counts           counts
}

// String shows where requests go, without keys.
func (c *Client) String() string { return c.o.String() }

// GoString is String.
func (c *Client) GoString() string { return c.o.String() }

// New returns a client. Nothing is sent yet.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Hostname() == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("endpoint: the base URL is not one: want it like http://127.0.0.1:8000/v1")
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("endpoint: the base URL %s has a user, a query or a fragment: keys go into Key", plain(base))
	}
	if base.Path = strings.TrimRight(base.Path, "/"); base.Path == "" {
		base.Path = "/v1"
	}
	c := &Client{o: o, base: base}
	if o.Key != "" {
		c.keys = append(c.keys, o.Key)
	}
	c.keys = append(c.keys, o.Keys...)
	for i, k := range c.keys {
		if k == "" || strings.ContainsFunc(k, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, fmt.Errorf("endpoint: key %d is empty or has characters that a header cannot hold", i)
		}
	}
	c.secrets = slices.Clone(c.keys)
	slices.SortFunc(c.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	if err := c.defaults(); err != nil {
		return nil, err
	}
	g := GuardOptions{Hosts: o.Hosts, Timeout: c.o.Timeout, MaxBody: o.MaxBody, MaxRedirects: o.MaxRedirects}
	if len(g.Hosts) == 0 {
		g.Hosts = []string{hostOf(base)}
	}
	for _, h := range g.Hosts {
		if _, err := hostNames(h); err != nil {
			return nil, fmt.Errorf("endpoint: %w", err)
		}
	}
	if o.ProxyFromEnvironment {
		g.Proxy = http.ProxyFromEnvironment
	}
	c.guard = NewGuard(g)
	if why := c.guard.refuses(base); why != "" {
		return nil, fmt.Errorf("endpoint: %s: %s", plain(base), why)
	}
	c.slots = make(chan struct{}, c.o.MaxConcurrent)
	return c, nil
}

func (c *Client) defaults() error {
	o := &c.o
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&o.Timeout, 5*time.Minute)
	set(&o.Overall, 15*time.Minute)
	set(&o.MaxRetryAfter, time.Minute)
	switch o.Policy {
	case "":
		o.Policy = Standard
	case Standard, OpenAIPython:
	default:
		return fmt.Errorf("endpoint: policy %q: want %q or %q", o.Policy, Standard, OpenAIPython)
	}
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = 5
		if o.Policy == OpenAIPython {
			o.MaxAttempts = 3
		}
	}
	if o.MaxConcurrent <= 0 {
		o.MaxConcurrent = 16
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = 100
	}
	if o.Sleep == nil {
		o.Sleep = pause.For
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return nil
}

// Model is the model for requests that name none.
func (c *Client) Model() string { return c.o.Model }

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	return Stats{
		Requests: int(c.requests.Load()), Retries: int(c.retries.Load()), Faults: c.counts.read(),
		PromptTokens: int(c.prompt.Load()), CompletionTokens: int(c.complete.Load()),
	}
}
