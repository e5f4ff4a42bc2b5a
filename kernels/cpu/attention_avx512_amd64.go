//go:build !purego

package cpu

import "unsafe"

// attnTile is one call of the products of attention: rows of queries in groups
// of six against one chunk of keys. Strides are in bytes. Assembly reads it by
// field offsets.
type attnTile struct {
	a, b, c       unsafe.Pointer
	lda, ldb, ldc uintptr
	seen          unsafe.Pointer // *int32: row i sees the keys at positions before seen[i]
	first         int            // position of the first key of the chunk; see keySums512x4
	groups, depth int
	rows          int // of c that exist
	lanes         int // mask of the last vector of c
	end           int // sumNew, sumOn or sumMerge
	alpha, beta   unsafe.Pointer
	ahead, stride uintptr // scores512 asks for rows there, stride bytes apart: no pointer, for it goes beyond the last
	width         int     // numbers of such a row
}

// What rowSums does with the old content of c.
const (
	sumNew   = iota // c = sum
	sumOn           // the sum starts from c
	sumMerge        // c = alpha·c + beta·sum
)

// rowSums and keySums call the kernel for up to four vectors.
func rowSums(t *attnTile, vectors int) {
	switch vectors {
	case 1:
		rowSums512x1(t)
	case 2:
		rowSums512x2(t)
	case 3:
		rowSums512x3(t)
	case 4:
		rowSums512x4(t)
	}
}

func keySums(t *attnTile, vectors int) {
	switch vectors {
	case 1:
		keySums512x1(t)
	case 2:
		keySums512x2(t)
	case 3:
		keySums512x3(t)
	case 4:
		keySums512x4(t)
	}
}

//go:noescape
func scores512(t *attnTile)

//go:noescape
func softmaxRows512(p *float32, quartets int, seen *int32, first int, scale float32, m, l *float32)

//go:noescape
func softmaxRowsBackward512(p, ds *float32, rows int, seen *int32, first int, scale float32, lse, delta *float32)

//go:noescape
func mergeFactors512(m, l, mc, lc, alpha, beta *float32, vectors int)

//go:noescape
func rowSums512x1(t *attnTile)

//go:noescape
func rowSums512x2(t *attnTile)

//go:noescape
func rowSums512x3(t *attnTile)

//go:noescape
func rowSums512x4(t *attnTile)

//go:noescape
func keySums512x1(t *attnTile)

//go:noescape
func keySums512x2(t *attnTile)

//go:noescape
func keySums512x3(t *attnTile)

//go:noescape
func keySums512x4(t *attnTile)

//go:noescape
func padRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int)

//go:noescape
func copyRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int)

//go:noescape
func divideRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int, l *float32, ldl uintptr)

//go:noescape
func askRows512(p *float32, stride uintptr, rows, n int)
