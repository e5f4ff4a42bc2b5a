//go:build !purego

package cpu

func maxScaled(isa isa, x []float32, s float32) float32 {
	if isa == avx512 {
		return maxScaled512(x, s)
	} else if isa == avx2 {
		return maxScaled256(x, s)
	}
	return maxScaledGeneric(x, s)
}

func sumExp(isa isa, x []float32, s, m float32) (sum, dev float32) {
	if isa == avx512 {
		return sumExp512(x, s, m)
	} else if isa == avx2 {
		return sumExp256(x, s, m)
	}
	return sumExpGeneric(x, s, m)
}

func expRow(isa isa, y, x []float32, s, m float32) (sum float32) {
	if isa == avx512 {
		return expRow512(y, x, s, m)
	} else if isa == avx2 {
		return expRow256(y, x, s, m)
	}
	return expRowGeneric(y, x, s, m)
}

func softmaxBackward(isa isa, x []float32, s, lse, c0, c1 float32) {
	if isa == avx512 {
		softmaxBackward512(x, s, lse, c0, c1)
	} else if isa == avx2 {
		softmaxBackward256(x, s, lse, c0, c1)
	} else {
		softmaxBackwardGeneric(x, s, lse, c0, c1)
	}
}

//go:noescape
func maxScaled512(x []float32, s float32) float32

//go:noescape
func maxScaled256(x []float32, s float32) float32

//go:noescape
func sumExp512(x []float32, s, m float32) (sum, dev float32)

//go:noescape
func sumExp256(x []float32, s, m float32) (sum, dev float32)

//go:noescape
func expRow512(y, x []float32, s, m float32) (sum float32)

//go:noescape
func expRow256(y, x []float32, s, m float32) (sum float32)

//go:noescape
func softmaxBackward512(x []float32, s, lse, c0, c1 float32)

//go:noescape
func softmaxBackward256(x []float32, s, lse, c0, c1 float32)
