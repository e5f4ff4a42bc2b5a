package bench

import (
	"fmt"
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/kernels/cpu/limits"
)

// Result is one line of output. Programs read it as JSON: the names stay as
// they are.
type Result struct {
	Name    string             `json:"name"`
	DType   string             `json:"dtype"`
	Shape   string             `json:"shape"`
	Threads int                `json:"threads"`
	Impl    string             `json:"impl"`
	Variant string             `json:"variant"`
	NS      float64            `json:"ns"`
	Value   float64            `json:"value"`
	Unit    string             `json:"unit"`
	GFLOPS  float64            `json:"gflops,omitempty"`
	GBPS    float64            `json:"gbps,omitempty"`
	OfPeak  float64            `json:"of_peak,omitempty"`
	OfRead  float64            `json:"of_read,omitempty"`
	Peak    float64            `json:"peak_gflops,omitempty"`
	Read    float64            `json:"read_gbps,omitempty"`
	Unit2   string             `json:"peak_unit,omitempty"` // the unit whose peak that is
	Title   string             `json:"title,omitempty"`     // of a numbered version
	CPU     string             `json:"cpu"`
	Target  float64            `json:"target,omitempty"`
	Extra   map[string]float64 `json:"extra,omitempty"`
	Skipped string             `json:"skipped,omitempty"` // why the case was not run
}

// Meter measures cases: so many samples of so many milliseconds each.
type Meter struct {
	*Env
	Samples int
	Millis  float64
}

// Measure runs one case. The figures are those of the best sample and the best
// burst of the limit: other programs and the host only ever slow them down.
func (m *Meter) Measure(c Case) (r Result) {
	r = Result{Name: c.Name, DType: c.DType, Shape: c.Shape, Threads: m.Threads, Impl: m.Impl, Variant: m.Variant,
		CPU: cpuid.CPU.BrandName, Target: c.Target}
	if r.DType == "" {
		r.DType = "f32"
	}
	for i, title := range c.Titles {
		if m.Variant == fmt.Sprintf("v%d", i+1) {
			r.Title = title
		}
	}
	if c.Rate != nil {
		m.rate(c, &r)
		return r
	}
	call, reason := c.Prepare(m.Env)
	if reason != "" {
		r.Skipped = reason
		return r
	}
	defer m.Close()
	best := time.Duration(1<<63 - 1)
	m.limit(c, &r, (m.Samples+1)/2)
	n := Calls(call, m.Millis)
	for range m.Samples {
		start := time.Now()
		for range n {
			call()
		}
		best = min(best, time.Since(start))
	}
	m.limit(c, &r, (m.Samples+1)/2)
	r.NS, r.Extra = float64(best.Nanoseconds())/float64(n), m.Extra
	if c.Flops > 0 {
		r.GFLOPS, r.OfPeak = c.Flops/r.NS, c.Flops/r.NS/r.Peak
	} else if c.Bytes > 0 {
		r.GBPS, r.OfRead = c.Bytes/r.NS, c.Bytes/r.NS/r.Read
	}
	switch {
	case c.Unit == "us":
		r.Value, r.Unit = r.NS/1e3, "us"
	case c.Unit == "tok/s":
		r.Value, r.Unit = c.Tokens/r.NS*1e9, "tok/s"
	case c.Flops > 0:
		r.Value, r.Unit = r.GFLOPS, "GFLOP/s"
	default:
		r.Value, r.Unit = r.GBPS, "GB/s"
	}
	return r
}

// rate measures a case that measures itself.
func (m *Meter) rate(c Case, r *Result) {
	defer func() {
		if e := recover(); e != nil {
			s, ok := e.(skip)
			if !ok {
				panic(e)
			}
			r.Skipped = string(s)
		}
	}()
	r.Value = c.Rate(m.Env)
	for range m.Samples - 1 {
		if v := c.Rate(m.Env); (v > r.Value) != (c.Unit == "us") {
			r.Value = v // the best: the highest rate, the shortest time
		}
	}
	r.Unit, r.NS = c.Unit, 1/r.Value
	switch c.Unit {
	case "GFLOP/s":
		r.GFLOPS, r.Peak = r.Value, r.Value
	case "GB/s":
		r.GBPS, r.Read = r.Value, r.Value
	default:
		r.NS = 1e3 * r.Value
	}
}

// limit measures the limit of a case and keeps the best. It comes before and
// after the samples, not between them: its threads would drive the workers
// from their cores.
func (m *Meter) limit(c Case, r *Result, samples int) {
	switch {
	case c.Flops > 0:
		u := limits.UnitOf(r.DType, m.Impl)
		r.Unit2, r.Peak = string(u), max(r.Peak, limits.Peak(u, m.Threads, samples))
	case c.Bytes > 0:
		set := c.Set
		if set == 0 {
			set = c.Bytes
		}
		r.Read = max(r.Read, m.bandwidth(limits.Read, workingSet(set/float64(m.Threads)), samples))
	}
}

// Calls returns how many calls fill one sample of some milliseconds.
func Calls(call func(), millis float64) int {
	start := time.Now()
	call()
	if time.Since(start).Seconds()*1e3 > 4*millis {
		return 1 // long enough, though it was cold
	}
	for n := 1; ; n *= 2 {
		start := time.Now()
		for range n {
			call()
		}
		if d := time.Since(start).Seconds() * 1e3; d > millis/4 || n >= 1<<20 {
			return max(1, int(float64(n)*millis/max(d, 1e-3)))
		}
	}
}
