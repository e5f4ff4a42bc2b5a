//go:build !purego

package cpu

func dot(isa isa, x, y []float32) float32 {
	if isa == avx512 {
		return dot512(x, y)
	} else if isa == avx2 {
		return dot256(x, y)
	}
	return dotGeneric(x, y)
}

func dot3(isa isa, x, y, z []float32) float32 {
	if isa == avx512 {
		return dot3512(x, y, z)
	} else if isa == avx2 {
		return dot3256(x, y, z)
	}
	return dot3Generic(x, y, z)
}

func addDot(isa isa, sum, x, r []float32) float32 {
	if isa == avx512 {
		return addDot512(sum, x, r)
	} else if isa == avx2 {
		return addDot256(sum, x, r)
	}
	return addDotGeneric(sum, x, r)
}

// stream: see [streams]; storeFence must follow the last row.
func scaleMul(isa isa, y, x, w []float32, r float32, stream bool) {
	if isa == avx512 {
		scaleMul512(y, x, w, r, stream)
	} else if isa == avx2 {
		scaleMul256(y, x, w, r, stream)
	} else {
		scaleMulGeneric(y, x, w, r)
	}
}

func normBackward(isa isa, dx, dy, w, x []float32, r, c float32) {
	if isa == avx512 {
		normBackward512(dx, dy, w, x, r, c)
	} else if isa == avx2 {
		normBackward256(dx, dy, w, x, r, c)
	} else {
		normBackwardGeneric(dx, dy, w, x, r, c)
	}
}

func mulAdd(isa isa, s, y, x []float32, r float32) {
	if isa == avx512 {
		mulAdd512(s, y, x, r)
	} else if isa == avx2 {
		mulAdd256(s, y, x, r)
	} else {
		mulAddGeneric(s, y, x, r)
	}
}

//go:noescape
func dot512(x, y []float32) float32

//go:noescape
func dot256(x, y []float32) float32

//go:noescape
func dot3512(x, y, z []float32) float32

//go:noescape
func dot3256(x, y, z []float32) float32

//go:noescape
func addDot512(sum, x, r []float32) float32

//go:noescape
func addDot256(sum, x, r []float32) float32

//go:noescape
func scaleMul512(y, x, w []float32, r float32, stream bool)

//go:noescape
func scaleMul256(y, x, w []float32, r float32, stream bool)

//go:noescape
func normBackward512(dx, dy, w, x []float32, r, c float32)

//go:noescape
func normBackward256(dx, dy, w, x []float32, r, c float32)

//go:noescape
func mulAdd512(s, y, x []float32, r float32)

//go:noescape
func mulAdd256(s, y, x []float32, r float32)
