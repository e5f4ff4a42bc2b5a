package cpu

import (
	"testing"

	"github.com/stepgrain/stepgrain/kernels/conformance"
)

// Every implementation agrees with package ref within the suite's error model.
// TestWorkersGiveSameBits has shapes that are large enough to be shared.
func TestConformance(t *testing.T) {
	impls := vectorImpls()
	for i, impl := range impls {
		one := open(t, impl, 1)
		conformance.Run(t, impl, one)
		if i == len(impls)-1 && !testing.Short() {
			conformance.SameBits(t, impl+"-3-workers", open(t, impl, 3), one)
		}
	}
}

// The same for products in bfloat16, at every level.
func TestConformanceBF16(t *testing.T) {
	impls := Impls()
	for i, impl := range impls {
		one := open(t, impl, 1)
		conformance.BF16(t, impl, one)
		if i == len(impls)-1 && !testing.Short() {
			conformance.BF16SameBits(t, impl+"-3-workers", open(t, impl, 3), one)
		}
	}
}

// Every implementation gives the golden operations, within ten times what
// float32 PyTorch is off by.
func TestGoldens(t *testing.T) {
	for _, impl := range vectorImpls() {
		t.Run(impl, func(t *testing.T) { conformance.Goldens(t, open(t, impl, 1)) })
	}
}
