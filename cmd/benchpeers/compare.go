package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
)

// pair is the outcome of one case against one peer: a line of -json.
type pair struct {
	Target  string `json:"target"`
	Case    string `json:"case"`
	Peer    string `json:"peer"` // or the name of the limit, or "own f32"
	Version string `json:"version,omitempty"`
	// Environ are the variables that the peer was started with, paths left out.
	Environ []string `json:"environ,omitempty"`
	Threads int      `json:"threads"`
	Impl    string   `json:"impl,omitempty"` // of ours
	OursNS  float64  `json:"ours_ns,omitempty"`
	PeerNS  float64  `json:"peer_ns,omitempty"`
	Ratio   float64  `json:"ratio,omitempty"` // the peer's time by ours, median of pairs; of a limit, the share of it
	Low     float64  `json:"ratio_low,omitempty"`
	High    float64  `json:"ratio_high,omitempty"`
	Peak    float64  `json:"peak_gflops,omitempty"` // of f32 multiply-adds, before and after, the better
	Read    float64  `json:"read_gbs,omitempty"`    // of main memory, of the target "machine"
	Foreign float64  `json:"foreign_cpus"`
	// FastBF16 says which goals hold: the processor multiplies bfloat16 at least
	// 1.8 times as fast as float32.
	FastBF16 bool   `json:"fast_bf16,omitempty"`
	Flagged  bool   `json:"flagged,omitempty"` // others had too much of the processors
	Skipped  string `json:"skipped,omitempty"`
	CPU      string `json:"cpu"`
	Date     string `json:"date"`
}

// comparer runs the targets.
type comparer struct {
	o       options
	stderr  io.Writer
	running map[string]*process // by peer; all with o.threads
	failed  map[string]error
	cases   map[string]bench.Case
}

func newComparer(o options, stderr io.Writer) *comparer {
	c := &comparer{o: o, stderr: stderr, running: map[string]*process{}, failed: map[string]error{}, cases: map[string]bench.Case{}}
	for _, b := range bench.Cases() {
		c.cases[b.Name] = b
	}
	return c
}

// only keeps the processes named and stops the others: they hold memory.
func (c *comparer) only(peers ...string) {
	for name, p := range c.running {
		if !slices.Contains(peers, name) {
			p.stop()
			delete(c.running, name)
		}
	}
}

func (c *comparer) process(peer string) (*process, error) {
	if p := c.running[peer]; p != nil {
		return p, nil
	}
	if err := c.failed[peer]; err != nil {
		return nil, err
	}
	o := c.o
	p, err := start(peer, &o, c.stderr)
	if err != nil {
		c.failed[peer] = err
		return nil, err
	}
	c.running[peer] = p
	return p, nil
}

// lastWords stops all processes, as one of them has ended, and returns what those
// named printed last, after a colon.
func (c *comparer) lastWords(processes ...*process) string {
	c.only()
	for _, p := range processes {
		if said := p.said(); said != "" && !p.stopped() {
			return ": " + said
		}
	}
	return ""
}

// isLibrary: the peer lives in a process together with ours.
func isLibrary(peer string) bool {
	return slices.Contains([]string{"openblas", "openblas-auto", "onednn", "mkl"}, peer)
}

// compare measures the cases of a target that the flags ask for, peer by peer.
func (c *comparer) compare(t target, emit func(pair)) {
	switch {
	case t.Limit != "":
		c.only("ours")
		for _, name := range c.chosen(t) {
			emit(c.limit(t, name))
		}
	case t.Own != nil:
		c.only("ours")
		for _, name := range c.chosen(t) {
			emit(c.against(t, name, "own f32", "ours", t.Own(name), "ours"))
		}
	default:
		for _, peer := range t.Peers {
			oursIn, prefix := "ours", ""
			if isLibrary(peer) {
				oursIn, prefix = peer, "peer:"
			}
			c.only(oursIn, peer)
			for _, name := range c.chosen(t) {
				emit(c.against(t, name, peer, oursIn, prefix+name, peer))
			}
		}
	}
}

// machine says what the processor and its memory give at this moment, "before" or
// "after" everything else.
func (c *comparer) machine(when string) pair {
	const read = "Mem/Read/480M"
	r := pair{Target: "machine", Case: read, Peer: when, Threads: c.o.threads, CPU: cpuid.CPU.BrandName, Date: today()}
	c.only("ours")
	ours, err := c.process("ours")
	if err != nil {
		r.Skipped = err.Error()
		return r
	}
	r.Impl, r.Peak = ours.impl, c.peak(ours)
	switch a, err := ours.ask(read, c.o.millis); {
	case err != nil:
		r.Skipped = err.Error()
	case a.skip != "":
		r.Skipped = a.skip
	default:
		r.Read = 1 / a.ns
	}
	return r
}

func (c *comparer) chosen(t target) []string {
	var list []string
	for _, name := range t.Cases {
		if c.o.match.MatchString(t.ID) || c.o.match.MatchString(name) {
			list = append(list, name)
		}
	}
	return list
}

// against alternates a case of ours in one process with a case in another, or
// in the same.
func (c *comparer) against(t target, name, label, oursIn, peerName, peerIn string) pair {
	r := pair{Target: t.ID, Case: name, Peer: label, Threads: c.o.threads, CPU: cpuid.CPU.BrandName, Date: today()}
	ours, err := c.process(oursIn)
	if err != nil {
		r.Skipped = err.Error()
		return r
	}
	peer, err := c.process(peerIn)
	if err != nil {
		r.Skipped = err.Error()
		return r
	}
	r.Impl, r.Version, r.Environ = ours.impl, peer.version, settings(peerIn, c.o.threads)
	r.Peak = c.peak(ours)
	var a, b, ratios []float64
	var before load
	samples := c.samples(t)
	for i := range samples + 1 {
		if i == 1 || samples == 1 { // the first pair warms caches and pages
			before = readLoad(ours.cmd.Process.Pid, peer.cmd.Process.Pid)
		}
		x, err := ours.ask(name, c.o.millis)
		if err == nil && x.skip == "" {
			c.pause()
			var y answer
			if y, err = peer.ask(peerName, c.o.millis); err == nil && y.skip == "" {
				if i > 0 || samples == 1 {
					a, b, ratios = append(a, x.ns), append(b, y.ns), append(ratios, y.ns/x.ns)
				}
				c.pause()
				if samples == 1 {
					break
				}
				continue
			}
			r.Skipped = label + ": " + y.skip
		} else {
			r.Skipped = "ours: " + x.skip
		}
		if err != nil {
			r.Skipped = fmt.Sprintf("a process ended: %v%v", err, c.lastWords(ours, peer))
		}
		return r
	}
	r.Foreign = foreign(before, readLoad(ours.cmd.Process.Pid, peer.cmd.Process.Pid))
	r.Flagged = flagged(r.Foreign, c.o.threads)
	r.OursNS, r.PeerNS, r.Ratio = median(a), median(b), median(ratios)
	r.Low, r.High = slices.Min(ratios), slices.Max(ratios)
	r.Peak = max(r.Peak, c.peak(ours))
	return r
}

// limit holds a case of ours against a limit of the machine.
func (c *comparer) limit(t target, name string) pair {
	r := pair{Target: t.ID, Case: name, Peer: t.Limit, Threads: c.o.threads, CPU: cpuid.CPU.BrandName, Date: today()}
	ours, err := c.process("ours")
	if err != nil {
		r.Skipped = err.Error()
		return r
	}
	r.Impl, r.Peak = ours.impl, c.peak(ours)
	work := c.cases[name].Flops
	if work == 0 || t.Limit[:3] == "Mem" {
		work = c.cases[name].Bytes
	}
	var a, shares []float64
	before := readLoad(ours.cmd.Process.Pid)
	for range c.samples(t) {
		l, err := ours.ask(t.Limit, c.o.millis)
		x := answer{}
		if err == nil && l.skip == "" {
			x, err = ours.ask(name, c.o.millis)
		}
		switch {
		case err != nil:
			r.Skipped = fmt.Sprintf("a process ended: %v%v", err, c.lastWords(ours))
			return r
		case l.skip != "":
			r.Skipped = t.Limit + ": " + l.skip
			return r
		case x.skip != "":
			r.Skipped = "ours: " + x.skip
			return r
		}
		// l.ns is the time of one byte or operation.
		r.PeerNS = l.ns * work
		a, shares = append(a, x.ns), append(shares, r.PeerNS/x.ns)
	}
	r.Foreign = foreign(before, readLoad(ours.cmd.Process.Pid))
	r.Flagged = flagged(r.Foreign, c.o.threads)
	r.OursNS, r.Ratio, r.Low, r.High = median(a), median(shares), slices.Min(shares), slices.Max(shares)
	r.Peak = max(r.Peak, c.peak(ours))
	return r
}

func (c *comparer) samples(t target) int {
	if t.Samples > 0 {
		return min(t.Samples, c.o.samples)
	}
	return c.o.samples
}

// pause lets the other side's threads, which wait actively for a while, go to
// sleep. One thread has no others.
func (c *comparer) pause() {
	if c.o.threads > 1 {
		time.Sleep(30 * time.Millisecond)
	}
}

// peak is the peak of f32 multiply-adds at this moment, 0 if unknown.
func (c *comparer) peak(p *process) float64 {
	for _, unit := range []string{"Peak/FMA512", "Peak/FMA256", "Peak/FMAgeneric"} {
		if a, err := p.ask(unit, c.o.millis); err == nil && a.skip == "" {
			return 1 / a.ns
		}
	}
	return 0
}

// flagged: others had so much of the processors that the figures suffer. A
// machine for two leaves one core to them while one thread is measured.
func flagged(foreign float64, threads int) bool {
	if threads == 1 {
		return foreign > 1.2
	}
	return foreign > 0.15
}

func today() string { return time.Now().UTC().Format("2006-01-02") }

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	n := len(s)
	if n == 0 {
		return 0
	}
	return (s[(n-1)/2] + s[n/2]) / 2
}
