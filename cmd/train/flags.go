package main

import (
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// options are the flags that are not settings, and the settings that were given.
type options struct {
	out, file, resume string
	profile           string
	impl              string
	keys              bool
	workers           int // with -resume; −1: as the run has it
	given             []config.Assignment
}

// shorthand are the flags that stand for a key of the configuration.
var shorthand = []struct{ name, key, arg, doc string }{
	{"seed", "seed", "N", "seed of every random choice"},
	{"workers", "workers", "N", "goroutines that compute; changes no result (0: one per CPU)"},
	{"precision", "precision", "NAME", "of products: f32, bf16, or auto (default): bf16 where the processor is fast at it"},
	{"method", "method", "NAME", "ppo-step (default), ppo-final or sft"},
	{"model", "model.path", "PATH", "checkpoint to start from: a Hugging Face directory, a .gguf file or a run's final/"},
	{"data", "data.file", "FILE", "train on stored trajectories (StepTool's CSV) instead of the embedded world"},
	{"template", "model.template", "NAME", "chat layout of -model: toolllama, qwen2 or llama3-1, with -data also NAME-react"},
	{"lora", "lora.r", "R", "train low-rank adapters of this rank instead of all weights"},
	{"steps", "ppo.iterations", "N", "iterations of RL; with -data, batches"},
	{"compat", "compat.mode", "released", "StepTool's released trainer, defects included: with -data, or -set compat.replay=DIR"},
	{"dump", "compat.dump", "DIR", "where the replayed run's numbers go"},
}

// parseFlags reads the command line.
func parseFlags(args []string) (*options, error) {
	o := &options{workers: -1}
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	quick := fs.Bool("quick", false, "")
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.file, "config", "", "")
	fs.StringVar(&o.resume, "resume", "", "")
	fs.StringVar(&o.profile, "cpuprofile", "", "")
	fs.StringVar(&o.impl, "impl", "", "")
	fs.BoolVar(&o.keys, "keys", false, "")
	fs.Func("set", "", func(text string) error {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return fmt.Errorf("want key=value")
		}
		o.given = append(o.given, config.Assignment{Key: key, Value: value, From: "-set"})
		return nil
	})
	for _, s := range shorthand {
		fs.String(s.name, "", s.doc)
	}
	if err := usage.Parse(fs, args, settingMeant); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, usage.Errorf("unexpected argument %q: every input has a flag (train -h)", fs.Arg(0))
	}
	if *quick {
		o.given = append(o.given, config.Assignment{Key: "quick", Value: "true", From: "-quick"})
	}
	fs.Visit(func(f *flag.Flag) {
		for _, s := range shorthand {
			if s.name == f.Name {
				o.given = append(o.given, config.Assignment{Key: s.key, Value: f.Value.String(), From: "-" + s.name})
			}
		}
	})
	if o.resume != "" {
		return o, o.checkResume(fs)
	}
	return o, nil
}

// settingMeant is what a flag that is called like a setting, or like the last
// part of some, should have been.
func settingMeant(unknown string) string {
	var meant []string
	for _, s := range config.Settings {
		if s.Key == unknown || strings.HasSuffix(s.Key, "."+unknown) && !s.Recorded {
			meant = append(meant, "-set "+s.Key+"=VALUE")
		}
	}
	return strings.Join(meant, " or ")
}

// checkResume allows -workers, -impl and -cpuprofile beside -resume and nothing else:
// all other settings are the run's own.
func (o *options) checkResume(fs *flag.FlagSet) error {
	var err error
	fs.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "resume", "cpuprofile", "impl":
		case "workers":
			n, parseErr := strconv.Atoi(f.Value.String())
			if parseErr != nil || n < 0 {
				err = usage.Errorf("-workers %q: must be a whole number ≥ 0 (0 is usual)", f.Value.String())
			}
			o.workers = n
		default:
			err = usage.Errorf("-%s cannot be given with -resume: the run goes on in its directory with its own settings, %s/config.json", f.Name, o.resume)
		}
	})
	return err
}

func help(w io.Writer) {
	fmt.Fprint(w, `train teaches a language model to use tools: imitation, then step-grained PPO.

usage: train [flags]

  -quick            a smaller world and budget: about a minute
  -out DIR          run directory (default runs/TIME-SEED)
  -config FILE      settings from a JSON file; a run's config.json repeats the run
  -set KEY=VALUE    one setting, repeatable; train -keys lists them all
  -resume DIR       go on with a run that was stopped; no other flag is needed
  -keys             print every setting with its default and meaning
  -impl NAME        implementation of the kernels, as avx2 (also STEPGRAIN_IMPL); the
                    run keeps it when it is resumed
  -cpuprofile FILE  write where the time goes, for go tool pprof
`)
	for _, s := range shorthand {
		fmt.Fprintf(w, "  %-17s %s\n", "-"+s.name+" "+s.arg, s.doc)
	}
	fmt.Fprint(w, `
A worked example: a quick run, its report, the same from another seed, and PPO
on the final reward alone from the first run's imitation, to compare:

  go run ./cmd/train -quick -seed 1 -out runs/a
  open runs/a/report.html
  go run ./cmd/train -quick -seed 2 -out runs/b
  go run ./cmd/train -quick -seed 1 -method ppo-final -set sft.from=runs/a -out runs/c

On stored trajectories and a real checkpoint:

  go run ./cmd/train -model CHECKPOINT -data step_grained_for_ppo_example.csv -template qwen2 -lora 8

Ctrl-C writes a checkpoint; a second one stops at once. Exit status: 0 done,
1 failed, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM.
`)
}
