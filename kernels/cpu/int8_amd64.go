//go:build !purego

package cpu

import (
	"math"
	"unsafe"

	"github.com/klauspost/cpuid/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// hasTilesI8 says whether tiles multiply 8-bit integers.
var hasTilesI8 = hasAMX && cpuid.CPU.Supports(cpuid.AMXINT8)

// shapeI8 configures eight tiles of 16 rows of 64 bytes.
//
//lint:ignore U1000 assembly reads it
var shapeI8 = func() (s [64]byte) {
	s[0] = 1 // palette
	for i := range 8 {
		s[16+2*i], s[48+i] = 64, 16
	}
	return s
}()

// tilesI8 computes the first of at most rows rows with tiles and says how many.
func tilesI8(s *scratch, t *tileI8, rows int) int {
	memory := s.get(slotTile, 32*nr)
	sums := (*int32)(unsafe.Pointer(&memory[0]))
	if rows = min(rows, 32); rows > 16 {
		tilesI8x32(sums, t)
	} else {
		tilesI8x16(sums, t)
	}
	scaleI8x512(t, sums, rows)
	return rows
}

// multiplyI8 computes the first of at most rows rows and says how many.
func multiplyI8(l level, t *tileI8, rows int) int {
	vnni := l.isa() == avx512 && hasVNNI
	switch {
	case l.isa() < avx2:
		multiplyI8Generic(t)
		return 1
	case !vnni && rows >= 2:
		i8x2I256(t)
		return 2
	case !vnni:
		i8x1I256(t)
		return 1
	case rows >= 12:
		i8x12VNNI(t)
		return 12
	case rows >= 8:
		i8x8VNNI(t)
		return 8
	case rows >= 4:
		i8x4VNNI(t)
		return 4
	case rows >= 2:
		i8x2VNNI(t)
		return 2
	}
	i8x1VNNI(t)
	return 1
}

// quantiseRow is kernels.QuantiseI8.
func quantiseRow(l level, q []int8, x []float32) float32 {
	wide, n := l.isa() == avx512, len(x)&^15
	if l.isa() < avx2 || n == 0 {
		return kernels.QuantiseI8(q, x)
	}
	var top uint32
	if wide {
		top = largest512(&x[0], n)
	} else {
		top = largest256(&x[0], n)
	}
	for _, v := range x[n:] {
		top = max(top, math.Float32bits(v)&^(1<<31))
	}
	a := math.Float32frombits(top)
	if !(a >= 0x1p-100 && a <= math.MaxFloat32) {
		return kernels.QuantiseI8(q, x)
	}
	inv := 127 / a
	if wide {
		round512(&q[0], &x[0], n, inv)
	} else {
		round256(&q[0], &x[0], n, inv)
	}
	for i, v := range x[n:] {
		q[n+i] = int8(math.RoundToEven(float64(float32(v * inv))))
	}
	return a / 127
}

//go:noescape
func tilesI8x32(sums *int32, t *tileI8)

//go:noescape
func tilesI8x16(sums *int32, t *tileI8)

//go:noescape
func scaleI8x512(t *tileI8, sums *int32, rows int)

//go:noescape
func largest512(x *float32, n int) uint32

//go:noescape
func round512(q *int8, x *float32, n int, factor float32)

// The products of 1 to 12 rows by 32 columns.
//
//go:noescape
func i8x1VNNI(t *tileI8)

//go:noescape
func i8x2VNNI(t *tileI8)

//go:noescape
func i8x4VNNI(t *tileI8)

//go:noescape
func i8x8VNNI(t *tileI8)

//go:noescape
func i8x12VNNI(t *tileI8)

// The same with AVX2.
//
//go:noescape
func i8x1I256(t *tileI8)

//go:noescape
func i8x2I256(t *tileI8)

//go:noescape
func largest256(x *float32, n int) uint32

//go:noescape
func round256(q *int8, x *float32, n int, factor float32)
