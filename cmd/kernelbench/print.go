package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/klauspost/cpuid/v2"
)

// printer writes results as a table or as JSON lines.
type printer struct {
	o       *options
	out     io.Writer
	missed  []result
	targets int
}

func newPrinter(o *options, m *meter, out io.Writer) *printer {
	p := &printer{o: o, out: out}
	if !o.json {
		fmt.Fprintf(out, "%s, %s, %d thread(s), variant %s; best of %d samples of %g ms\n\n",
			cpuid.CPU.BrandName, m.impl, m.threads(), o.variant, o.samples, o.millis)
		fmt.Fprintf(out, "%-44s %-18s %12s %10s %-8s %8s %10s %7s\n", "case", "shape", "time", "value", "unit", "of limit", "limit", "target")
	}
	return p
}

func (p *printer) print(r result) error {
	if p.o.json {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s\n", line)
		return err
	}
	limit, of, share := "", "", max(r.OfPeak, r.OfRead)
	if share > 0 {
		limit, of = fmt.Sprintf("%.0f", max(r.Peak, r.Read)), fmt.Sprintf("%.2f", share)
	}
	target := ""
	if r.Target > 0 {
		p.targets++
		target = fmt.Sprintf("%.2f", r.Target)
		if share < r.Target {
			target += " -"
			p.missed = append(p.missed, r)
		}
	}
	_, err := fmt.Fprintf(p.out, "%-44s %-18s %12s %10.4g %-8s %8s %10s %7s\n", r.Name, r.Shape, duration(r.NS), r.Value, r.Unit, of, limit, target)
	return err
}

// end names the targets that were missed.
func (p *printer) end() error {
	if p.o.json || p.targets == 0 {
		return nil
	}
	_, err := fmt.Fprintf(p.out, "\n%d of %d targets reached", p.targets-len(p.missed), p.targets)
	for i, r := range p.missed {
		if i == 0 {
			fmt.Fprint(p.out, "; below:")
		}
		fmt.Fprintf(p.out, "\n  %s: %.2f of %.2f", r.Name, max(r.OfPeak, r.OfRead), r.Target)
	}
	fmt.Fprintln(p.out)
	return err
}

func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.4g us", ns/1e3)
	}
	return fmt.Sprintf("%.4g ms", ns/1e6)
}
