//go:build !purego

package cpu

// stream: see [streams].
func addVecStream(isa isa, y, a, b []float32, stream bool) {
	if isa == avx512 {
		addVec512(y, a, b, stream)
	} else if isa == avx2 {
		addVec256(y, a, b, stream)
	} else {
		addVecGeneric(y, a, b)
	}
}

func axpy(isa isa, y []float32, s float32, x []float32) {
	if isa == avx512 {
		axpy512(y, s, x)
	} else if isa == avx2 {
		axpy256(y, s, x)
	} else {
		axpyGeneric(y, s, x)
	}
}

func axpby(isa isa, y []float32, alpha float32, x []float32, beta float32) {
	if isa == avx512 {
		axpby512(y, alpha, x, beta)
	} else if isa == avx2 {
		axpby256(y, alpha, x, beta)
	} else {
		axpbyGeneric(y, alpha, x, beta)
	}
}

func scaleVec(isa isa, y []float32, s float32) {
	if isa == avx512 {
		scaleVec512(y, s)
	} else if isa == avx2 {
		scaleVec256(y, s)
	} else {
		scaleVecGeneric(y, s)
	}
}

//go:noescape
func addVec512(y, a, b []float32, stream bool)

//go:noescape
func addVec256(y, a, b []float32, stream bool)

//go:noescape
func axpy512(y []float32, s float32, x []float32)

//go:noescape
func axpy256(y []float32, s float32, x []float32)

//go:noescape
func axpby512(y []float32, alpha float32, x []float32, beta float32)

//go:noescape
func axpby256(y []float32, alpha float32, x []float32, beta float32)

//go:noescape
func scaleVec512(y []float32, s float32)

//go:noescape
func scaleVec256(y []float32, s float32)
