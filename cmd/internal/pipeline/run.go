package pipeline

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/metrics"
	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/cmd/internal/rundir"
	"github.com/stepgrain/stepgrain/cmd/internal/tfevents"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/ppo"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// run is a training run in progress.
type run struct {
	config *config.Config
	dir    *rundir.Dir
	out    *progress.Printer
	dev    *cpu.Backend

	state  state
	from   string        // the checkpoint that is resumed, "" in a new run
	begun  time.Time     // of this process
	before time.Duration // that earlier processes took

	metrics      *metrics.Writer
	trajectories *rundir.Log

	tokenizer       *tokenizer.Tokenizer
	tokenizerConfig hf.TokenizerConfig
	renderer        *chat.Renderer
	model           *llama.Model

	world   *world.World
	shaper  reward.Shaper
	decoder *llama.Engine
	trainer *ppo.Trainer
	stored  []ppo.StoredTrajectory

	asReleased *asReleased // with -compat released
}

// Files of a run that this package names.
const (
	tokenizerFile    = "tokenizer.json"
	metricsFile      = "metrics.jsonl"
	trajectoriesFile = "trajectories.jsonl"
	evalFile         = "eval.json"
	summaryFile      = "summary.json"
	reportFile       = "report.html"
	finalDir         = "final"
	sftDir           = "checkpoints/sft" // the model after imitation, for sft.from
)

// device starts the backend that the configuration and STEPGRAIN_IMPL ask for,
// and records which it is.
func device(c *config.Config, resume bool, note func(format string, args ...any)) (*cpu.Backend, error) {
	want := cpu.ImplFromEnv()
	switch {
	case c.Impl == "" || want == c.Impl:
	case resume && want != "":
		return nil, usage.Errorf("the run computes with %s, -impl or STEPGRAIN_IMPL says %s: bits could differ", c.Impl, want)
	case want == "":
		want = c.Impl
	}
	dev, err := cpu.New(cpu.Options{Workers: c.Workers, Impl: want})
	if err != nil && !resume && want != "" && !slices.Contains(cpu.Impls(), want) && cpu.ImplFromEnv() == "" {
		note("note: this machine has no %s, which the configuration was recorded with: results may differ in their last bits", want)
		dev, err = cpu.New(cpu.Options{Workers: c.Workers})
	}
	switch {
	case err != nil && cpu.ImplFromEnv() != "":
		return nil, usage.Errorf("-impl or %s: %w", cpu.ImplVariable, err)
	case err != nil && c.Impl != "":
		return nil, fmt.Errorf("the run computes with %s, and other bits would not be a continuation: %w", c.Impl, err)
	case err != nil:
		return nil, err
	}
	_, impl, _ := strings.Cut(dev.Name(), "/")
	c.Impl = impl
	return dev, nil
}

// begin makes the first checkpoint of a run, and only then the files that grow:
// before it there is nothing to cut back.
func (r *run) begin() error {
	r.state = state{Stage: "start", Events: tfevents.FileName(time.Now())}
	if err := r.checkpoint("start", nil); err != nil {
		return err
	}
	return r.open()
}

// open opens the files that grow. In a resumed run they are cut back first.
func (r *run) open() error {
	lines, err := r.dir.Log(metricsFile)
	if err != nil {
		return err
	}
	if r.trajectories, err = r.dir.Log(trajectoriesFile); err != nil {
		return err
	}
	events, err := r.dir.Log(r.state.Events)
	if err != nil {
		return err
	}
	w := tfevents.NewWriter(events)
	if events.Offset() == 0 {
		if err := w.Header(time.Now()); err != nil {
			return err
		}
	}
	r.metrics = metrics.NewWriter(io.Writer(lines), w, time.Now().Add(-r.before))
	return nil
}

// seconds is how long the run has taken, earlier processes included.
func (r *run) seconds() float64 { return (r.before + time.Since(r.begun)).Seconds() }

// close ends the run's hold on its directory and device.
func (r *run) close() error {
	var errs []error
	if r.dir != nil {
		errs = append(errs, r.dir.Close())
	}
	if r.dev != nil {
		r.dev.Close()
	}
	return errors.Join(errs...)
}
