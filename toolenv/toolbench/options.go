package toolbench

import (
	"context"
	"time"
)

// Options of tasks and environments.
type Options struct {
	// Released brings back the behaviour of the released inference; see the
	// package's text for the list.
	Released bool
	// MaxObservation is after how many characters an observation is cut; 0 means
	// 1024, negative never.
	MaxObservation int
	// Strip says how the server should shorten an answer: "" means truncate.
	Strip string
	// Key of the tool server.
	Key string
	// Timeout of one call; 0 means a minute (released: none, as with an address
	// that ends in "virtual"), negative none.
	Timeout time.Duration
	// MaxReply is the largest reply that is read, in bytes; 0 means 8 MiB
	// (released: 1 GiB).
	MaxReply int
	// Sleep waits after a rate limit (10 s), and in the released form before every
	// call (2 s) too. nil waits nowhere.
	Sleep func(ctx context.Context, d time.Duration) error
}

// The limits where Options say nothing.
const (
	DefaultMaxObservation = 1024
	DefaultTimeout        = time.Minute
	DefaultMaxReply       = 8 << 20
	releasedMaxReply      = 1 << 30

	pauseBefore    = 2 * time.Second
	pauseRateLimit = 10 * time.Second
)

func (o Options) maxObservation() int {
	if o.MaxObservation == 0 {
		return DefaultMaxObservation
	}
	return o.MaxObservation
}

func (o Options) timeout() time.Duration {
	switch {
	case o.Timeout == 0 && !o.Released:
		return DefaultTimeout
	case o.Timeout < 0:
		return 0
	}
	return o.Timeout
}

func (o Options) maxReply() int {
	switch {
	case o.MaxReply > 0:
		return o.MaxReply
	case o.Released:
		return releasedMaxReply
	}
	return DefaultMaxReply
}

func (o Options) strip() string {
	if o.Strip == "" {
		return "truncate"
	}
	return o.Strip
}

func (o Options) sleep(ctx context.Context, d time.Duration) error {
	if o.Sleep == nil {
		return nil
	}
	return o.Sleep(ctx, d)
}
