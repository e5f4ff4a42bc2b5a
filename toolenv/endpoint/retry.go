package endpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/stepgrain/stepgrain/internal/rng"
)

// Policy says which failures are repeated, and after which wait.
type Policy string

// The policies.
const (
	// Standard repeats what may pass: time-outs, connections that are refused or
	// cut, answers that are not JSON, and the statuses 408, 409, 425, 429 and from
	// 500. It waits 0.5 s, 1 s, 2 s … 30 s, each less up to half of it by chance, or
	// what Retry-After says if that is longer.
	Standard Policy = "standard"
	// OpenAIPython is version 1.42 of OpenAI's Python client: connections and the
	// statuses 408, 409, 429 and from 500 are repeated twice, unless the server says
	// otherwise (x-should-retry). It waits what Retry-After says if that is at most a
	// minute, else 0.5 s, 1 s … 8 s, each less up to a quarter.
	OpenAIPython Policy = "openai-python"
)

// repeats reports whether a failure is worth another attempt.
func (p Policy) repeats(e *Error, h http.Header) bool {
	if p == OpenAIPython {
		switch h.Get("X-Should-Retry") {
		case "true":
			return true
		case "false":
			return false
		}
	}
	switch e.Kind {
	case Timeout, Refused, Cut, RateLimit:
		return true
	case Malformed:
		return p == Standard
	case Status:
		return e.Status == 408 || e.Status == 409 || e.Status == 425 && p == Standard || e.Status >= 500
	}
	return false
}

// wait is how long to wait after the given attempt (counted from 0).
func (c *Client) wait(e *Error, attempt int, body []byte) time.Duration {
	sum := sha256.Sum256(body)
	chance := rng.New(c.o.Seed, "endpoint", hex.EncodeToString(sum[:8]), attempt).Float64()
	asked := e.RetryAfter
	if c.o.Policy == OpenAIPython {
		if asked > 0 && asked <= time.Minute {
			return asked
		}
		return scale(backOff(attempt, 8*time.Second), 1-chance/4)
	}
	return max(scale(backOff(attempt, 30*time.Second), 1-chance/2), min(asked, c.o.MaxRetryAfter))
}

// backOff is half a second, doubled for every attempt before.
func backOff(attempt int, most time.Duration) time.Duration {
	return min(500*time.Millisecond<<min(attempt, 10), most)
}

func scale(d time.Duration, by float64) time.Duration { return time.Duration(float64(d) * by) }

// retryAfter reads what a server asks to wait: milliseconds, seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		return seconds(s)
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// seconds bounds what a header may say to a day; nonsense is nothing.
func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	return scale(time.Second, min(s, 86400))
}
