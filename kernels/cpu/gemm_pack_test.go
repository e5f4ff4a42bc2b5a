package cpu

import (
	"fmt"
	"testing"
)

// The tiles of a transposed matrix are those of the plain loop, whatever its
// height and however many steps there are: the vector form writes four at a time.
func TestPackTiles(t *testing.T) {
	for _, isa := range isas(t) {
		mr := isa.rows()
		for _, rows := range []int{1, 5, 11, 12, 13, 24, 29, 48} {
			for _, steps := range []int{1, 2, 3, 4, 5, 7, 8, 11, 16} {
				t.Run(fmt.Sprintf("%v/%dx%d", isa, rows, steps), func(t *testing.T) {
					stride := rows + 3
					src := make([]float32, (steps-1)*stride+rows) // nothing behind the last number
					for i := range src {
						src[i] = float32(i + 1)
					}
					size := roundUp(rows, mr) * steps
					got, want := make([]float32, size+nr), make([]float32, size)
					packTiles(isa, got, src, stride, rows, steps)
					packTilesGeneric(want, src, stride, rows, steps, mr)
					for i, w := range want {
						if got[i] != w {
							t.Fatalf("number %d is %v, want %v", i, got[i], w)
						}
					}
					for i, v := range got[size:] {
						if v != 0 {
							t.Fatalf("%v was written %d numbers behind the tiles", v, i)
						}
					}
				})
			}
		}
	}
}
