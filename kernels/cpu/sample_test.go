package cpu

import (
	"math"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Blocks and groups find the token that one ascending sum over the row finds;
// tokens of probability zero are never drawn, whatever u.
func TestSampleIsInversion(t *testing.T) {
	for _, impl := range Impls() {
		b := open(t, impl, 1)
		r := stream(t, impl)
		for _, V := range []int{1, 2, 3, 4, 5, 9, 255, 256, 257, 511, 515, 1000, 3001} {
			for range 40 {
				row := normals(r, V)
				for i := range row {
					row[i] *= 3
					if r.IntN(3) == 0 && i != V/2 {
						row[i] = float32(math.Inf(-1))
					}
				}
				lse, p := make([]float32, 1), make([]float32, V)
				b.LogProb(kernels.Buffer{}, kernels.Buffer{}, of(lse), of(row), nil, 1, V, 1.1)
				expRow(b.isa, p, row, 1.1, lse[0])
				for _, u := range []float64{0, r.Float64(), r.Float64(), 1 - 0x1p-53} {
					want, sum := 0, 0.0
					for j, q := range p {
						if q > 0 {
							want = j
						}
						if sum += float64(q); sum > u {
							break
						}
					}
					ids := []int32{-1}
					b.Sample(ids, of(row), of(lse), []float64{u}, 1, V, 1.1)
					if int(ids[0]) != want {
						t.Fatalf("%s: V=%d u=%v: drew %d, want %d", impl, V, u, ids[0], want)
					}
				}
			}
		}
	}
}
