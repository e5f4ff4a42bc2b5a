package endpoint

import (
	"slices"
	"sync/atomic"
)

// Stats counts what a client did.
type Stats struct {
	Requests int // sent, repetitions included
	Retries  int // of these, repetitions
	// Faults are the requests that failed, by kind, also those that a repetition
	// mended. Kinds that did not occur are left out.
	Faults map[Kind]int
	// Tokens as the server counts them.
	PromptTokens, CompletionTokens int
}

// counts has one counter per kind.
type counts [16]atomic.Int64

func (c *counts) add(k Kind) {
	if i := slices.Index(kinds, k); i >= 0 {
		c[i].Add(1)
	}
}

func (c *counts) read() map[Kind]int {
	m := map[Kind]int{}
	for i, k := range kinds {
		if n := c[i].Load(); n > 0 {
			m[k] = int(n)
		}
	}
	return m
}
