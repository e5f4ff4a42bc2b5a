package main

import (
	"flag"
	"io"

	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/dataset"
)

// dataFlags are the flags of all four.
type dataFlags struct {
	out     string
	compat  *string
	judged  *[]string
	convert answers.ConvertOptions
	options dataset.Options
}

func (d *dataFlags) add(f *flag.FlagSet, samples bool) {
	f.StringVar(&d.out, "out", "", "")
	f.StringVar(&d.convert.Method, "method", "", "")
	f.Uint64Var(&d.convert.Seed, "seed", 42, "")
	d.compat = compatFlag(f)
	d.judged = &[]string{}
	if samples {
		d.judged = listFlag(f, "judged")
	}
}

// parse reads the flags and opens the sources.
func (d *dataFlags) parse(f *flag.FlagSet, args []string, atLeast, atMost int) ([]dataset.Sample, error) {
	if err := usage.Parse(f, args); err != nil {
		return nil, err
	}
	var err error
	if d.options.Released, err = released(*d.compat); err != nil {
		return nil, err
	}
	d.convert.Released = d.options.Released
	if err := needOut(d.out); err != nil {
		return nil, err
	}
	if n := f.NArg(); n < atLeast || n > atMost {
		return nil, usage.Errorf("%d sources given (%s -h says what is needed)", n, f.Name())
	}
	if n := len(*d.judged); n > 0 && n != f.NArg() {
		return nil, usage.Errorf("%d files -judged for %d sources: give one for each, or none", n, f.NArg())
	}
	var list []dataset.Sample
	for i, path := range f.Args() {
		s, err := dataset.Open(path, d.convert)
		if err != nil {
			return nil, err
		}
		sample := dataset.Sample{Source: s}
		if len(*d.judged) > 0 {
			if sample.Solved, err = dataset.Scores((*d.judged)[i]); err != nil {
				return nil, err
			}
		}
		list = append(list, sample)
	}
	return list, nil
}

// build writes the file and says what became of the trajectories.
func (d *dataFlags) build(stdout io.Writer, what string, write func(w io.Writer) (dataset.Report, error)) error {
	var report dataset.Report
	err := outfile.Write(d.out, func(w io.Writer) (err error) {
		report, err = write(w)
		return err
	})
	if err == nil {
		said(stdout, &report, what, d.out)
	}
	return err
}
