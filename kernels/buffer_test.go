package kernels_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

func TestBufferSharesMemory(t *testing.T) {
	x := []float32{1, 2, 3, 4}
	b := kernels.Of(x)
	part := b.Slice(1, 3)
	part.Set(0, 9)
	if x[1] != 9 || part.Len() != 2 || part.At(1) != 3 || b.F32()[1] != 9 {
		t.Errorf("slice %v of %v", part.F32(), x)
	}
	if empty := b.Slice(4, 4); empty.IsZero() || empty.Len() != 0 {
		t.Error("an empty slice is not an absent buffer")
	}
	if !(kernels.Buffer{}).IsZero() || !kernels.Of([]float64(nil)).IsZero() {
		t.Error("no memory is an absent buffer")
	}
	if kernels.Of([]float64{7}).At(0) != 7 || kernels.Of([]kernels.BFloat16{0x3f80}).At(0) != 1 {
		t.Error("At of float64 or bfloat16")
	}
	for name, f := range map[string]func(){
		"slice beyond the end": func() { b.Slice(2, 5) },
		"slice backwards":      func() { b.Slice(2, 1) },
		"negative":             func() { b.Slice(-1, 1) },
		"another type":         func() { b.F64() },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// Every bfloat16 survives, and every float32 between two of them goes to the
// nearer one, the even one when it stands in the middle.
func TestRoundBF16(t *testing.T) {
	for h := range 1 << 16 {
		x := kernels.BFloat16(h).Float32()
		if got := kernels.RoundBF16(x); x == x && got != kernels.BFloat16(h) {
			t.Fatalf("%#x became %#x", h, got)
		}
		if x != x {
			if r := kernels.RoundBF16(x).Float32(); r == r {
				t.Fatalf("NaN %#x became %v", h, r)
			}
			continue
		}
		if math.IsInf(float64(x), 0) {
			continue
		}
		bits := math.Float32bits(x)
		for low, up := range map[uint32]bool{1: false, 0x7fff: false, 0x8000: h&1 == 1, 0x8001: true, 0xffff: true} {
			want := kernels.BFloat16(h)
			if up {
				want++
			}
			if got := kernels.RoundBF16(math.Float32frombits(bits | low)); got != want {
				t.Fatalf("%#x with %#x below became %#x, want %#x", h, low, got, want)
			}
		}
	}
	if nan := kernels.RoundBF16(math.Float32frombits(0x7f800001)).Float32(); nan == nan {
		t.Errorf("a NaN with low bits alone became %v", nan)
	}
}

// A Buffer is a view of memory; the zero Buffer is "absent".
func ExampleBuffer() {
	x := kernels.Of([]float32{1, 2, 3, 4, 5, 6})
	row := x.Slice(3, 6) // the second row of a [2, 3] matrix
	row.Set(0, 40)
	fmt.Println(x.DType, x.Len(), x.F32(), kernels.Buffer{}.IsZero())
	// Output: f32 6 [1 2 3 40 5 6] true
}
