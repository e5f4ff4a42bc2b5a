package cpu

import (
	"testing"
	"unsafe"
)

// Weights of any size have zeroed memory of their own that begins at a line of
// the cache, small ones beside each other.
func TestArena(t *testing.T) {
	b := &Backend{}
	var all [][]byte
	for i := range 70 {
		size := []int{0, 1, 64, 5000, 100_000, 1 << 20, 5 << 20}[i%7]
		s := weightRoom[byte](b, size)
		if len(s) != size {
			t.Fatalf("%d bytes of %d", len(s), size)
		}
		if size > 0 && uintptr(unsafe.Pointer(&s[0]))%64 != 0 {
			t.Fatalf("%d bytes begin at %p", size, &s[0])
		}
		for j := 0; j < len(s); j += 61 {
			if s[j] != 0 {
				t.Fatalf("byte %d of %d is %d: given twice", j, size, s[j])
			}
			s[j] = byte(i)
		}
		all = append(all, s)
	}
	for i, s := range all {
		for j := 0; j < len(s); j += 61 {
			if s[j] != byte(i) {
				t.Fatalf("weight %d, byte %d: overwritten by weight %d", i, j, s[j])
			}
		}
	}
	x, y := weightRoom[uint32](b, 1000), weightRoom[int8](b, 1000)
	if d := uintptr(unsafe.Pointer(&y[0])) - uintptr(unsafe.Pointer(&x[0])); d != 4032 {
		t.Errorf("small weights are %d bytes apart, want 4032", d)
	}
}
