package main

import (
	"github.com/stepgrain/stepgrain/cmd/internal/local"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// openLocal loads a model for the engine. One engine plays all tasks and samples.
func openLocal(o *options) (*player, error) {
	m, err := local.Open(local.Options{
		Path: o.policyAt, Adapter: o.adapter, Layout: o.layout, Temperature: o.temperature, MaxTokens: o.maxTokens, Seed: o.seed,
		Workers: o.workers, MaxRows: o.threads,
	})
	if err != nil {
		return nil, err
	}
	return &player{
		sample: func(k int) (search.Model, error) { return m.Sample(k), nil },
		forget: m.Forget,
		close:  m.Close,
	}, nil
}
