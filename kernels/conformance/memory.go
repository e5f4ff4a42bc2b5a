package conformance

import (
	"math"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// memory makes the operands of one call. Each lies between guards, at an
// address that is a multiple of the element size and of nothing more.
type memory struct {
	dt       kernels.DType
	shift    int
	operands []operand
}

type operand struct {
	name  string
	whole kernels.Buffer
	buf   kernels.Buffer
	start int
	kept  []uint64 // the bits that an input must still have
}

// guard elements stand on each side of an operand: two vector registers. They
// are NaN, so that a result which depends on them is found too.
const guard = 32

func (m *memory) place(name string, x []float64) *operand {
	m.shift += 5
	start := guard + m.shift%16
	n := len(x) + start + guard
	whole := guarded(m.dt, n, start, x)
	buf := whole.Slice(start, start+len(x))
	m.operands = append(m.operands, operand{name: name, whole: whole, buf: buf, start: start})
	return &m.operands[len(m.operands)-1]
}

// guarded returns n numbers, from start on those of x and otherwise NaN.
func guarded(dt kernels.DType, n, start int, x []float64) kernels.Buffer {
	switch dt {
	case kernels.F64:
		return kernels.Of(guardedBy(n, start, x, func(v float64) float64 { return v }))
	case kernels.BF16:
		return kernels.Of(guardedBy(n, start, x, func(v float64) kernels.BFloat16 { return kernels.RoundBF16(float32(v)) }))
	}
	return kernels.Of(guardedBy(n, start, x, func(v float64) float32 { return float32(v) }))
}

func guardedBy[E any](n, start int, x []float64, as func(float64) E) []E {
	s := make([]E, n)
	none := as(math.NaN())
	for i := range s {
		s[i] = none
	}
	for i, v := range x {
		s[start+i] = as(v)
	}
	return s
}

// in16 is in for an input that holds bfloat16, or float64 in the reference.
func (m *memory) in16(name string, x []float64) kernels.Buffer {
	if dt := m.dt; dt == kernels.F32 {
		m.dt = kernels.BF16
		defer func() { m.dt = dt }()
	}
	return m.in(name, x)
}

// in makes an input. nil is an absent one.
func (m *memory) in(name string, x []float64) kernels.Buffer {
	if x == nil {
		return kernels.Buffer{}
	}
	o := m.place(name, x)
	o.kept = bitsOf(o.buf)
	return o.buf
}

// out makes an output of n elements, which hold NaN.
func (m *memory) out(name string, n int) kernels.Buffer {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	return m.place(name, x).buf
}

// inout makes an operand that is read and written. nil is an absent one.
func (m *memory) inout(name string, x []float64) kernels.Buffer {
	if x == nil {
		return kernels.Buffer{}
	}
	return m.place(name, x).buf
}

// weight makes a packed weight [n, k].
func (m *memory) weight(b kernels.Backend, w []float64, n, k int) *kernels.Weight {
	wt := &kernels.Weight{Raw: m.in("w", w), N: n, K: k}
	b.Pack(wt)
	return wt
}

// outputs returns the operands that a call may write.
func (m *memory) outputs() []operand {
	var out []operand
	for _, o := range m.operands {
		if o.kept == nil {
			out = append(out, o)
		}
	}
	return out
}

// intact fails the test when a guard or an input was written.
func (m *memory) intact(t *testing.T, label string) {
	t.Helper()
	for _, o := range m.operands {
		end := o.start + o.buf.Len()
		for i := range o.whole.Len() {
			if (i < o.start || i >= end) && !math.IsNaN(o.whole.At(i)) {
				t.Fatalf("%s: wrote beyond %s: index %d of %d", label, o.name, i-o.start, o.buf.Len())
			}
		}
		if o.kept != nil && !slices.Equal(o.kept, bitsOf(o.buf)) {
			t.Fatalf("%s: wrote to input %s", label, o.name)
		}
	}
}

func bitsOf(b kernels.Buffer) []uint64 {
	out := make([]uint64, b.Len())
	switch b.DType {
	case kernels.F64:
		for i, x := range b.F64() {
			out[i] = math.Float64bits(x)
		}
	case kernels.BF16:
		for i, x := range b.BF16() {
			out[i] = uint64(x)
		}
	default:
		for i, x := range b.F32() {
			out[i] = uint64(math.Float32bits(x))
		}
	}
	return out
}
