//go:build !purego

package cpu

import (
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// A processor with AVX-512 and without VNNI takes the AVX2 kernels for integers:
// the same bits.
func TestWithoutVNNI(t *testing.T) {
	if !hasVNNI {
		t.Skip("this processor is one of them: the other tests are the test")
	}
	defer func() { hasVNNI = true }()
	r := stream(t)
	const T, N, K = 7, 45, 96
	x := normals(r, T*K)
	weights := []*kernels.Weight{{Raw: of(normals(r, N*K)), N: N, K: K, Compute: kernels.I8}}
	for _, f := range blockFormats {
		weights = append(weights, randomBlocks(r, f, N, K, kernels.I8))
	}
	b := open(t, "avx512", 2)
	for _, w := range weights {
		b.Pack(w)
		with, without := make([]float32, T*N), make([]float32, T*N)
		hasVNNI = true
		b.Linear(of(with), of(x), w, T, kernels.Epilogue{})
		hasVNNI = false
		b.Linear(of(without), of(x), w, T, kernels.Epilogue{})
		same(t, "without VNNI", without, with)
	}
}
