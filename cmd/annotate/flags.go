package main

import (
	"flag"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
)

type options struct {
	judging.Flags
	by, answers, out, queries, opinions, label, rewards string
	repeats, taskNum                                    int
	overwrite                                           bool
}

func parseFlags(args []string) (o options, err error) {
	fs := flag.NewFlagSet("annotate", flag.ContinueOnError)
	o.Register(fs)
	fs.StringVar(&o.by, "by", "", "")
	fs.StringVar(&o.answers, "answers", "", "")
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.queries, "queries", "", "")
	fs.StringVar(&o.opinions, "opinions", "", "")
	fs.StringVar(&o.label, "label", "human", "")
	fs.StringVar(&o.rewards, "rewards", "", "")
	fs.IntVar(&o.repeats, "repeats", 0, "")
	fs.IntVar(&o.taskNum, "task-num", 0, "")
	fs.BoolVar(&o.overwrite, "overwrite", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return o, err
	}
	if err := o.Check(); err != nil {
		return o, err
	}
	given := usage.Given(fs)
	asks := o.by == "judge" || o.by == "hybrid"
	switch {
	case fs.NArg() > 0:
		return o, usage.Errorf("argument %q is not a flag: answers come from -answers", fs.Arg(0))
	case o.by == "":
		return o, usage.Errorf("nobody named who annotates: give -by rules, judge, hybrid or import")
	case !asks && o.by != "rules" && o.by != "import":
		return o, usage.Errorf("-by %s: must be rules, judge, hybrid or import", o.by)
	case o.answers == "":
		return o, usage.Errorf("no answers: give -answers FILE or DIR")
	case o.out == "":
		return o, usage.Errorf("no place for the result: give -out FILE or DIR")
	case o.repeats < 0 || o.repeats > 1000:
		return o, usage.Errorf("-repeats %d: must be between 1 and 1000", o.repeats)
	case o.taskNum < 0:
		return o, usage.Errorf("-task-num %d: must not be negative", o.taskNum)
	case o.by == "import" && o.opinions == "":
		return o, usage.Errorf("no opinions to import: give -opinions FILE")
	case o.by == "import" && o.label == "":
		return o, usage.Errorf("-label is empty: imported opinions have to say whose they are")
	case o.by != "import" && (given["opinions"] || given["label"]):
		return o, usage.Errorf("-opinions and -label go with -by import only")
	case !asks && (given["judge"] || given["model"] || given["key-file"]):
		return o, usage.Errorf("-by %s asks no model: -judge, -model and -key-file have no effect", o.by)
	case o.Released() && (o.by == "hybrid" || o.by == "import"):
		return o, usage.Errorf("-compat released: the release has no %s annotation", o.by)
	}
	if o.repeats == 0 && o.by != "import" {
		o.repeats = 3
		if o.by == "rules" {
			o.repeats = 1 // the others would be the same
		}
	}
	return o, nil
}
