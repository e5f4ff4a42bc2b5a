//go:build amd64 && !purego

package cpu

import (
	"testing"
	"unsafe"
)

// A streamed output has the bits of a stored one and ends where it should.
func TestStream(t *testing.T) {
	for _, i := range isas(t) {
		for _, n := range lengths {
			r := stream(t, n)
			x, y := normals(r, n), normals(r, n)
			for name, f := range map[string]func(out []float32, past bool){
				"add":      func(out []float32, past bool) { addVecStream(i, out, x, y, past) },
				"swiglu":   func(out []float32, past bool) { swigluStream(i, out, x, y, past) },
				"scaleMul": func(out []float32, past bool) { scaleMul(i, out, x, y, 0.7, past); storeFence() },
			} {
				want := make([]float32, n)
				f(want, false)
				whole := make([]float32, n+48)
				first := int(-uintptr(unsafe.Pointer(&whole[0]))%64) / 4
				for j := range whole {
					whole[j] = -12345
				}
				f(whole[first:first+n], true)
				same(t, name, whole[first:first+n], want)
				for j, v := range whole {
					if (j < first || j >= first+n) && v != -12345 {
						t.Fatalf("%s: wrote element %d of %d", name, j-first, n)
					}
				}
			}
		}
	}
}

// What is streamed is large and begins at a line.
func TestStreams(t *testing.T) {
	x := make([]float32, 64)
	first := int(-uintptr(unsafe.Pointer(&x[0]))%64) / 4
	if y := x[first:]; streams(y, streamBytes/4-1) || !streams(y, streamBytes/4) || streams(y[1:], streamBytes) {
		t.Error("small or unaligned outputs must be stored")
	}
}
