package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/policy"
	"github.com/stepgrain/stepgrain/toolenv/policy/neutral"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// player is the policy: what is common to all samples is opened once.
type player struct {
	sample func(k int) (search.Model, error)
	forget func(task string) // a task is over; may be nil
	close  func() error      // may be nil
}

func openPolicy(o *options) (*player, error) {
	switch o.policyKind {
	case "script":
		s, err := policy.OpenScript(o.policyAt)
		if err != nil {
			return nil, err
		}
		s.Released = o.released
		return &player{sample: func(k int) (search.Model, error) { return s.Sample(k), nil }}, nil
	case "local":
		return openLocal(o)
	}
	keys, err := readKeys(o.keyFile)
	if err != nil {
		return nil, err
	}
	return &player{sample: func(sample int) (search.Model, error) {
		c, err := newClient(o, keys, sample)
		if err != nil {
			return nil, usage.Errorf("-policy: %w", err)
		}
		if o.policyKind == "chat" {
			return &policy.Chat{Client: c, Model: o.model, Temperature: &o.temperature, MaxTokens: o.maxTokens, Extra: o.seedField(sample)}, nil
		}
		m := &search.TextModel{Completer: c, Layout: o.layout, Model: o.model, Temperature: o.temperature, MaxTokens: o.maxTokens, Released: o.released, Sleep: sleep}
		if !o.released {
			m.Clean = neutral.Text
		}
		return m, nil
	}}, nil
}

// Close frees what the policy holds.
func (p *player) Close() error {
	if p.close == nil {
		return nil
	}
	return p.close()
}

// newClient is a client of the policy's server.
func newClient(o *options, keys []string, sample int) (*endpoint.Client, error) {
	e := endpoint.Options{
		BaseURL: o.policyAt, Keys: keys, Model: o.model, Timeout: o.timeout, MaxConcurrent: o.threads, Seed: o.seed,
		CompletionFields: o.seedField(sample), Sleep: sleep,
	}
	if o.released {
		e.Policy = endpoint.OpenAIPython
		e.CompletionFields = append(pyliteral.Dict{{Key: "echo", Value: false}}, e.CompletionFields...)
	}
	return endpoint.New(e)
}

// seedField asks a server for the same samples again, if a seed is given.
func (o *options) seedField(sample int) pyliteral.Dict {
	if !o.seedGiven {
		return nil
	}
	return pyliteral.Dict{{Key: "seed", Value: int64((o.seed + uint64(sample)) & (1<<63 - 1))}}
}

// readKeys reads one key a line: keys stand on no command line.
func readKeys(path string) (keys []string, err error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key := strings.TrimSpace(lines.Text()); key != "" {
			keys = append(keys, key)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: not a file of keys: %w", path, err)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s: no key in it", path)
	}
	return keys, nil
}
