package main

import (
	"flag"
	"io"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/dataset"
)

// sources explains what the four conversions to training data read.
const sources = `A SOURCE is a folder of raw outputs {id}_METHOD.json or a file of converted answers.`

func init() {
	register(
		command{
			name:  "ppo",
			brief: "trajectories and their annotations to StepTool's CSV for step-grained PPO",
			help: `Convert ppo writes a row for every annotated trajectory: the file that train -data
takes.

usage: convert ppo -annotations FILE -template NAME -out FILE [flags] SOURCE

` + sources + `

  -annotations FILE  judgements of the steps, as cmd/annotate writes them
  -template NAME     layout of the texts: toolllama, qwen2, llama3-1 list the names of
                     functions as the released files do; toolllama-react, qwen2-react,
                     llama3-1-react have ToolBench's whole prompt (raw outputs only)
  -out FILE          tab separated, with Python lists in the cells
  -method, -seed     as in convert answers
  -compat released   actions as released: without thoughts

example: convert ppo -annotations judged.json -template qwen2 -out ppo.csv converted.json
`,
			run: convertPPO,
		},
		command{
			name:  "sft",
			brief: "trajectories of an expert to instances for imitation (JSON)",
			help: `Convert sft writes an instance for every turn of the trajectories that end with an
answer.

usage: convert sft -out FILE [flags] SOURCE

` + sources + ` Instances hold ToolBench's whole prompt, which only raw outputs keep.

  -out FILE         JSON by task id
  -method, -seed    as in convert answers
  -compat released  functions and roles written as the release writes them

example: convert sft -out sft.json runs/expert
`,
			run: convertSFT,
		},
		command{
			name:  "rft",
			brief: "the successes of several samples, merged with an expert's instances (JSON)",
			help: `Convert rft writes the instances of the trajectories that solve their task, out of
several samples of one policy, and behind them those of an expert.

usage: convert rft -out FILE [flags] SOURCE…

` + sources + ` Give one per sample.

  -judged FILE      pass-rate file of a sample, once for each, in the same order: solved
                    is what more than half of the repeats solve. Without: what ends
                    with an answer
  -expert FILE      instances to merge, as convert sft writes them
  -out FILE         JSON by task id
  -method, -seed    as in convert answers
  -compat released  functions and roles written as the release writes them

example: convert rft -expert sft.json -out rft.json runs/s1 runs/s2 runs/s3
`,
			run: convertRFT,
		},
		command{
			name:  "dpo",
			brief: "turns of successes against turns of failures (CSV)",
			help: `Convert dpo writes pairs of turns: of a sample that solves a task, and of one that
does not, at the turn where the two part.

usage: convert dpo -out FILE [flags] SOURCE SOURCE…

` + sources + ` Give one per sample.

  -judged FILE      pass-rate file of a sample, once for each, in the same order: solved
                    is what more than half of the repeats solve. Without: what ends
                    with an answer
  -out FILE         tab separated: prompt, chosen, rejected
  -method, -seed    as in convert answers
  -compat released  every turn of the solution against the same turn of the failure

example: convert dpo -judged j1.json -judged j2.json -out dpo.csv s1.json s2.json
`,
			run: convertDPO,
		})
}

const many = 1 << 20

func convertPPO(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	var d dataFlags
	d.add(f, false)
	path := f.String("annotations", "", "")
	f.StringVar(&d.options.Layout, "template", "", "")
	list, err := d.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if *path == "" {
		return usage.Errorf("no annotations: give -annotations FILE (cmd/annotate makes one)")
	}
	if err := oneOf("template", d.options.Layout, chat.Names()); err != nil {
		return err
	}
	var a *dataset.Annotations
	if err := readFile(*path, func(r io.Reader) (err error) {
		a, err = dataset.ReadAnnotations(*path, r)
		return err
	}); err != nil {
		return err
	}
	return d.build(stdout, "rows", func(w io.Writer) (dataset.Report, error) {
		return dataset.WritePPO(w, list[0].Source.Each(), a, d.options)
	})
}

func convertSFT(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	var d dataFlags
	d.add(f, false)
	list, err := d.parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	return d.build(stdout, "instances", func(w io.Writer) (dataset.Report, error) {
		return dataset.WriteSFT(w, list[0].Source.Each(), d.options)
	})
}

func convertRFT(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	var d dataFlags
	d.add(f, true)
	path := f.String("expert", "", "")
	list, err := d.parse(f, args, 1, many)
	if err != nil {
		return err
	}
	var expert *dataset.Expert
	if *path != "" {
		if expert, err = dataset.OpenExpert(*path); err != nil {
			return err
		}
	}
	return d.build(stdout, "instances", func(w io.Writer) (dataset.Report, error) {
		return dataset.WriteRFT(w, list, expert, d.options)
	})
}

func convertDPO(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	var d dataFlags
	d.add(f, true)
	list, err := d.parse(f, args, 2, many)
	if err != nil {
		return err
	}
	return d.build(stdout, "pairs", func(w io.Writer) (dataset.Report, error) {
		return dataset.WriteDPO(w, list, d.options)
	})
}
