package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/llama/chat"
)

func init() {
	register(command{
		name:  "steptool",
		brief: "between StepTool's CSV and JSON and our trajectories",
		help: `Convert steptool turns trajectories of one form into another; the names of the files
say which.

usage: convert steptool [-template NAME] -out FILE FILE

  x.csv    StepTool's stored trajectories with a reward per step: what train -data takes
  x.jsonl  trajectories.jsonl of a run of cmd/train
  x.json   converted answers, as StableToolBench has them, or annotations, as StepTool
           has them (which are read, not written)

  -template NAME  layout of the texts of a CSV: toolllama, qwen2, llama3-1, or one of
                  these with -react
  -out FILE       in another of the three forms

What a form does not hold is lost: a CSV has no ids (its rows become row-1, row-2 …)
and lists only names of functions; converted answers have no rewards, so that convert
ppo has to make a CSV of them. Log-probabilities stay where all turns have them.

example: convert steptool -template qwen2 -out ppo.csv runs/7/trajectories.jsonl
`,
		run: convertSteptool,
	})
}

// form is a kind of file with trajectories.
type form struct {
	end      string
	template bool // its texts are in a layout
	read     func(path string, l chat.Layout) stories
	write    func(w io.Writer, l chat.Layout, list stories) (int, error)
}

var forms = []form{
	{".csv", true, readRows, writeRows},
	{".jsonl", false, readEpisodes, writeEpisodes},
	{".json", false, readAnswers, writeAnswers},
}

func formOf(path string) (form, error) {
	end := filepath.Ext(path)
	i := slices.IndexFunc(forms, func(f form) bool { return f.end == end })
	if i < 0 {
		return form{}, usage.Errorf("%s: the name has to end in .csv, .jsonl or .json, which says the form (convert steptool -h)", path)
	}
	return forms[i], nil
}

func convertSteptool(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	out := f.String("out", "", "")
	template := f.String("template", "", "")
	if err := usage.Parse(f, args); err != nil {
		return err
	}
	if err := needOut(*out); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usage.Errorf("%d files given, one is needed", f.NArg())
	}
	from, err := formOf(f.Arg(0))
	if err != nil {
		return err
	}
	to, err := formOf(*out)
	if err != nil {
		return err
	}
	var layout chat.Layout
	switch {
	case from.end == to.end:
		return usage.Errorf("%s and %s are of the same form: nothing to convert", f.Arg(0), *out)
	case from.template || to.template:
		if err := oneOf("template", *template, chat.Names()); err != nil {
			return err
		}
		if layout, err = chat.ByName(*template); err != nil {
			return err
		}
	case *template != "":
		return usage.Errorf("-template has no effect: neither file is a CSV")
	}
	n := 0
	if err := outfile.Write(*out, func(w io.Writer) (err error) {
		n, err = to.write(w, layout, from.read(f.Arg(0), layout))
		return err
	}); err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("%s holds no trajectories", f.Arg(0))
	}
	fmt.Fprintf(stdout, "%s: %d trajectories\n", *out, n)
	return nil
}
