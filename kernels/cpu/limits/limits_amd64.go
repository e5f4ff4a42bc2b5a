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
	palette, start byte
	_              [14]byte
	bytes          [16]uint16
	rows           [16]byte
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

//go:noescape
func fma512(n int)

//go:noescape
func fma256(n int)

//go:noescape
func dpbf16(n int)

//go:noescape
func vnni(n int)

//go:noescape
func madd8(n int)

//go:noescape
func amxBF16(n int, c *tileConfig)

//go:noescape
func amxI8(n int, c *tileConfig)

//go:noescape
func read512(x []float32)

//go:noescape
func read256(x []float32)

//go:noescape
func copy256(y, x []float32)

//go:noescape
func triad256(y, x, z []float32)

//go:noescape
func update256(y, x []float32)
