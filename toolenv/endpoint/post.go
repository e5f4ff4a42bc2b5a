package endpoint

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// post sends a JSON object to a path of the API and returns the object that comes
// back, repeating what the policy repeats. attempts counts the requests made.
func (c *Client) post(ctx context.Context, path string, fields pyliteral.Dict) (reply pyliteral.Dict, attempts int, err error) {
	body := encode(fields)
	left := c.o.Overall // waiting for a place among the requests at once does not count
	address := c.base.String() + path
	key := c.turn.Add(1) - 1
	for attempt := 0; ; attempt++ {
		reply, e, header := c.attempt(ctx, address, key, body, &left)
		if e == nil {
			return reply, attempt + 1, nil
		}
		e.Attempts = attempt + 1
		c.counts.add(e.Kind)
		c.redact(e)
		if attempt+1 >= c.o.MaxAttempts || !c.o.Policy.repeats(e, header) || ctx.Err() != nil {
			return nil, attempt + 1, e
		}
		d := c.wait(e, attempt, body)
		if left -= d; left < 0 || c.o.Sleep(ctx, d) != nil {
			return nil, attempt + 1, e
		}
		c.retries.Add(1)
		if e.Kind == RateLimit && c.o.Policy == Standard {
			key++ // another key may have tokens left
		}
	}
}

// attempt makes one request, in the time that is left; what it takes is taken off.
func (c *Client) attempt(ctx context.Context, address string, key uint64, body []byte, left *time.Duration) (pyliteral.Dict, *Error, http.Header) {
	if e := c.enter(ctx, address); e != nil {
		return nil, e, nil
	}
	defer func() { <-c.slots }()
	began := c.o.Now()
	defer func() { *left -= c.o.Now().Sub(began) }()
	ctx, cancel := context.WithTimeout(ctx, *left)
	defer cancel()
	c.requests.Add(1)
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	if n := uint64(len(c.keys)); n > 0 {
		header.Set("Authorization", "Bearer "+c.keys[key%n])
	}
	a, err := c.guard.Do(ctx, http.MethodPost, address, header, body, "Authorization")
	if err != nil {
		return nil, err.(*Error), nil
	}
	e := &Error{URL: address, Status: a.Status, Body: c.excerpt(a.Body)}
	switch {
	case a.Status == http.StatusTooManyRequests:
		e.Kind = RateLimit
	case a.Status < 200 || a.Status > 299:
		e.Kind = Status
	default:
		v, err := decode(a.Body, c.o.MaxDepth)
		if err != nil {
			e.Kind, e.Err = Malformed, err
			if errors.Is(err, errTooLarge) {
				e.Kind = TooLarge
			}
			break
		}
		d, ok := v.(pyliteral.Dict)
		if !ok {
			e.Kind, e.Err = Shape, errors.New("the answer is not an object")
			break
		}
		return d, nil, nil
	}
	e.RetryAfter = retryAfter(a.Header, c.o.Now())
	return nil, e, a.Header
}

// enter waits for a free place among the requests at once.
func (c *Client) enter(ctx context.Context, address string) *Error {
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		e := &Error{Kind: Timeout, URL: address, Err: ctx.Err()}
		if errors.Is(ctx.Err(), context.Canceled) {
			e.Kind = Canceled
		}
		return e
	}
}

// encode writes a body as Python's client does. Bytes that are not UTF-8, which
// tools may answer, become U+FFFD.
func encode(fields pyliteral.Dict) []byte {
	b := []byte(pyliteral.Dumps(fields, pyliteral.JSONStyle{ASCII: true}))
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return b
}

// redact takes the client's keys out of an error: servers repeat them.
func (c *Client) redact(e *Error) {
	if e.Err != nil {
		if s := e.Err.Error(); c.hide(s) != s {
			e.Err = errors.New(c.hide(s))
		}
	}
}

func (c *Client) hide(s string) string {
	for _, k := range c.secrets {
		s = strings.ReplaceAll(s, k, "[key]")
		escaped := pyliteral.Dumps(k, pyliteral.JSONStyle{})
		s = strings.ReplaceAll(s, escaped[1:len(escaped)-1], "[key]")
	}
	return s
}

// excerptBytes is how much of an answer an error shows.
const excerptBytes = 300

// excerpt is how an answer begins: valid UTF-8, without keys.
func (c *Client) excerpt(body []byte) string {
	const most = excerptBytes + 4096
	s := strings.ToValidUTF8(string(body[:min(len(body), most)]), "\uFFFD")
	if len(body) > most { // there may be half a key at the end, and what stands before may shrink
		s = s[:len(s)-c.half(s)]
	}
	s = c.hide(s)
	return strings.TrimSpace(strings.ToValidUTF8(s[:min(len(s), excerptBytes)], ""))
}

// half is how many bytes at the end of a text begin a key.
func (c *Client) half(s string) (most int) {
	for _, k := range c.keys {
		for n := min(len(k), len(s)); n > most; n-- {
			if strings.HasSuffix(s, k[:n]) {
				most = n
			}
		}
	}
	return most
}
