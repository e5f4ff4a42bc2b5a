package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

// worker answers for ours, and for a library in the same process.
type worker struct {
	env     bench.Env
	cases   map[string]bench.Case
	library *library // may be nil
	held    []held   // the cases set up last, the newest last
}

// held is a case that stays set up between its samples.
type held struct {
	name  string
	call  func()
	skip  string
	close func()
}

// work serves the protocol until in ends.
func work(o *options, in io.Reader, out io.Writer) error {
	b, err := cpu.New(cpu.Options{Workers: o.threads, Impl: cpu.ImplFromEnv()})
	if err != nil {
		return err
	}
	defer b.Close()
	w := &worker{cases: map[string]bench.Case{},
		env: bench.Env{Backend: b, Impl: strings.TrimPrefix(b.Name(), "cpu/"), Threads: o.threads, Model: o.model, Variant: "v1"}}
	for _, c := range bench.Cases() {
		w.cases[c.Name] = c
	}
	version := w.env.Impl
	if o.library != "" {
		if w.library, err = openLibrary(o.library, o.threads); err != nil {
			return err
		}
		version += " " + w.library.version
	}
	return serve(version, in, out, w.sample)
}

// sample times a case for at least millis, all calls of a sample together. The
// first call does not count, unless it fills a sample alone: it finds threads
// asleep after the pause, and caches full of the other side's numbers.
func (w *worker) sample(name string, millis float64) (ns float64, skip string) {
	if c, ok := w.cases[name]; ok && c.Rate != nil {
		// A burst is short: the best of some, as a limit is what could be done.
		if rate := (&bench.Meter{Env: &w.env, Samples: 3, Millis: millis}).Measure(c); rate.Skipped != "" {
			return 0, rate.Skipped
		} else {
			return 1 / rate.Value, "" // for a unit of work
		}
	}
	h := w.get(name)
	if h.skip != "" {
		return 0, h.skip
	}
	warm, n, start := false, 0, time.Now()
	for {
		h.call()
		n++
		if d := time.Since(start); d.Seconds()*1e3 >= millis {
			return float64(d.Nanoseconds()) / float64(n), ""
		}
		if !warm {
			warm, n, start = true, 0, time.Now()
		}
	}
}

// get sets a case up and calls it once, unless it is one of the last two.
func (w *worker) get(name string) held {
	for _, h := range w.held {
		if h.name == name {
			return h
		}
	}
	if len(w.held) == 2 {
		w.held[0].close()
		w.held = w.held[1:]
	}
	h := w.setup(name)
	if h.skip == "" {
		h.call()
	}
	w.held = append(w.held, h)
	return h
}

func (w *worker) setup(name string) held {
	h := held{name: name, close: func() {}}
	if peer, ok := strings.CutPrefix(name, "peer:"); ok {
		if w.library == nil {
			h.skip = "no library in this process"
		} else if h.call = w.library.prepare(peer); h.call == nil {
			h.skip = "the library has no such operation"
		}
		return h
	}
	c, ok := w.cases[name]
	if !ok {
		h.skip = fmt.Sprintf("there is no case %s", name)
		return h
	}
	e := w.env
	h.call, h.skip = c.Prepare(&e)
	h.close = e.Close
	return h
}
