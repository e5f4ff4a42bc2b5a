package ref

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// quantised is Σ_k x[t,k]·w[n,k] of a weight in blocks or computed in integers:
//
//	Blocks, F32   Σ_k x[k]·ŵ[k], ŵ the numbers that the blocks stand for
//	Blocks, I8    x becomes d·q in groups of 32 (kernels.QuantiseI8), ŵ = e·p + m:
//	              Σ_groups d·e·(Σ_k q[k]·p[k]) + m·d·(Σ_k q[k])
//	Raw, I8       rows of x and w become d·q and e·p: d·e·(Σ_k q[k]·p[k])
//
// The second is the sum of products of what was quantised, as the first.
//
// The result is [T, N], or nil for other weights.
func quantised(xb kernels.Buffer, w *kernels.Weight, T int) []float64 {
	if w.Blocks == nil && w.Compute != kernels.I8 {
		return nil
	}
	N, K := w.N, w.K
	sums := make([]float64, T*N)
	x := make([]float64, T*K)
	for t := range T {
		row := x[t*K : (t+1)*K]
		for k := range row {
			row[k] = xb.At(t*K + k)
		}
		switch {
		case w.Compute != kernels.I8:
		case w.Blocks != nil:
			for k := 0; k < K; k += kernels.BlockSize {
				rounded(row[k : k+kernels.BlockSize])
			}
		default:
			rounded(row)
		}
	}
	row := make([]float64, K)
	for n := range N {
		weightRow(row, w, n)
		for t := range T {
			s := 0.0
			for k, v := range row {
				s += x[t*K+k] * v
			}
			sums[t*N+n] = s
		}
	}
	return sums
}

// rounded replaces x by d·q of kernels.QuantiseI8.
func rounded(x []float64) {
	narrow, q := make([]float32, len(x)), make([]int8, len(x))
	for i, v := range x {
		narrow[i] = float32(v)
	}
	d := float64(kernels.QuantiseI8(q, narrow))
	for i := range x {
		x[i] = d * float64(q[i])
	}
}

// weightRow fills row with what row n of a quantised weight stands for.
func weightRow(row []float64, w *kernels.Weight, n int) {
	if w.Blocks == nil {
		for k := range row {
			row[k] = w.Raw.At(n*w.K + k)
		}
		rounded(row)
		return
	}
	wide := make([]float32, w.K)
	b := packedBlocks(w)
	b.Format.Dequantise(wide, b.Row(n, w.K))
	for k, v := range wide {
		row[k] = float64(v)
	}
}

// packedBlocks returns the blocks as they were when w was packed.
func packedBlocks(w *kernels.Weight) *kernels.Blocks {
	b, ok := w.Packed.(*kernels.Blocks)
	if !ok {
		panic(fmt.Sprintf("ref: the weight [%d, %d] in blocks is not packed: call Pack first", w.N, w.K))
	}
	return b
}

// checkBlocks panics unless the blocks are those of a matrix [N, K].
func checkBlocks(op string, w *kernels.Weight) {
	want := w.N * w.K / kernels.BlockSize * w.Blocks.Format.Bytes()
	if w.K%kernels.BlockSize != 0 || len(w.Blocks.Data) != want {
		panic(fmt.Sprintf("ref: %s: w has %d bytes of %s, want %d for [%d, %d]", op, len(w.Blocks.Data), w.Blocks.Format, want, w.N, w.K))
	}
}

// EmbeddingBlocks writes y[t] = row ids[t] of a weight in blocks, dequantised.
func (both) EmbeddingBlocks(y kernels.Buffer, w *kernels.Weight, ids []int32) {
	row := make([]float64, w.K)
	for t, id := range ids {
		if id < 0 || int(id) >= w.N {
			panic(fmt.Sprintf("ref: EmbeddingBlocks: index %d is %d; the table has %d rows", t, id, w.N))
		}
		weightRow(row, w, int(id))
		for k, v := range row {
			y.Set(t*w.K+k, v)
		}
	}
}
