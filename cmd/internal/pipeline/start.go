package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/cmd/internal/rundir"
)

// Start begins a run in a new directory and carries it to its end, or to the
// end of ctx: then the directory holds a checkpoint, and the error says how to
// go on.
func Start(ctx context.Context, c *config.Config, dir string, out *progress.Printer) (err error) {
	r := &run{config: c, out: out, begun: time.Now()}
	defer func() { err = errors.Join(err, r.close()) }()
	c.Version = version()
	if err := rundir.Free(dir); err != nil {
		return err
	}
	if err := r.inspect(); err != nil { // everything that can be wrong with the inputs
		return err
	}
	if text := warning(c); text != "" {
		out.Printf("%s", text)
	}
	if r.dev, err = device(c, false, out.Printf); err != nil {
		return err
	}
	c.SettlePrecision(r.dev.FastBF16())
	if err := r.guard(); err != nil {
		return err
	}
	if r.dir, err = rundir.Create(dir, c.JSON()); err != nil {
		return err
	}
	if err := r.begin(); err != nil {
		return err
	}
	out.Printf("run directory %s", dir)
	return r.execute(ctx)
}

// Resume goes on with a run from its latest checkpoint, or from its
// configuration when it was killed before the first one. workers below 0 keeps
// what the run has.
func Resume(ctx context.Context, dir string, workers int, out *progress.Printer) (err error) {
	r := &run{out: out, begun: time.Now()}
	defer func() { err = errors.Join(err, r.close()) }()
	var checkpoint string
	if r.dir, checkpoint, err = rundir.Open(dir); err != nil {
		return err
	}
	if r.config, err = config.Load(r.dir.File(rundir.ConfigFile), nil); err != nil {
		return err
	}
	if r.config.Version == "" {
		return fmt.Errorf("%s: was not written by a run", r.dir.File(rundir.ConfigFile))
	}
	if workers >= 0 {
		r.config.Workers = workers
	}
	from := "its configuration"
	if checkpoint != "" {
		if err := r.restore(checkpoint); err != nil {
			return err
		}
		from = filepath.Base(checkpoint)
	}
	out.Printf("resuming %s from %s", dir, from)
	if r.state.Stage == "done" {
		out.Printf("the run is finished")
		return nil
	}
	if err := r.inspect(); err != nil {
		return err
	}
	if r.dev, err = device(r.config, true, out.Printf); err != nil {
		return err
	}
	if checkpoint == "" {
		err = r.begin()
	} else {
		err = r.open()
	}
	if err != nil {
		return err
	}
	return r.execute(ctx)
}

// execute runs the stages from where the state stands.
func (r *run) execute(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() {
		r.out.Printf("stopping at the next checkpoint; a second signal stops at once")
	})()
	err := r.stages(ctx)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped with a checkpoint; go on with: train -resume %s (%w)", r.dir.Path, context.Canceled)
	}
	return err
}

// stages is the order of a run.
func (r *run) stages(ctx context.Context) error {
	if r.config.Data.File != "" {
		if err := r.offline(ctx); err != nil {
			return err
		}
		return r.finish(ctx)
	}
	for _, s := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"start", r.start},
		{"sft", r.imitate},
		{"eval-sft", r.evaluateSFT},
		{"rl", r.reinforce},
		{"eval", r.evaluateFinal},
	} {
		if r.state.Stage != s.name {
			continue
		}
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return r.finish(ctx)
}
