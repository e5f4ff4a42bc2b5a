package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	match    *regexp.Regexp
	threads  int
	impl     string
	versions versions
	model    string
	samples  int
	millis   float64
	json     bool
	list     bool
}

const help = `Kernelbench measures the kernels and says what share of the machine's limits they
reach: multiply-adds and bytes per second, measured in the same process.

usage: kernelbench [flags]

  -match REGEXP     run the cases whose REGEXP matches the name (default: all)
  -list             print the names that match and stop
  -threads N        workers of the backend and threads of the limits (default 1)
  -impl ISA         generic, avx2, avx512, avx512bf16 or amx (default: $STEPGRAIN_IMPL,
                    or what suits this processor)
  -variant V        v0: the plain loops of kernels/ref; v1 (default): kernels/cpu. Of the
                    cases Steps/TOPIC/…, the versions of kernels/steps/TOPIC: v2, v1,v3 or
                    v1…v5 (default: all)
  -model PATH       a GGUF file or checkpoint for the cases Prompt/model and Decode/model
  -samples N        samples of each case (default 9)
  -sample-ms MS     length of one sample in milliseconds (default 10)
  -json             one JSON object a line instead of a table

example: products and attention with two workers, beside the same in plain Go

  kernelbench -match 'Sgemm|Attn' -threads 2
  kernelbench -match 'Sgemm|Attn' -threads 2 -impl generic
`

var impls = []string{"generic", "avx2", "avx512", "avx512bf16", "amx"}

func parse(args []string) (*options, error) {
	o := &options{}
	var match, variant string
	fs := flag.NewFlagSet("kernelbench", flag.ContinueOnError)
	fs.StringVar(&match, "match", ".", "")
	fs.IntVar(&o.threads, "threads", 1, "")
	fs.StringVar(&o.impl, "impl", "", "")
	fs.StringVar(&variant, "variant", "", "")
	fs.StringVar(&o.model, "model", "", "")
	fs.IntVar(&o.samples, "samples", 9, "")
	fs.Float64Var(&o.millis, "sample-ms", 10, "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.list, "list", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return nil, err
	}
	var err error
	if o.match, err = regexp.Compile(match); err != nil {
		return nil, usage.Errorf("-match: %w", err)
	}
	if o.versions, err = parseVersions(variant); err != nil {
		return nil, err
	}
	wrong := ""
	switch {
	case fs.NArg() > 0:
		wrong = fmt.Sprintf("unexpected argument %q (-h lists the flags)", fs.Arg(0))
	case o.threads < 1 || o.threads > 4096:
		wrong = fmt.Sprintf("-threads %d: must be 1 to 4096", o.threads)
	case o.samples < 1:
		wrong = fmt.Sprintf("-samples %d: must be positive", o.samples)
	case !(o.millis > 0 && o.millis <= 1e6):
		wrong = fmt.Sprintf("-sample-ms %g: must be above 0 and at most a million", o.millis)
	case o.impl != "" && !slices.Contains(impls, o.impl):
		wrong = fmt.Sprintf("-impl %q: there are generic, avx2, avx512, avx512bf16 and amx", o.impl)
	}
	if wrong != "" {
		return nil, usage.Errorf("%s", wrong)
	}
	return o, nil
}

// run is the command: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	if err == nil {
		if o.threads > runtime.GOMAXPROCS(0) {
			fmt.Fprintf(stderr, "kernelbench: %d threads on %d processors: the figures will not mean much\n", o.threads, runtime.GOMAXPROCS(0))
		}
		err = measure(o, stdout)
	}
	if err == nil {
		return 0
	}
	return usage.Report(stderr, "kernelbench", err)
}

// measure lists or measures the cases that match, in the order of the list.
func measure(o *options, out io.Writer) error {
	var chosen []bench.Case
	for _, c := range bench.Cases() {
		if o.match.MatchString(c.Name) && len(o.versions.of(c)) > 0 {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return usage.Errorf("no case matches %q in the versions asked for; kernelbench -list prints the names", o.match)
	}
	if o.list {
		for _, c := range chosen {
			fmt.Fprintln(out, c.Name)
		}
		return nil
	}
	m, closeBackend, err := newMeter(o)
	if err != nil {
		return err
	}
	defer closeBackend()
	p := newPrinter(o, m, out)
	for _, c := range chosen {
		for _, v := range o.versions.of(c) {
			if err := p.print(one(m, c, v)); err != nil {
				return err
			}
		}
	}
	return p.end()
}

func newMeter(o *options) (*bench.Meter, func(), error) {
	impl := o.impl
	if impl == "" {
		impl = cpu.ImplFromEnv()
	}
	b, err := cpu.New(cpu.Options{Workers: o.threads, Impl: impl})
	if err != nil {
		return nil, nil, err
	}
	env := &bench.Env{Backend: b, Impl: b.Name()[len("cpu/"):], Threads: o.threads, Model: o.model}
	return &bench.Meter{Env: env, Samples: o.samples, Millis: o.millis}, b.Close, nil
}

// one measures one version of a case. v0 is kernels/ref, which has one thread.
func one(m *bench.Meter, c bench.Case, version string) bench.Result {
	e := *m.Env
	e.Variant = version
	if version == "v0" {
		e.Backend, e.Impl, e.Threads = ref.New(), "generic", 1
	}
	return (&bench.Meter{Env: &e, Samples: m.Samples, Millis: m.Millis}).Measure(c)
}
