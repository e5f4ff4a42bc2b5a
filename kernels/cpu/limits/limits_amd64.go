//go:build !purego

package limits

import (
	"sync"

	"github.com/klauspost/cpuid/v2"
)

// has reports whether the processor has a unit and the system lets us use it.
func has(u Unit) bool {
	c := cpuid.CPU
	switch u {
	case FMA256:
		return c.Supports(cpuid.AVX2, cpuid.FMA3)
	case FMA512:
		return c.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VL)
	case DPBF16:
		return c.Supports(cpuid.AVX512F, cpuid.AVX512BF16)
	case MADD8:
		return c.Supports(cpuid.AVX2)
	case VNNI:
		return c.Supports(cpuid.AVX512F, cpuid.AVX512VNNI)
	case AMXBF16:
		return c.Supports(cpuid.AMXTILE, cpuid.AMXBF16) && tilesGranted()
	case AMXI8:
		return c.Supports(cpuid.AMXTILE, cpuid.AMXINT8) && tilesGranted()
	}
	return u == FMAGeneric
}

// tilesGranted asks the system, once, for the registers of AMX.
var tilesGranted = sync.OnceValue(askForTiles)

// burst does n rounds of independent multiply-adds and returns their number.
func burst(u Unit, n int) float64 {
	rounds := float64(n)
	if !has(u) {
		return fmaGeneric(n)
	}
	switch u {
	case FMA512:
		fma512(n)
		return 16 * 12 * rounds
	case FMA256:
		fma256(n)
		return 8 * 12 * rounds
	case DPBF16:
		dpbf16(n / 2)
		return 32 * 24 * float64(n/2)
	case VNNI:
		vnni(n / 2)
		return 64 * 24 * float64(n/2)
	case MADD8:
		madd8(n / 2)
		return 32 * 8 * float64(n/2)
	case AMXBF16:
		amxBF16(n/20, &tiles)
		return 16 * 16 * 32 * 6 * float64(n/20)
	case AMXI8:
		amxI8(n/20, &tiles)
		return 16 * 16 * 64 * 6 * float64(n/20)
	}
	return fmaGeneric(n)
}

// tileConfig is what LDTILECFG reads: palette 1, and for each of eight tiles
// its bytes a row and its rows.
type tileConfig struct {
	palette byte
	_       [15]byte // the row to start at, which is 0, and reserved ones
	bytes   [16]uint16
	rows    [16]byte
}

// tiles makes all eight as large as they can be: 16 rows of 64 bytes.
var tiles = func() (c tileConfig) {
	c.palette = 1
	for i := range 8 {
		c.bytes[i], c.rows[i] = 64, 16
	}
	return c
}()

// stream runs a kind over arrays whose length is a multiple of 64.
func stream(k Kind, isa string, x, y, z []float32) {
	if isa == "generic" {
		streamGeneric(k, x, y, z)
		return
	}
	// AVX2 is enough to saturate memory, and every level of cache but the first.
	switch k {
	case Read:
		if unitF32(isa) == FMA512 && has(FMA512) {
			read512(x)
			return
		}
		read256(x)
	case Copy:
		copy256(y, x)
	case Triad:
		triad256(y, x, z)
	case Update:
		update256(y, x)
	}
}

// fma512 is for range n { for i := range 12 { s[i] = fma(x, y, s[i]) } } in vectors
// of 16 float32, with factors of 0 in registers; the other units likewise, with as
// many sums as hide their latency.
//
//go:noescape
func fma512(n int)

// fma256 is fma512 in vectors of 8.
//
//go:noescape
func fma256(n int)

// dpbf16 is for range n { for i := range 24 { s[i] += x·y } }: pairs of bfloat16.
//
//go:noescape
func dpbf16(n int)

// vnni is for range n { for i := range 24 { s[i] += x·y } }: fours of bytes.
//
//go:noescape
func vnni(n int)

// madd8 is for range n { for i := range 8 { s[i] += x·y } }: fours of bytes, in
// three instructions.
//
//go:noescape
func madd8(n int)

// amxBF16 is for range n { for i := range 6 { C[i] += A·B } }, for tiles C [16, 16],
// A [16, 32] and B [32, 16] of the shape c.
//
//go:noescape
func amxBF16(n int, c *tileConfig)

// amxI8 is amxBF16 for A [16, 64] and B [64, 16] of bytes.
//
//go:noescape
func amxI8(n int, c *tileConfig)

// read512 is for i := range x { s[i%k] += x[i] }, k lanes of the sums; the result
// is dropped.
//
//go:noescape
func read512(x []float32)

// read256 is read512 in vectors of 8.
//
//go:noescape
func read256(x []float32)

// copy256 is for i := range y { y[i] = x[i] }, with stores that go through the caches.
//
//go:noescape
func copy256(y, x []float32)

// triad256 is for i := range y { y[i] = x[i] + 0.5*z[i] }.
//
//go:noescape
func triad256(y, x, z []float32)

// update256 is for i := range y { y[i] += 0.5 * x[i] }.
//
//go:noescape
func update256(y, x []float32)
