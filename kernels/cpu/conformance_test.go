package cpu

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/kernels/conformance"
)

// Every implementation agrees with package ref, and any number of workers
// gives the bits of one.
func TestConformance(t *testing.T) {
	impls := Impls()
	for i, impl := range impls {
		one := open(t, impl, 1)
		conformance.Run(t, impl, one)
		for _, workers := range []int{2, 3, 8} {
			if workers != 3 && (testing.Short() || i < len(impls)-1) {
				continue // TestLinear, TestAttention and the others try all numbers
			}
			conformance.SameBits(t, fmt.Sprintf("%s-%d-workers", impl, workers), open(t, impl, workers), one)
		}
	}
}
