//go:build !purego

package limits

func fma(isa string, n int) float64 {
	switch isa {
	case "avx512":
		fma512(n)
		return 16 * 12 * float64(n)
	case "avx2":
		fma256(n)
		return 8 * 12 * float64(n)
	}
	return fmaGeneric(n)
}

// stream runs a kind over arrays whose length is a multiple of 64.
func stream(k Kind, isa string, x, y, z []float32) {
	if isa == "generic" {
		streamGeneric(k, x, y, z)
		return
	}
	// AVX2 is enough to saturate memory, and every level of cache but the first.
	switch k {
	case Read:
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
func read256(x []float32)

//go:noescape
func copy256(y, x []float32)

//go:noescape
func triad256(y, x, z []float32)

//go:noescape
func update256(y, x []float32)
