package conformance

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/ref"
)

// Run tests every method of a float32 backend.
func Run(t *testing.T, name string, b kernels.Backend) { RunDType(t, name, b, kernels.F32) }

// RunDType is [Run] for elements of type dt.
func RunDType(t *testing.T, name string, b kernels.Backend, dt kernels.DType) {
	t.Run(name, func(t *testing.T) { all(t, &suite{b: b, dt: dt}) })
}

// SameBits tests that two float32 backends give the same bits everywhere.
func SameBits(t *testing.T, name string, a, b kernels.Backend) {
	t.Run(name, func(t *testing.T) { all(t, &suite{b: a, twin: b, dt: kernels.F32}) })
}

func all(t *testing.T, s *suite) {
	for _, test := range []struct {
		name string
		f    func(*suite, *testing.T)
	}{
		{"Linear", linear},
		{"LinearBlocks", linearBlocks},
		{"LinearInt8", linearInt8},
		{"LinearBackwardX", linearBackwardX},
		{"LinearBackwardW", linearBackwardW},
		{"Linears", linears},
		{"Embedding", embedding},
		{"EmbeddingBlocks", embeddingBlocks},
		{"RMSNorm", rmsNorm},
		{"RMSNormAdd", rmsNormAdd},
		{"RMSNormBackward", rmsNormBackward},
		{"RoPE", rope},
		{"Attention", attention},
		{"AttentionBackward", attentionBackward},
		{"AttentionRaggedPagedAndWhole", attentionWays},
		{"SwiGLU", swiglu},
		{"ReLU", relu},
		{"Elementwise", elementwise},
		{"LogProb", logProb},
		{"LogProbBackward", logProbBackward},
		{"CrossEntropy", crossEntropy},
		{"Sample", sample},
		{"ArgMax", argMax},
		{"SumSquares", sumSquares},
		{"AdamW", adamW},
		{"Panics", panics},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.f(s.seeded(test.name), t)
		})
	}
}

// suite is one run: a backend, and one that must have the same bits, if any.
type suite struct {
	b, twin kernels.Backend
	dt      kernels.DType
	rand    *rand.Rand
}

// seeded returns the suite with the random numbers of one test.
func (s *suite) seeded(test string) *suite {
	c := *s
	c.rand = rng.New(1, "conformance", test)
	return &c
}

var reference = ref.New()

// eps is the unit in the last place of the element type at 1.
func (s *suite) eps() float64 {
	if s.dt == kernels.F64 {
		return 0x1p-52
	}
	return 0x1p-23
}

// lengths are all from lo past two vectors of 16, and odd larger ones.
func lengths(lo int) []int {
	var out []int
	for n := lo; n <= 40; n++ {
		out = append(out, n)
	}
	return append(out, 47, 63, 64, 65, 100, 127, 128, 129, 257, 1003)
}

// normal returns n numbers of a normal distribution that are exact in float32.
func (s *suite) normal(n int, scale float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(float32(s.rand.NormFloat64() * scale))
	}
	return x
}

// below returns n integers in [0, limit).
func (s *suite) below(n, limit int) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32(s.rand.IntN(limit))
	}
	return x
}

func abs(x []float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = math.Abs(x[i])
	}
	return y
}

// sumError is the error model of a sum of k products, relative to the sum of
// their absolute values.
func (s *suite) sumError(k int) float64 { return s.eps() * (4 + 2*math.Sqrt(float64(k))) }
