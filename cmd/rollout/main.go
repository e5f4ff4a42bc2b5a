package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/internal/pause"
	"github.com/stepgrain/stepgrain/toolenv/batch"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	if err != nil {
		return usage.Report(stderr, "rollout", err)
	}
	ctx, stop := withSignals(context.Background())
	defer stop()
	s, failed, err := rollout(ctx, o, stderr)
	if s != nil {
		if perr := report(stdout, o, s); err == nil {
			err = perr
		}
	}
	var sig interrupted
	switch {
	case errors.As(context.Cause(ctx), &sig):
		fmt.Fprintf(stderr, "rollout: %v; the same command goes on from here\n", sig)
		return sig.status()
	case err != nil:
		return usage.Report(stderr, "rollout", fileerr.Explain(err))
	case failed != "":
		fmt.Fprintln(stderr, "rollout: "+failed)
		return 1
	}
	return 0
}

// rollout runs the tasks. failed says in a line that some have no output.
func rollout(ctx context.Context, o *options, stderr io.Writer) (s *batch.Summary, failed string, err error) {
	queries, err := loadQueries(o)
	if err != nil {
		return nil, "", err
	}
	p, err := openPolicy(o)
	if err != nil {
		return nil, "", err
	}
	t, err := openTools(ctx, o)
	defer func() { err = errors.Join(err, p.Close(), t.Close()) }()
	if err != nil {
		return nil, "", err
	}
	env, err := envOptions(o)
	if err != nil {
		return nil, "", err
	}
	b := batch.Options{
		Out: o.out, Method: o.method, MaxQuery: o.maxQuery, Env: env, Folder: t.folder,
		Search:  search.Options{Released: o.released, MaxStep: o.maxStep, Budget: o.budget},
		Samples: o.samples, Threads: o.threads, Overwrite: o.overwrite, Seed: o.seed,
		Parts: func(sample int) (search.Model, service.Service, error) {
			m, err := p.sample(sample)
			if err != nil {
				return nil, nil, err
			}
			s, err := t.sample(sample)
			return m, s, err
		},
		Progress: newWatch(o, stderr, len(queries)*o.samples, p.forget).job,
	}
	if t.group != nil {
		b.NewTask = t.group.Task
	}
	s, err = batch.Run(ctx, queries, b)
	if s != nil && s.Failed > 0 {
		failed = fmt.Sprintf("%d of %d have no output: see failures.jsonl in %s", s.Failed, s.Jobs, o.out)
	}
	return s, failed, err
}

// envOptions are those of the environments.
func envOptions(o *options) (toolbench.Options, error) {
	keys, err := readKeys(o.toolKeyFile)
	if err != nil {
		return toolbench.Options{}, err
	}
	e := toolbench.Options{Released: o.released, MaxObservation: o.maxObservation, Strip: o.strip, Timeout: o.toolTimeout, Sleep: sleep}
	if len(keys) > 0 {
		e.Key = keys[0]
	}
	if o.released {
		e.Timeout = 0
	}
	return e, nil
}

// sleep waits. Tests replace it.
var sleep = pause.For

// loadQueries reads the tasks, those of -ids only if it is given.
func loadQueries(o *options) ([]toolbench.Query, error) {
	queries, err := toolbench.LoadQueries(o.queries)
	if err != nil || o.ids == "" {
		return queries, err
	}
	ids, err := toolbench.LoadIDs(o.ids)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	queries = slices.DeleteFunc(queries, func(q toolbench.Query) bool { return !wanted[q.ID] })
	for _, q := range queries {
		delete(wanted, q.ID)
	}
	for _, id := range ids {
		if wanted[id] {
			return nil, fmt.Errorf("%s: task %s is not in %s", o.ids, id, o.queries)
		}
	}
	return queries, nil
}
