package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
)

// Maps of one input by weights in blocks have the bits of one after the other,
// whatever the rows, formats and workers, also where an epilogue reads what an
// earlier map gave.
func TestBlocksTogether(t *testing.T) {
	const k = 96
	q8, q4, q41 := kernels.Q8_0, kernels.Q4_0, kernels.Q4_1
	for _, c := range []struct {
		formats []kernels.BlockFormat
		n       []int
		gated   bool // the second with the first
	}{
		{[]kernels.BlockFormat{q8, q8, q8}, []int{896, 128, 128}, false},
		{[]kernels.BlockFormat{q4, q4}, []int{500, 500}, true},
		{[]kernels.BlockFormat{q8, q4, q4, q41}, []int{33, 47, 1, 300}, false},
		{[]kernels.BlockFormat{q41, q41, q41, q41}, []int{64, 16, 80, 48}, false},
	} {
		for _, compute := range []kernels.DType{kernels.I8, kernels.F32} {
			for _, T := range []int{0, 1, 5, 40} {
				var want [][]float32
				for run, workers := range []int{1, 1, 3} {
					b, err := New(Options{Workers: workers})
					if err != nil {
						t.Fatal(err)
					}
					defer b.Close()
					r := rand.New(rand.NewPCG(7, 7))
					x := kernels.Of(normals(r, T*k))
					var maps []kernels.Map
					for i, n := range c.n {
						w := randomBlocks(r, c.formats[i], n, k, compute)
						b.Pack(w)
						maps = append(maps, kernels.Map{W: w, Y: kernels.Of(make([]float32, T*n))})
					}
					if c.gated {
						maps[1].Gate = maps[0].Y
					}
					for range 2 { // the second time the workers know what follows
						if run > 0 {
							b.Linears(x, maps, T)
							continue
						}
						for _, m := range maps {
							b.Linear(m.Y, x, m.W, T, m.Epilogue)
						}
					}
					for i, m := range maps {
						if run == 0 {
							want = append(want, m.Y.F32())
							continue
						}
						same(t, fmt.Sprintf("T=%d %v %v map %d, %d workers", T, compute, c.formats, i, workers), m.Y.F32(), want[i])
					}
				}
			}
		}
	}
}
