package main

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
)

func hasImpl(isa string) bool {
	for _, i := range cpu.Impls() {
		if i == isa {
			return true
		}
	}
	return false
}

// linearShapes are [K, N]: small LLaMA, Qwen2-0.5B and 1B models, then the
// embedded model (width 96) and SmolLM2-135M (width 576).
var linearShapes = [][2]int{
	{256, 256}, {256, 688}, {688, 256}, {896, 896}, {896, 4864}, {4864, 896}, {2048, 2048}, {2048, 8192},
	{96, 96}, {96, 256}, {256, 96}, {96, 1024}, {576, 576}, {576, 192}, {576, 1536}, {1536, 576},
}

// gemmCases are square products, Linear forward and backward, and packing.
func gemmCases() []benchmark {
	var list []benchmark
	for _, n := range []int{256, 512, 1024, 2048} {
		for _, form := range []string{"NN", "NT", "TN"} {
			list = append(list, gemmCase(fmt.Sprintf("Sgemm/%s/sq%d", form, n), form, n, n, n))
		}
	}
	for _, form := range []struct{ name, gemm string }{{"fwd", "prepacked"}, {"dx", "NN"}, {"dw", "TN"}} {
		for _, t := range []int{1, 8, 64, 512, 2048, 4096} {
			for _, s := range linearShapes {
				name := fmt.Sprintf("Linear/%s/f32/T%d/%dx%d", form.name, t, s[0], s[1])
				list = append(list, gemmCase(name, form.gemm, t, s[1], s[0]))
			}
		}
	}
	for _, s := range [][2]int{{96, 1024}, {576, 49152}} {
		bytes := 8 * float64(s[0]*s[1])
		list = append(list, benchmark{name: fmt.Sprintf("Pack/BT/%dx%d", s[0], s[1]), shape: fmt.Sprintf("[%d,%d]", s[1], s[0]), bytes: bytes,
			setup: func(b kernels.Backend, in *inputs) func() {
				w := in.weight(b, s[1], s[0])
				return func() { b.Pack(w) }
			}})
	}
	return list
}

// gemmCase is a product for T rows and a weight [N, K]. form is the BLAS name:
// NT is y = x·wᵀ with packing, prepacked without, NN is dx = dy·w, TN dw += dyᵀ·x.
func gemmCase(name, form string, T, N, K int) benchmark {
	flops := 2 * float64(T) * float64(N) * float64(K)
	c := benchmark{name: name, shape: fmt.Sprintf("T%d K%d N%d", T, K, N), flops: flops,
		setup: func(b kernels.Backend, in *inputs) func() {
			x, y, w := in.buf(T*K), in.buf(T*N), in.weight(b, N, K)
			switch form {
			case "NT":
				return func() { b.Pack(w); b.Linear(y, x, w, T, kernels.Epilogue{}) }
			case "NN":
				return func() { b.LinearBackwardX(x, y, w, T, false) }
			case "TN":
				dw := in.zeros(N * K)
				return func() { b.LinearBackwardW(dw, kernels.Buffer{}, y, x, T, N, K, kernels.F32) }
			}
			return func() { b.Linear(y, x, w, T, kernels.Epilogue{}) }
		}}
	switch {
	case T == N && N == K && N >= 512:
		c.target = 0.60
	case T >= 2048 && K <= 256 && N <= 1024:
		c.target = 0.40
	case T == 1: // decoding streams the weights
		c.flops, c.bytes = 0, 4*float64(N*K)
		c.target = 0.90
	}
	return c
}
