package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/kernels/cpu/limits"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	match   *regexp.Regexp
	peers   string
	scripts string
	model   string
	only    string
	threads int
	samples int
	millis  float64
	json    bool
	list    bool
	verbose bool
	table   string
	into    string

	worker  bool
	library string
}

const help = `Benchpeers times the kernels beside OpenBLAS, oneDNN, MKL, PyTorch, llama.cpp and TRL,
in turn and in one run, and prints the goals of docs/performance.md with what was reached.

usage: benchpeers [flags]

  -peers DIR        where install.sh put the programs (default $PEERS_DIR)
  -match REGEXP     targets or cases whose name matches (default: all)
  -list             print targets and cases that match and stop
  -peer NAME        only this peer (openblas, openblas-auto, onednn, mkl, torch,
                    torch-plain, llama, llama-noamx, trl)
  -threads N        only the comparisons on N threads (default: one, and two)
  -model FILE       a GGUF file of SmolLM2-135M for the cases …/model/…
  -scripts DIR      the scripts of the Python peers (default cmd/benchpeers/peers)
  -samples N        pairs of samples (default 7)
  -sample-ms MS     least length of a sample (default 15)
  -v                a line for each shape, and what the peers print on stderr
  -json             one JSON object a line and pair
  -table FILE       print the table of what -json wrote, and measure nothing
  -into FILE        with -table: put it into this document, between its marks

The libraries need a build with -tags peers and cgo. Real-time priority makes the figures
steadier: chrt -r 1 benchpeers …

example: products and row kernels, with a line for each shape

  PEERS_DIR=peers go run -tags peers ./cmd/benchpeers -match 'sgemm|rows' -v
`

func parse(args []string) (*options, error) {
	o := &options{}
	var match string
	fs := flag.NewFlagSet("benchpeers", flag.ContinueOnError)
	fs.StringVar(&match, "match", ".", "")
	fs.StringVar(&o.peers, "peers", os.Getenv("PEERS_DIR"), "")
	fs.StringVar(&o.scripts, "scripts", filepath.Join("cmd", "benchpeers", "peers"), "")
	fs.StringVar(&o.model, "model", "", "")
	fs.StringVar(&o.only, "peer", "", "")
	fs.StringVar(&o.table, "table", "", "")
	fs.StringVar(&o.into, "into", "", "")
	fs.StringVar(&o.library, "library", "", "")
	fs.IntVar(&o.threads, "threads", 0, "")
	fs.IntVar(&o.samples, "samples", 7, "")
	fs.Float64Var(&o.millis, "sample-ms", 15, "")
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.list, "list", false, "")
	fs.BoolVar(&o.verbose, "v", false, "")
	fs.BoolVar(&o.worker, "worker", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return nil, err
	}
	var err error
	if o.match, err = regexp.Compile(match); err != nil {
		return nil, usage.Errorf("-match: %w", err)
	}
	wrong := ""
	switch {
	case fs.NArg() > 0:
		wrong = fmt.Sprintf("unexpected argument %q (-h lists the flags)", fs.Arg(0))
	case o.threads < 0 || o.threads > 4096:
		wrong = fmt.Sprintf("-threads %d: must be 1 to 4096", o.threads)
	case o.samples < 1:
		wrong = fmt.Sprintf("-samples %d: must be positive", o.samples)
	case !(o.millis > 0 && o.millis <= 1e6):
		wrong = fmt.Sprintf("-sample-ms %g: must be above 0 and at most a million", o.millis)
	case o.only != "" && !slices.Contains(peerNames, o.only):
		wrong = fmt.Sprintf("-peer %q: there are %v", o.only, peerNames)
	}
	if wrong != "" {
		return nil, usage.Errorf("%s", wrong)
	}
	return o, nil
}

var peerNames = []string{"openblas", "openblas-auto", "onednn", "mkl", "torch", "torch-plain", "llama", "llama-noamx", "trl"}

// run is the command: it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	switch {
	case err != nil:
	case o.worker:
		err = work(o, stdin, stdout)
	case o.table != "":
		err = table(o, stdout)
	default:
		err = comparisons(o, stdout, stderr)
	}
	if err == nil {
		return 0
	}
	return usage.Report(stderr, "benchpeers", err)
}

// table prints what an earlier run measured.
func table(o *options, out io.Writer) error {
	f, err := os.Open(o.table)
	if err != nil {
		return err
	}
	defer f.Close()
	pairs, err := readPairs(f)
	if err != nil {
		return fmt.Errorf("%s: %w", o.table, err)
	}
	if o.into == "" {
		return writeTable(out, pairs, o.verbose)
	}
	var text bytes.Buffer
	if err := writeTable(&text, pairs, o.verbose); err != nil {
		return err
	}
	document, err := os.ReadFile(o.into)
	if err != nil {
		return err
	}
	if document, err = fill(document, text.Bytes()); err != nil {
		return fmt.Errorf("%s: %w", o.into, err)
	}
	return os.WriteFile(o.into, document, 0o644)
}

// fastBF16: this processor multiplies bfloat16 at least 1.8 times as fast as
// float32.
func fastBF16() bool {
	f32 := limits.FMA("avx512", 1, 3)
	for _, u := range limits.Units() {
		if (u == limits.DPBF16 || u == limits.AMXBF16) && limits.Peak(u, 1, 3) >= 1.8*f32 {
			return true
		}
	}
	return false
}

// comparisons lists or runs what the flags ask for.
func comparisons(o *options, stdout, stderr io.Writer) error {
	var chosen []target
	for _, t := range targets {
		if o.only != "" && len(t.Peers) > 0 {
			if !slices.Contains(t.Peers, o.only) && !(o.only == "openblas-auto" && slices.Contains(t.Peers, "openblas")) {
				continue
			}
			t.Peers = []string{o.only}
		}
		if o.only != "" && len(t.Peers) == 0 {
			continue
		}
		if o.only == "" && slices.Contains(t.Peers, "openblas") && cpuid.CPU.IsVendor(cpuid.AMD) {
			t.Peers = append(slices.Clip(t.Peers), "openblas-auto") // what a user gets who says nothing
		}
		if len((&comparer{o: *o}).chosen(t)) > 0 {
			chosen = append(chosen, t)
		}
	}
	if len(chosen) == 0 {
		return usage.Errorf("no target or case matches; benchpeers -list prints them")
	}
	if o.list {
		for _, t := range chosen {
			for _, name := range (&comparer{o: *o}).chosen(t) {
				fmt.Fprintln(stdout, t.ID, name)
			}
		}
		return nil
	}
	if o.peers != "" && !exists(o.peers) {
		return usage.Errorf("-peers %s: there is no such folder; cmd/benchpeers/install.sh %s makes it", o.peers, o.peers)
	}
	var pairs []pair
	var failed error
	fast := fastBF16()
	emit := func(p pair) {
		p.FastBF16 = fast
		pairs = append(pairs, p)
		if o.json {
			line, err := json.Marshal(p)
			if err == nil {
				_, err = fmt.Fprintf(stdout, "%s\n", line)
			}
			failed = errors.Join(failed, err)
		} else if p.Skipped != "" {
			fmt.Fprintf(stderr, "%-18s %d %-44s %-14s skipped: %s\n", p.Target, p.Threads, p.Case, p.Peer, p.Skipped)
		} else if p.Read > 0 {
			fmt.Fprintf(stderr, "%s, %d threads: %.0f GFLOP/s of float32, %.1f GB/s read from memory\n", p.Peer, p.Threads, p.Peak, p.Read)
		} else {
			fmt.Fprintf(stderr, "%-18s %d %-44s %-14s %8.2f  (%.2f…%.2f)  %10s against %10s%s\n", p.Target, p.Threads, p.Case, p.Peer, p.Ratio, p.Low, p.High, duration(p.OursNS), duration(p.PeerNS), flagWord(p.Flagged))
		}
	}
	counts := []int{1, 2}
	if o.threads > 0 {
		counts = []int{o.threads}
	}
	for _, threads := range counts {
		opts := *o
		opts.threads = threads
		c := newComparer(opts, stderr)
		emit(c.machine("before"))
		for _, t := range chosen {
			if slices.Contains(t.Threads, threads) || threads > 2 && slices.Contains(t.Threads, 2) {
				t.Threads = []int{threads}
				c.compare(t, emit)
			}
		}
		emit(c.machine("after"))
		c.only()
	}
	if o.json || failed != nil {
		return failed
	}
	fmt.Fprintf(stdout, "%s, %d processors, %s\n\n", cpuid.CPU.BrandName, runtime.NumCPU(), today())
	return writeTable(stdout, pairs, o.verbose)
}
