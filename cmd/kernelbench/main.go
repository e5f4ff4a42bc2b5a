package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	match   *regexp.Regexp
	threads int
	impl    string
	variant string
	samples int
	millis  float64
	json    bool
	list    bool
}

var errUsage = errors.New("see kernelbench -h")

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	var match string
	fs := flag.NewFlagSet("kernelbench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&match, "match", ".", "run the cases whose `REGEXP` matches the name")
	fs.IntVar(&o.threads, "threads", 1, "workers of the backend and threads of the limits")
	fs.StringVar(&o.impl, "impl", "", "implementation: generic, avx2, avx512 (default: $STEPGRAIN_IMPL, or the best of this machine)")
	fs.StringVar(&o.variant, "variant", "v1", "rung of the ladder: v0 is the plain loops of kernels/ref, v1 the implementation of -impl")
	fs.IntVar(&o.samples, "samples", 9, "samples of each case")
	fs.Float64Var(&o.millis, "sample-ms", 10, "length of one sample in milliseconds")
	fs.BoolVar(&o.json, "json", false, "print one JSON object a line")
	fs.BoolVar(&o.list, "list", false, "print the names and stop")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	var err error
	if o.match, err = regexp.Compile(match); err != nil {
		return nil, fmt.Errorf("-match: %w", err)
	}
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q; %w", fs.Arg(0), errUsage)
	case o.threads < 1 || o.threads > 4096:
		err = fmt.Errorf("-threads is %d; want 1 or more", o.threads)
	case o.samples < 1 || o.millis <= 0:
		err = errors.New("-samples and -sample-ms must be positive")
	case o.variant != "v0" && o.variant != "v1":
		err = fmt.Errorf("-variant is %q; there are v0 (kernels/ref) and v1 (kernels/cpu)", o.variant)
	}
	return o, err
}

func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		if o.threads > runtime.GOMAXPROCS(0) {
			fmt.Fprintf(stderr, "kernelbench: %d threads on %d processors: the figures will not mean much\n", o.threads, runtime.GOMAXPROCS(0))
		}
		err = bench(o, stdout)
	}
	if err != nil {
		fmt.Fprintf(stderr, "kernelbench: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
		return 2
	}
	return 0
}

// bench lists or measures the cases that match, in the order of the list.
func bench(o *options, out io.Writer) error {
	var chosen []benchmark
	for _, c := range cases() {
		if o.match.MatchString(c.name) {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("no case matches %q; kernelbench -list prints the names", o.match)
	}
	if o.list {
		for _, c := range chosen {
			fmt.Fprintln(out, c.name)
		}
		return nil
	}
	m, err := newMeter(o)
	if err != nil {
		return err
	}
	defer m.close()
	p := newPrinter(o, m, out)
	for _, c := range chosen {
		if err := p.print(m.measure(c)); err != nil {
			return err
		}
	}
	return p.end()
}
