package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/signals"
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
	ctx, stop := signals.Context(context.Background(), nil)
	defer stop()
	s, failed, err := rollout(ctx, o, stderr)
	if s != nil {
		if perr := report(stdout, o, s); err == nil {
			err = perr
		}
	}
	stopped, is := signals.Of(ctx)
	switch {
	case is && errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "rollout: %v; the same command goes on from here\n", stopped)
		return stopped.Status()
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
	queries, all, err := loadQueries(o)
	if err != nil {
		return nil, "", err
	}
	if err := checkIDs(o, queries); err != nil {
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
	if o.retrieve > 0 {
		if queries, err = openDomain(ctx, o, t.folder, queries, all); err != nil {
			return nil, "", err
		}
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
		Prepared: func() error { return keepArguments(o) },
		Progress: newWatch(o, stderr, len(queries)*o.samples, p.forget).job,
	}
	if t.group != nil {
		b.NewTask = t.group.Task
	}
	s, err = batch.Run(ctx, queries, b)
	for _, note := range t.notes() {
		fmt.Fprintln(stderr, "rollout: "+note)
	}
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

// loadQueries reads the tasks, those of -ids only if it is given; all are those of
// -queries.
func loadQueries(o *options) (queries, all []toolbench.Query, err error) {
	all, err = toolbench.LoadQueries(o.queries)
	if err != nil || o.ids == "" {
		return all, all, err
	}
	ids, err := toolbench.LoadIDs(o.ids)
	if err != nil {
		return nil, nil, err
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, q := range all {
		if wanted[q.ID] {
			queries = append(queries, q)
		}
	}
	for _, q := range queries {
		delete(wanted, q.ID)
	}
	for _, id := range ids {
		if wanted[id] {
			return nil, nil, fmt.Errorf("%s: task %s is not in %s", o.ids, id, o.queries)
		}
	}
	return queries, all, nil
}

// checkIDs refuses an id that is in two sets: recordings, scripts and what a
// policy remembers of a task go by it.
func checkIDs(o *options, queries []toolbench.Query) error {
	subset := map[string]string{}
	for _, q := range queries {
		if other, ok := subset[q.ID]; ok && other != q.Subset && !o.released {
			return fmt.Errorf("%s: task %s is in %s and in %s: run one set at a time", o.queries, q.ID, other, q.Subset)
		}
		subset[q.ID] = q.Subset
	}
	return nil
}
