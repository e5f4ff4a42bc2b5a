package gemm

import "github.com/stepgrain/stepgrain/kernels"

// Version is one step on the way.
type Version struct {
	Name, Title, Why string
	// Mul computes C[m,n] = A[m,k]·B[k,n]. Only the last version uses the
	// backend.
	Mul func(backend kernels.Backend, c, a, b []float32, m, n, k int)
}

// Versions are all steps, the last as package cpu has it.
var Versions = []Version{
	{"v1", "three loops", "B is read down a column: every number is in another line of the cache", loops},
	{"v2", "rows of B", "the two inner loops change places, and all memory is read in its order; C goes through memory once a step", rows},
	{"v3", "a tile of sums", "2×4 sums stay in registers while p runs: six numbers read for eight multiply-adds, none written", tiles},
	{"v4", "vectors", "12×32 sums in 24 registers of AVX-512: fourteen reads for 24 multiply-adds of 16 numbers each", vectors},
	{"v5", "panels and blocks", "32 columns of B by 256 steps are copied side by side and stay in the first-level cache while all rows pass by", panels},
	{"v6", "tiles of A", "and so do the rows of A, in the order in which they are read, in the second-level cache", packed},
	{"v7", "package cpu", "a tile of A stays and B passes by, so that C is visited along its rows; micro-kernels for every height, masks, prefetches, copies by vector instructions, all cores", ours},
}

// ours computes C as the gradient of the input of a linear map with weight B.
func ours(backend kernels.Backend, c, a, b []float32, m, n, k int) {
	w := kernels.Weight{Raw: kernels.Of(b), N: k, K: n}
	backend.LinearBackwardX(kernels.Of(c), kernels.Of(a), &w, m, false)
}
