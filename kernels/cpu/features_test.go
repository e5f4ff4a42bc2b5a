package cpu

import "testing"

// vectorImpls are the implementations whose float32 kernels differ. The levels
// above avx512 run the same code in all but bf16 products.
func vectorImpls() []string {
	var names []string
	for _, l := range available() {
		if l <= levelAVX512 {
			names = append(names, l.String())
		}
	}
	return names
}

func parseISA(s string) (isa, bool) {
	l, ok := parseLevel(s)
	return l.isa(), ok
}

func TestLevels(t *testing.T) {
	for i, want := range []struct {
		name string
		isa  isa
	}{{"generic", generic}, {"avx2", avx2}, {"avx512", avx512}, {"avx512bf16", avx512}, {"amx", avx512}} {
		if l := level(i); l.String() != want.name || l.isa() != want.isa {
			t.Errorf("level %d is %v with the kernels of isa %d", i, l, l.isa())
		}
	}
	for _, impl := range Impls() {
		if got := open(t, impl, 1).Name(); got != "cpu/"+impl {
			t.Errorf("-impl %s gives %s", impl, got)
		}
	}
	if _, err := New(Options{Impl: "sse9"}); err == nil {
		t.Error("there is an implementation sse9")
	}
}
