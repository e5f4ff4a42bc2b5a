package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

func init() {
	register(command{
		name:  "answers",
		brief: "a folder of raw outputs to files of converted answers",
		help: `Convert answers makes a file of converted answers of a folder of raw outputs.

usage: convert answers -out FILE|DIR [flags] FOLDER

FOLDER holds the outputs, or folders with them, as cmd/rollout leaves them for several
subsets or samples: then -out is a folder too, with a file for each, as eval takes it:
I1.json, sample-0/I1.json …, and sample-0/FOLDER.json for samples of one subset.

  -out PATH         the converted answers: JSON, by task id, as StableToolBench has them
  -method METHOD    the outputs to take, {id}_METHOD.json: CoT@1, DFS_woFilter_w2 … Not
                    needed when all are of one method
  -seed N           of the draws that pick a path where there is no answer (42)
  -compat released  exactly as the release converts: one stream of draws for all
                    files of a folder, all that have METHOD anywhere in their name, and
                    no file where one output cannot be converted

An output that cannot be converted is named and left out; the exit status is 1 then.

example: convert answers -out converted/qwen2_cot runs/raw/qwen2_cot
`,
		run: convertAnswers,
	})
}

func convertAnswers(f *flag.FlagSet, args []string, stdout, stderr io.Writer) error {
	var o answers.ConvertOptions
	f.StringVar(&o.Method, "method", "", "")
	out := f.String("out", "", "")
	f.Uint64Var(&o.Seed, "seed", 42, "")
	compat := compatFlag(f)
	if err := usage.Parse(f, args); err != nil {
		return err
	}
	var err error
	if o.Released, err = released(*compat); err != nil {
		return err
	}
	if err := needOut(*out); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usage.Errorf("%d folders given, one is needed: the one with the raw outputs", f.NArg())
	}
	sets, method, err := answers.OutputSets(f.Arg(0), o.Method, o.Released)
	if err != nil {
		return err
	}
	o.Method = method
	single := sets[0].Name == "" // and there are no others
	if !single && strings.HasSuffix(*out, ".json") {
		return usage.Errorf("-out %s is one file, %s has %d folders of outputs: give a folder", *out, f.Arg(0), len(sets))
	}
	total, broken := 0, 0
	for _, s := range sets {
		path := *out
		if !single {
			path = filepath.Join(*out, setFile(s, f.Arg(0)))
		}
		n, bad, err := convertSet(path, s.Dir, o, stdout, stderr)
		if err != nil {
			return err
		}
		total, broken = total+n+bad, broken+bad
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d outputs could not be converted", broken, total)
	}
	return nil
}

// setFile is where the answers of a set below folder go. Every sample has a folder,
// also when it holds a single set, which is named after all of them then.
func setFile(s answers.OutputSet, folder string) string {
	name := filepath.FromSlash(s.Name)
	if sample.MatchString(filepath.Base(name)) {
		if abs, err := filepath.Abs(folder); err == nil {
			folder = abs // "." has no name
		}
		name = filepath.Join(name, filepath.Base(folder))
	}
	return name + ".json"
}

// sample is the name of a sample's folder.
var sample = regexp.MustCompile(`^sample-\d+$`)

// convertSet converts the outputs of a folder, but for those that are broken, which
// it names.
func convertSet(path, dir string, o answers.ConvertOptions, stdout, stderr io.Writer) (n, broken int, err error) {
	if err := outfile.MakeFolder(path); err != nil {
		return 0, 0, err
	}
	n, err = answers.SaveEach(path, func(yield func(*answers.Converted, error) bool) {
		any := false
		for c, err := range answers.ConvertFolder(dir, o) {
			var bad *answers.OutputError
			if errors.As(err, &bad) && !o.Released {
				fmt.Fprintf(stderr, "convert answers: %v\n", bad)
				broken++
				continue
			}
			any = true
			if !yield(c, err) {
				return
			}
		}
		if !any {
			yield(nil, errNothing)
		}
	})
	if errors.Is(err, errNothing) { // a file without answers helps nobody
		return 0, broken, nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%d answers in %s\n", n, path)
	}
	return n, broken, err
}

// errNothing: all outputs of a folder are broken.
var errNothing = errors.New("no answers")
