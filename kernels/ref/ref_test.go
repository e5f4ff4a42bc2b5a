package ref_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/conformance"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// The float32 instance against the float64 one: this tests the suite's error
// model as much as the kernels.
func TestConformanceF32(t *testing.T) { conformance.Run(t, "f32", ref.New()) }

// Guards, rows, panics; the values agree with themselves.
func TestConformanceF64(t *testing.T) {
	conformance.RunDType(t, "f64", ref.Of[float64]{}, kernels.F64)
}

func TestGoldens(t *testing.T)    { conformance.GoldensF64(t, ref.New()) }
func TestGoldensF32(t *testing.T) { conformance.Goldens(t, ref.New()) }
