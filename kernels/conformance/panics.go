package conformance

import (
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// panics checks that operands which are too short, and indices outside their
// table, are found before memory is touched.
func panics(s *suite, t *testing.T) {
	b, none := s.b, kernels.Buffer{}
	const T, N, K = 3, 5, 7
	buf := func(m *memory, n int) kernels.Buffer { return m.inout("x", make([]float64, n)) }
	weight := func(m *memory) *kernels.Weight { return m.weight(b, make([]float64, N*K), N, K) }
	shape := kernels.AttentionShape{Heads: 2, KVHeads: 1, HeadDim: 4, Scale: 1}
	seqs := []kernels.Seq{{Qn: T}}
	for _, c := range []struct {
		name string
		f    func(m *memory)
	}{
		{"Pack", func(m *memory) { b.Pack(&kernels.Weight{Raw: buf(m, N*K-1), N: N, K: K}) }},
		{"Linear y", func(m *memory) { b.Linear(buf(m, T*N-1), buf(m, T*K), weight(m), T, kernels.Epilogue{}) }},
		{"Linear x", func(m *memory) { b.Linear(buf(m, T*N), buf(m, T*K-1), weight(m), T, kernels.Epilogue{}) }},
		{"Linear bias", func(m *memory) { b.Linear(buf(m, T*N), buf(m, T*K), weight(m), T, kernels.Epilogue{Bias: buf(m, N-1)}) }},
		{"LinearBackwardX dx", func(m *memory) { b.LinearBackwardX(buf(m, T*K-1), buf(m, T*N), weight(m), T, false) }},
		{"LinearBackwardX dy", func(m *memory) { b.LinearBackwardX(buf(m, T*K), buf(m, T*N-1), weight(m), T, false) }},
		{"LinearBackwardW dw", func(m *memory) {
			b.LinearBackwardW(buf(m, N*K-1), none, buf(m, T*N), buf(m, T*K), T, N, K, kernels.F32)
		}},
		{"LinearBackwardW dbias", func(m *memory) {
			b.LinearBackwardW(buf(m, N*K), buf(m, N-1), buf(m, T*N), buf(m, T*K), T, N, K, kernels.F32)
		}},
		{"LinearBackwardW dy", func(m *memory) {
			b.LinearBackwardW(buf(m, N*K), none, buf(m, T*N-1), buf(m, T*K), T, N, K, kernels.F32)
		}},
		{"LinearBackwardW x", func(m *memory) {
			b.LinearBackwardW(buf(m, N*K), none, buf(m, T*N), buf(m, T*K-1), T, N, K, kernels.F32)
		}},
		{"Embedding y", func(m *memory) { b.Embedding(buf(m, 7), buf(m, 20), []int32{0, 1}, 4) }},
		{"Embedding id", func(m *memory) { b.Embedding(buf(m, 8), buf(m, 20), []int32{0, 5}, 4) }},
		{"Embedding negative", func(m *memory) { b.Embedding(buf(m, 8), buf(m, 20), []int32{0, -1}, 4) }},
		{"EmbeddingBackward id", func(m *memory) { b.EmbeddingBackward(buf(m, 20), buf(m, 8), []int32{0, 5}, 4) }},
		{"GatherRows row", func(m *memory) { b.GatherRows(buf(m, 8), buf(m, 20), []int32{5, 0}, 4) }},
		{"ScatterAddRows row", func(m *memory) { b.ScatterAddRows(buf(m, 20), buf(m, 8), []int32{-1, 0}, 4) }},
		{"RMSNorm y", func(m *memory) { b.RMSNorm(buf(m, 11), buf(m, 3), buf(m, 12), buf(m, 4), 3, 4, 1) }},
		{"RMSNorm rstd", func(m *memory) { b.RMSNorm(buf(m, 12), buf(m, 2), buf(m, 12), buf(m, 4), 3, 4, 1) }},
		{"RMSNorm w", func(m *memory) { b.RMSNorm(buf(m, 12), buf(m, 3), buf(m, 12), buf(m, 3), 3, 4, 1) }},
		{"RMSNormBackward dx", func(m *memory) {
			b.RMSNormBackward(buf(m, 11), none, buf(m, 12), buf(m, 12), buf(m, 4), buf(m, 3), 3, 4)
		}},
		{"RoPE position", func(m *memory) { b.RoPE(buf(m, 4), buf(m, 4), buf(m, 6), buf(m, 6), []int32{3}, 1, 4, false) }},
		{"RoPE x", func(m *memory) { b.RoPE(buf(m, 4), buf(m, 3), buf(m, 6), buf(m, 6), []int32{0}, 1, 4, false) }},
		{"Attention k", func(m *memory) {
			b.Attention(buf(m, T*8), buf(m, T*2), buf(m, T*8), buf(m, T*4-1), buf(m, T*4), shape, seqs)
		}},
		{"Attention q", func(m *memory) {
			b.Attention(buf(m, T*8), buf(m, T*2), buf(m, T*8-1), buf(m, T*4), buf(m, T*4), shape, seqs)
		}},
		{"Attention page", func(m *memory) {
			b.Attention(buf(m, 8), buf(m, 2), buf(m, 8), buf(m, 4*kernels.KVChunk), buf(m, 4*kernels.KVChunk), shape,
				[]kernels.Seq{{Qn: 1, Pages: []int32{1}}})
		}},
		{"SwiGLU", func(m *memory) { b.SwiGLU(buf(m, 4), buf(m, 4), buf(m, 3), 4) }},
		{"SwiGLUBackward", func(m *memory) { b.SwiGLUBackward(buf(m, 4), buf(m, 3), buf(m, 4), buf(m, 4), buf(m, 4), 4, true) }},
		{"ReLU", func(m *memory) { b.ReLU(buf(m, 3), buf(m, 4), 4) }},
		{"ReLUBackward", func(m *memory) { b.ReLUBackward(buf(m, 4), buf(m, 4), buf(m, 3), 4) }},
		{"Add", func(m *memory) { b.Add(buf(m, 4), buf(m, 4), buf(m, 3), 4) }},
		{"AddScaled", func(m *memory) { b.AddScaled(buf(m, 4), buf(m, 3), 1, 4) }},
		{"Scale", func(m *memory) { b.Scale(buf(m, 3), 1, 4) }},
		{"SumSquares", func(m *memory) { b.SumSquares(buf(m, 3), 4) }},
		{"LogProb logits", func(m *memory) { b.LogProb(none, none, buf(m, 2), buf(m, 7), nil, 2, 4, 1) }},
		{"LogProb lse", func(m *memory) { b.LogProb(none, none, buf(m, 1), buf(m, 8), nil, 2, 4, 1) }},
		{"LogProb target", func(m *memory) { b.LogProb(buf(m, 2), none, buf(m, 2), buf(m, 8), []int32{0, 4}, 2, 4, 1) }},
		{"LogProb targets", func(m *memory) { b.LogProb(buf(m, 2), none, buf(m, 2), buf(m, 8), []int32{0}, 2, 4, 1) }},
		{"LogProbBackward", func(m *memory) {
			b.LogProbBackward(buf(m, 7), buf(m, 2), none, []int32{0, 1}, buf(m, 2), none, 2, 4, 1)
		}},
		{"CrossEntropy logits", func(m *memory) {
			b.CrossEntropy(buf(m, 2), buf(m, 7), []int32{0, 1}, buf(m, 2), 2, 4, 1)
		}},
		{"CrossEntropy logp", func(m *memory) {
			b.CrossEntropy(buf(m, 1), buf(m, 8), []int32{0, 1}, buf(m, 2), 2, 4, 1)
		}},
		{"CrossEntropy dlogp", func(m *memory) {
			b.CrossEntropy(buf(m, 2), buf(m, 8), []int32{0, 1}, buf(m, 1), 2, 4, 1)
		}},
		{"CrossEntropy target", func(m *memory) {
			b.CrossEntropy(buf(m, 2), buf(m, 8), []int32{0, 4}, buf(m, 2), 2, 4, 1)
		}},
		{"CrossEntropy negative target", func(m *memory) {
			b.CrossEntropy(buf(m, 2), buf(m, 8), []int32{-1, 0}, buf(m, 2), 2, 4, 1)
		}},
		{"CrossEntropy targets", func(m *memory) {
			b.CrossEntropy(buf(m, 2), buf(m, 8), []int32{0}, buf(m, 2), 2, 4, 1)
		}},
		{"Sample", func(m *memory) { b.Sample(make([]int32, 1), buf(m, 8), buf(m, 2), []float64{0, 0}, 2, 4, 1) }},
		{"ArgMax", func(m *memory) { b.ArgMax(make([]int32, 2), buf(m, 7), 2, 4) }},
		{"AdamW", func(m *memory) {
			b.AdamW(buf(m, 4), buf(m, 4), buf(m, 3), buf(m, 4), none, 4, kernels.AdamWStep{Correction1: 1, Correction2: 1})
		}},
	} {
		m := &memory{dt: s.dt}
		if !panicked(func() { c.f(m) }) {
			t.Errorf("%s: no panic", c.name)
		}
		m.intact(t, c.name)
	}
}

func panicked(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
