package main

import (
	"time"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/kernels/cpu/limits"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// benchmark is one case.
type benchmark struct {
	name, shape string
	flops       float64 // of one call; 0 when bytes count
	bytes       float64 // read and written by one call
	set         float64 // working set in bytes, when it is not bytes
	target      float64 // share of the limit that we want, 0 when none is set
	// setup makes the inputs and returns one call. For a limit it is nil and
	// rate measures one burst in billions per second.
	setup func(b kernels.Backend, in *inputs) func()
	rate  func(m *meter) float64
	unit  string // "us" prints the time itself; else GFLOP/s or GB/s
}

// result is one line of output. Programs read -json: the names stay as they are.
type result struct {
	Name    string  `json:"name"`
	DType   string  `json:"dtype"`
	Shape   string  `json:"shape"`
	Threads int     `json:"threads"`
	Impl    string  `json:"impl"`
	Variant string  `json:"variant"`
	NS      float64 `json:"ns"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	GFLOPS  float64 `json:"gflops,omitempty"`
	GBPS    float64 `json:"gbps,omitempty"`
	OfPeak  float64 `json:"of_peak,omitempty"`
	OfRead  float64 `json:"of_read,omitempty"`
	Peak    float64 `json:"peak_gflops,omitempty"`
	Read    float64 `json:"read_gbps,omitempty"`
	CPU     string  `json:"cpu"`
	Target  float64 `json:"target,omitempty"`
}

// meter holds what the cases are measured with.
type meter struct {
	o       *options
	backend kernels.Backend
	impl    string
	close   func()
}

func newMeter(o *options) (*meter, error) {
	impl := o.impl
	if impl == "" {
		impl = cpu.ImplFromEnv()
	}
	b, err := cpu.New(cpu.Options{Workers: o.threads, Impl: impl})
	if err != nil {
		return nil, err
	}
	m := &meter{o: o, backend: b, impl: b.Name()[len("cpu/"):], close: b.Close}
	if o.variant == "v0" {
		m.backend, m.impl = ref.New(), "generic"
	}
	return m, nil
}

// threads is the number of threads that a limit may use: kernels/ref has one.
func (m *meter) threads() int {
	if m.o.variant == "v0" {
		return 1
	}
	return m.o.threads
}

// measure runs one case.
func (m *meter) measure(c benchmark) result {
	r := result{Name: c.name, DType: "f32", Shape: c.shape, Threads: m.threads(), Impl: m.impl, Variant: m.o.variant,
		CPU: cpuid.CPU.BrandName, Target: c.target}
	if c.rate != nil {
		r.Value = c.rate(m)
		for range m.o.samples - 1 {
			if v := c.rate(m); (v > r.Value) != (c.unit == "us") {
				r.Value = v // the best: the highest rate, the shortest time
			}
		}
		r.Unit, r.NS = c.unit, 1/r.Value
		if c.unit == "GFLOP/s" {
			r.GFLOPS, r.Peak = r.Value, r.Value
		} else if c.unit == "GB/s" {
			r.GBPS, r.Read = r.Value, r.Value
		} else {
			r.NS = 1e3 * r.Value
		}
		return r
	}
	call := c.setup(m.backend, newInputs(c.name))
	best := time.Duration(1<<63 - 1)
	m.limit(c, &r, (m.o.samples+1)/2)
	n := m.calls(call)
	for range m.o.samples {
		start := time.Now()
		for range n {
			call()
		}
		best = min(best, time.Since(start))
	}
	m.limit(c, &r, (m.o.samples+1)/2)
	r.NS = float64(best.Nanoseconds()) / float64(n)
	switch {
	case c.unit == "us":
		r.Value, r.Unit = r.NS/1e3, "us"
	case c.flops > 0:
		r.Value, r.Unit = c.flops/r.NS, "GFLOP/s"
		r.GFLOPS, r.OfPeak = r.Value, r.Value/r.Peak
	default:
		r.Value, r.Unit = c.bytes/r.NS, "GB/s"
		r.GBPS, r.OfRead = r.Value, r.Value/r.Read
	}
	return r
}

// limit measures the limit of a case and keeps the best. It comes before and
// after the samples, not between them: its threads would drive the workers
// from their cores.
func (m *meter) limit(c benchmark, r *result, samples int) {
	switch {
	case c.unit == "us":
	case c.flops > 0:
		r.Peak = max(r.Peak, limits.FMA(m.impl, m.threads(), samples))
	default:
		set := c.set
		if set == 0 {
			set = c.bytes
		}
		r.Read = max(r.Read, limits.Bandwidth(limits.Read, m.impl, workingSet(set/float64(m.threads())), m.threads(), samples))
	}
}

// sets are the working sets of the memory limits: first and second level, the
// cache that cores share, and main memory.
var sets = []struct {
	name  string
	bytes int
}{{"24K", 24 << 10}, {"512K", 512 << 10}, {"8M", 8 << 20}, {"480M", 480 << 20}}

// workingSet returns the smallest listed set that holds bytes. Beyond 64 MB it
// reads main memory, of which 64 MB for each thread are enough to see it.
func workingSet(bytes float64) int {
	for _, s := range sets {
		if bytes <= float64(s.bytes) {
			return min(s.bytes, 64<<20)
		}
	}
	return 64 << 20
}

// calls returns how many calls fill one sample.
func (m *meter) calls(call func()) int {
	call()
	for n := 1; ; n *= 2 {
		start := time.Now()
		for range n {
			call()
		}
		if d := time.Since(start).Seconds() * 1e3; d > m.o.millis/4 || n >= 1<<20 {
			return max(1, int(float64(n)*m.o.millis/max(d, 1e-3)))
		}
	}
}
