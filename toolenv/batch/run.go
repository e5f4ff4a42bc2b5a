package batch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Run runs the jobs that have no output yet and writes failures and summary. The
// error is one that concerns the whole run; failed jobs are in the summary. When
// ctx ends before all is done, the jobs under way end without an output, files are
// whole, and the error is that of ctx.
func Run(ctx context.Context, queries []toolbench.Query, o Options) (*Summary, error) {
	p, err := makePlan(queries, &o)
	if err != nil {
		return nil, err
	}
	r := &runner{o: &o, plan: p, outcomes: make([]outcome, len(p.jobs)), turnstile: newTurnstile(len(p.jobs))}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	if o.Prepared != nil {
		if err := o.Prepared(); err != nil {
			return nil, err
		}
	}
	var g errgroup.Group
	g.SetLimit(o.threads())
	for i := range p.jobs {
		if r.outcomes[i].raw != nil || ctx.Err() != nil {
			continue
		}
		g.Go(func() error {
			defer r.turnstile.leave(i)
			r.finish(i, r.run(ctx, i))
			return nil
		})
	}
	g.Wait() // never an error: what a job comes to is its outcome
	s, err := r.report()
	if err == nil && s.Open > 0 {
		err = ctx.Err()
	}
	return s, err
}

type runner struct {
	o         *Options
	plan      *plan
	parts     []part // by sample
	outcomes  []outcome
	turnstile *turnstile
	mu        sync.Mutex // of Progress
}

type part struct {
	model   search.Model
	service service.Service
}

// outcome of a job: an output or an error, neither when it was not run.
type outcome struct {
	raw *answers.Raw // without its document and its messages
	err error
}

// prepare makes the folders and finds the outputs that are there.
func (r *runner) prepare() error {
	if err := os.MkdirAll(r.o.Out, 0o755); err != nil {
		return err
	}
	needed := make([]bool, r.o.samples())
	for i, j := range r.plan.jobs {
		if err := os.MkdirAll(filepath.Dir(j.Path), 0o755); err != nil {
			return err
		}
		if !r.o.Overwrite {
			raw, err := r.o.existing(j)
			if err != nil {
				return err
			}
			if raw != nil {
				r.outcomes[i].raw = trimmed(raw)
				r.turnstile.leave(i)
				r.progress(j, true, nil)
				continue
			}
		}
		needed[j.Sample] = true
	}
	r.parts = make([]part, len(needed))
	for k, is := range needed {
		if !is {
			continue
		}
		m, s, err := r.o.Parts(k)
		if err != nil {
			return err
		}
		r.parts[k] = part{m, s}
	}
	return nil
}

// trimmed drops what a summary does not need.
func trimmed(r *answers.Raw) *answers.Raw {
	t := *r
	t.Document, t.Candidates, t.Answer.Messages, t.Answer.Functions = nil, nil, nil, nil
	if t.Own != nil {
		t.Tree, t.Trys = nil, nil
	}
	return &t
}

// run does a job: its output is written when it returns one.
func (r *runner) run(ctx context.Context, i int) (out outcome) {
	defer func() {
		if v := recover(); v != nil { // one broken task does not stop the others
			out = outcome{err: &panicError{v}}
		}
	}()
	j := r.plan.jobs[i]
	p := r.parts[j.Sample]
	if b, ok := p.service.(interface{ Begin(task string) }); ok {
		b.Begin(j.Query.ID)
	}
	env := toolbench.NewEnv(r.o.task(j.Query), p.service, r.o.Env)
	so := r.o.Search
	so.Choose = r.chooser(ctx, i)
	raw, err := r.o.Method.Search(ctx, env.Task(), env, p.model, so, r.o.MaxQuery)
	if err != nil {
		return outcome{err: err}
	}
	if ctx.Err() != nil { // a choice may have been made without waiting for its turn
		return outcome{err: ctx.Err()}
	}
	if err := raw.Write(j.Path); err != nil {
		return outcome{err: &writeError{fmt.Errorf("the output cannot be written: %w", err)}}
	}
	return outcome{raw: trimmed(raw)}
}

// chooser draws for job i.
func (r *runner) chooser(ctx context.Context, i int) func(n int) int {
	j := r.plan.jobs[i]
	if r.plan.draws == nil {
		stream := rng.New(r.o.Seed, "give up", j.Query.Subset, j.Query.ID, j.Sample)
		return stream.IntN
	}
	return func(n int) int {
		r.turnstile.wait(ctx, i)
		if ctx.Err() != nil {
			return 0
		}
		return r.plan.draws.Int(0, n-1) // whoever passed is alone until it leaves
	}
}

func (r *runner) finish(i int, out outcome) {
	r.outcomes[i] = out
	r.progress(r.plan.jobs[i], false, out.err)
}

func (r *runner) progress(j Job, existing bool, err error) {
	if r.o.Progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.o.Progress(j, existing, err)
}
