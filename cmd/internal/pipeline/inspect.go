package pipeline

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/rundir"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// inspect looks at everything that the run is given, before anything is
// written, records the digests of the inputs, and makes the world.
func (r *run) inspect() error {
	c := r.config
	for _, path := range []*string{&c.Model.Path, &c.Data.File, &c.SFT.From, &c.Reward.File} {
		if *path == "" {
			continue
		}
		abs, err := filepath.Abs(*path) // a run may be resumed from elsewhere
		if err != nil {
			return err
		}
		*path = abs
	}
	if c.Model.Path != "" {
		if _, err := checkpoint.OpenTokenizer(c.Model.Path); err != nil {
			return err
		}
		if err := r.sameFile("the model", "model.path", c.Model.Path, &c.Model.SHA256); err != nil {
			return err
		}
	}
	if c.SFT.From != "" {
		if err := r.inspectSFT(); err != nil {
			return err
		}
	}
	if c.Data.File != "" {
		if err := r.sameFile("the file of trajectories", "data.file", c.Data.File, &c.Data.SHA256); err != nil {
			return err
		}
		return r.inspectData()
	}
	if c.Shaper() == "file" {
		if err := r.sameFile("the file of annotations", "reward.file", c.Reward.File, &c.Reward.FileSHA256); err != nil {
			return err
		}
	}
	r.world = world.New(c.Seed, world.Options{Quick: c.Quick, Tasks: c.Eval.Tasks, Calls: c.Env.Calls, BenchmarkSeed: c.World.Seed})
	return r.makeShaper()
}

// inspectSFT checks that the run named by sft.from has what a comparison needs:
// a finished imitation in the same world.
func (r *run) inspectSFT() error {
	c := r.config
	path := filepath.Join(c.SFT.From, sftDir)
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat(filepath.Join(c.SFT.From, rundir.ConfigFile)); err != nil {
			return fmt.Errorf("config sft.from = %s: is not a run directory", c.SFT.From)
		}
		return fmt.Errorf("config sft.from = %s: its imitation is not finished", c.SFT.From)
	}
	other, err := config.Load(filepath.Join(c.SFT.From, rundir.ConfigFile), nil)
	if err != nil {
		return fmt.Errorf("config sft.from: %w", err)
	}
	if other.Quick != c.Quick || other.World != c.World {
		return fmt.Errorf("config sft.from = %s: was trained in another world (quick %v, world.seed %d)", c.SFT.From, other.Quick, other.World.Seed)
	}
	// The model is that run's, and so is the context that it had: episodes of
	// another length would be other tasks.
	c.Model, c.Tokenizer = other.Model, other.Tokenizer
	c.Model.Path, c.Model.SHA256 = "", ""
	if c.Precision == "auto" {
		c.Precision = other.Precision
	}
	return r.sameFile("the SFT checkpoint", "sft.from", path, &c.SFT.FromSHA256)
}

// sameFile records the digest of an input, which has to be the recorded one
// when a run is resumed or a recorded configuration repeats it.
func (r *run) sameFile(what, key, path string, recorded *string) error {
	now, err := digest(path)
	switch {
	case err != nil:
		return err
	case *recorded == "" || *recorded == now:
		*recorded = now
		return nil
	case r.from != "":
		return fmt.Errorf("%s has changed since the run began (%s): its results could not be continued", what, path)
	}
	return fmt.Errorf("%s has changed since the configuration was recorded (%s): this would be another run; to train on it as it is now, name it again (-set %s=PATH)", what, path, key)
}
