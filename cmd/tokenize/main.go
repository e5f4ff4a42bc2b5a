package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

const help = `Tokenize turns text into token ids and back.

usage: tokenize (-model PATH | -tokenizer FILE) [flags] [< texts]

  -model PATH      a Hugging Face checkpoint directory, a .gguf file, or the final/
                   directory of a run
  -tokenizer FILE  a tokenizer.json or a .gguf file

  -file F          read F instead of standard input
  -plain           special tokens written in a text stay text: what text of others needs
  -special         add what the tokenizer itself puts around a text (BOS …)
                   without these two, special tokens written in a text become their ids
                   and nothing is added
  -decode          the other way: arrays of ids to texts, special tokens shown
  -skip-special    with -decode: leave special tokens out

Input and output hold one JSON value a line: a string for a text, an array of numbers
for ids. Lines are answered as they come.

example: echo '"Hello <|im_end|>"' | tokenize -model runs/7/final -plain
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

type options struct {
	model, tokenizer, file       string
	plain, special, decode, skip bool
}

// run is the command: it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	if err == nil {
		err = tokenize(o, stdin, stdout)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return 1
	}
	return usage.Report(stderr, "tokenize", err)
}

func parseFlags(args []string) (o options, err error) {
	f := flag.NewFlagSet("tokenize", flag.ContinueOnError)
	f.StringVar(&o.model, "model", "", "")
	f.StringVar(&o.tokenizer, "tokenizer", "", "")
	f.StringVar(&o.file, "file", "", "")
	f.BoolVar(&o.plain, "plain", false, "")
	f.BoolVar(&o.special, "special", false, "")
	f.BoolVar(&o.decode, "decode", false, "")
	f.BoolVar(&o.skip, "skip-special", false, "")
	if err := usage.Parse(f, args); err != nil {
		return o, err
	}
	wrong := ""
	switch {
	case f.NArg() > 0:
		wrong = fmt.Sprintf("argument %q is not a flag: texts come from standard input or -file", f.Arg(0))
	case o.model == "" && o.tokenizer == "":
		wrong = "no tokenizer: give -model PATH or -tokenizer FILE"
	case o.model != "" && o.tokenizer != "":
		wrong = "-model and -tokenizer are both given: use one"
	case o.plain && o.special:
		wrong = "-plain and -special are both given: use one"
	case o.decode && (o.plain || o.special):
		wrong = "-plain and -special say how texts become ids: they have no effect with -decode"
	case o.skip && !o.decode:
		wrong = "-skip-special has no effect without -decode"
	}
	if wrong != "" {
		return o, usage.Errorf("%s", wrong)
	}
	return o, nil
}

// open reads the tokenizer that the flags name.
func open(o options) (*tokenizer.Tokenizer, error) {
	switch {
	case o.model != "":
		return checkpoint.OpenTokenizer(o.model)
	case strings.HasSuffix(o.tokenizer, ".gguf"):
		return checkpoint.OpenTokenizer(o.tokenizer)
	}
	return tokenizer.Load(o.tokenizer)
}
