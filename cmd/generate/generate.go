package main

import (
	"context"
	"fmt"
	"io"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
)

// generate does what the flags ask for and prints it.
func generate(ctx context.Context, o *options, stdin io.Reader, stdout io.Writer) error {
	dev, err := cpu.New(cpu.Options{Workers: o.workers, Impl: cpu.ImplFromEnv()})
	if err != nil {
		return err
	}
	defer dev.Close()
	open := checkpoint.Options{Adapter: o.adapter}
	switch o.dtype {
	case "bf16":
		open.Compute = kernels.BF16
	case "native":
		open.Native = true
	case "native-i8":
		open.Native, open.Compute = true, kernels.I8
	}
	c, err := checkpoint.Open(o.model, open)
	if err != nil {
		return err
	}
	prompt, err := promptIDs(o, c, stdin)
	if err != nil {
		return err
	}
	p := newPrinter(o, c, prompt, stdout)
	e := llama.NewEngine(c.Model, dev, llama.EngineOptions{})

	// The prompt is computed once; the samples share its part of the KV cache.
	trunk := e.NewSession()
	defer trunk.Close()
	err = e.Run(ctx, []*llama.Request{{Session: trunk, Feed: prompt, Score: o.score}}, func(_ *llama.Request, r *llama.Result) *llama.Request {
		if o.score {
			p.score(r.FeedLogProbs[1:])
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("prompt: %w", err)
	}
	return continueAll(ctx, o, e, trunk, c.StopIDs, p)
}

// continueAll samples all continuations side by side.
func continueAll(ctx context.Context, o *options, e *llama.Engine, trunk *llama.Session, stop []int32, p *printer) error {
	reqs := make([]*llama.Request, o.n)
	for i := range reqs {
		s := trunk.Fork()
		defer s.Close()
		reqs[i] = &llama.Request{
			Session: s, MaxNew: o.max, Stop: stop, Tag: i,
			Temperature: o.temperature, TopP: o.topP, TopK: o.topK, Rand: rng.New(o.seed, "generate", i),
			OnToken: func(id int32, _ float32) bool { p.token(id); return p.err == nil },
		}
	}
	err := e.Run(ctx, reqs, func(req *llama.Request, r *llama.Result) *llama.Request {
		p.end(req.Tag.(int), r)
		return nil
	})
	if err != nil {
		return err
	}
	return p.err
}
