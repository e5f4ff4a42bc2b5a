package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
)

// printer writes results as a table or as JSON lines.
type printer struct {
	o       *options
	out     io.Writer
	missed  []bench.Result
	targets int
}

func newPrinter(o *options, m *bench.Meter, out io.Writer) *printer {
	p := &printer{o: o, out: out}
	if !o.json {
		fmt.Fprintf(out, "%s, %s, %d thread(s); best of %d samples of %g ms\n\n",
			cpuid.CPU.BrandName, m.Impl, m.Threads, o.samples, o.millis)
		fmt.Fprintf(out, "%-44s %-18s %-4s %12s %10s %-8s %-26s %10s %7s\n", "case", "shape", "", "time", "value", "unit", "of limit", "limit", "target")
	}
	return p
}

func (p *printer) print(r bench.Result) error {
	if p.o.json {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s\n", line)
		return err
	}
	if r.Skipped != "" {
		_, err := fmt.Fprintf(p.out, "%-44s %-18s skipped: %s\n", r.Name, r.Shape, r.Skipped)
		return err
	}
	limit, of, share := "", "", max(r.OfPeak, r.OfRead)
	if share > 0 {
		limit, of = fmt.Sprintf("%.0f", max(r.Peak, r.Read)), bar(share)
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
	version := r.Variant
	if version == "v1" && !strings.HasPrefix(r.Name, "Steps/") {
		version = ""
	}
	_, err := fmt.Fprintf(p.out, "%-44s %-18s %-4s %12s %10.4g %-8s %-26s %10s %7s%s\n", r.Name, r.Shape, version, duration(r.NS), r.Value, r.Unit, of, limit, target, extra(r))
	return err
}

// bar draws a share of a limit in twenty cells, full at the limit.
func bar(share float64) string {
	n := min(20, max(0, int(math.Round(20*share))))
	return fmt.Sprintf("%s%s %4.2f", strings.Repeat("█", n), strings.Repeat("·", 20-n), share)
}

// extra is what a case has to say beside its speed.
func extra(r bench.Result) string {
	text := ""
	if r.Title != "" {
		text = "  " + r.Title
	}
	for _, name := range []string{"peak_bytes", "of_logits"} {
		if v, ok := r.Extra[name]; ok {
			text += fmt.Sprintf("  %s %.3g", name, v)
		}
	}
	return text
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
