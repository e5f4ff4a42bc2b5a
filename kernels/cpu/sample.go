package cpu

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Sample draws ids[t] from softmax(logits[t]·invTemp) by inversion: the
// smallest j whose cumulative probability exceeds u[t]. Probabilities are
// summed in float64 in ascending j. When rounding leaves the whole sum at or
// below u[t], the last j of positive probability is taken.
func (b *Backend) Sample(ids []int32, logits, lse kernels.Buffer, u []float64, T, V int, invTemp float64) {
	if len(ids) < T || len(u) < T || V < 1 && T > 0 {
		panic(fmt.Sprintf("kernels/cpu: Sample: %d ids, %d random numbers for %d rows of %d", len(ids), len(u), T, V))
	}
	zs, ls := need("Sample", "logits", logits, T*V), need("Sample", "lse", lse, T)
	it := float32(invTemp)
	b.rows(T, V, func(_, lo, hi int) {
		var p [256]float32
		for t := lo; t < hi; t++ {
			row, sum, last := zs[t*V:(t+1)*V], 0.0, 0
			found := -1
			for j := 0; j < V && found < 0; j += len(p) {
				block := p[:min(len(p), V-j)]
				expRow(b.isa, block, row[j:j+len(block)], it, ls[t])
				for i, v := range block {
					if v > 0 {
						last = j + i
					}
					if sum += float64(v); sum > u[t] {
						found = j + i
						break
					}
				}
			}
			if found < 0 {
				found = last
			}
			ids[t] = int32(found)
		}
	})
}

// ArgMax writes the smallest index of the largest logit of each row.
func (b *Backend) ArgMax(ids []int32, logits kernels.Buffer, T, V int) {
	if len(ids) < T {
		panic(fmt.Sprintf("kernels/cpu: ArgMax: %d ids for %d rows", len(ids), T))
	}
	zs := need("ArgMax", "logits", logits, T*V)
	b.rows(T, V/8, func(_, lo, hi int) {
		for t := lo; t < hi; t++ {
			row := zs[t*V : (t+1)*V]
			best, at := maxScaled(b.isa, row, 1), 0
			for j, v := range row {
				if v == best {
					at = j
					break
				}
			}
			ids[t] = int32(at)
		}
	})
}
