package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

func init() {
	register(command{
		name:  "answers",
		brief: "a folder of raw outputs to a file of converted answers",
		help: `Convert answers makes one file of converted answers of a folder of raw outputs.

usage: convert answers -method METHOD -out FILE [flags] FOLDER

  -method METHOD    the outputs to take, {id}_METHOD.json: CoT@1, DFS_woFilter_w2 …
  -out FILE         the converted answers: JSON, by task id, as StableToolBench has them
  -seed N           of the draws that pick a path where there is no answer (42)
  -compat released  exactly as the release converts: one stream of draws for all
                    files, all that have METHOD anywhere in their name

example: convert answers -method CoT@1 -out G1_instruction.json runs/raw/G1_instruction
`,
		run: convertAnswers,
	})
}

func convertAnswers(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
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
	if o.Method == "" {
		return usage.Errorf("no method: give -method METHOD, such as -method CoT@1")
	}
	if err := needOut(*out); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usage.Errorf("%d folders given, one is needed: the one with the raw outputs", f.NArg())
	}
	n, err := answers.SaveEach(*out, answers.ConvertFolder(f.Arg(0), o))
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d answers in %s\n", n, *out)
	return nil
}
