package hugepages

import "testing"

// Memory keeps its content, whatever its size.
func TestAdvise(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 19, 5<<19 + 7} {
		s := make([]float32, n)
		for i := range s {
			s[i] = float32(i)
		}
		Advise(s)
		for i, v := range s {
			if v != float32(i) {
				t.Fatalf("%d numbers: s[%d] = %v", n, i, v)
			}
		}
	}
	Advise[float64](nil)
	Advise(make([]uint32, 3<<19))
}
