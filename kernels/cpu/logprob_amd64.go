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

func sumExp(isa isa, x []float32, s, m float32, ahead int) (sum float32) {
	if isa == avx512 {
		return sumExp512(x, s, m, ahead)
	} else if isa == avx2 {
		return sumExp256(x, s, m, ahead)
	}
	return sumExpGeneric(x, s, m, ahead)
}

func entropySums(isa isa, x []float32, s, m float32, ahead int) (sum, dev float32) {
	if isa == avx512 {
		return entropySums512(x, s, m, ahead)
	} else if isa == avx2 {
		return entropySums256(x, s, m, ahead)
	}
	return entropySumsGeneric(x, s, m, ahead)
}

func expHere(isa isa, x []float32, s, m float32, ahead int) (sum float32) {
	if isa == avx512 {
		return expHere512(x, s, m, ahead)
	} else if isa == avx2 {
		return expHere256(x, s, m, ahead)
	}
	return expHereGeneric(x, s, m, ahead)
}

// hasSoftmaxPair says whether two rows at a time are faster than one.
func hasSoftmaxPair(isa isa) bool { return isa == avx512 }

// softmaxPair is softmaxPairGeneric.
func softmaxPair(_ isa, p *rowPair, x []float32, n int, s float32, more bool) {
	softmaxPair512(p, &x[0], n, s, more)
}

func expRow(isa isa, y, x []float32, s, m float32) (sum float32) {
	if isa == avx512 {
		return expRow512(y, x, s, m)
	} else if isa == avx2 {
		return expRow256(y, x, s, m)
	}
	return expRowGeneric(y, x, s, m)
}

func expMass(isa isa, x []float32, s, m float32) float64 {
	if isa == avx512 {
		return expMass512(x, s, m)
	} else if isa == avx2 {
		return expMass256(x, s, m)
	}
	return expMassGeneric(x, s, m)
}

func firstAt(isa isa, x []float32, v float32) int {
	if isa == avx512 {
		return firstAt512(x, v)
	} else if isa == avx2 {
		return firstAt256(x, v)
	}
	return firstAtGeneric(x, v)
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

func softmaxBackward0(isa isa, x []float32, s, lse, c0 float32) {
	if isa == avx512 {
		softmaxBackward0512(x, s, lse, c0)
	} else if isa == avx2 {
		softmaxBackward0256(x, s, lse, c0)
	} else {
		softmaxBackward0Generic(x, s, lse, c0)
	}
}

//go:noescape
func maxScaled512(x []float32, s float32) float32

//go:noescape
func maxScaled256(x []float32, s float32) float32

//go:noescape
func sumExp512(x []float32, s, m float32, ahead int) (sum float32)

//go:noescape
func sumExp256(x []float32, s, m float32, ahead int) (sum float32)

//go:noescape
func entropySums512(x []float32, s, m float32, ahead int) (sum, dev float32)

//go:noescape
func entropySums256(x []float32, s, m float32, ahead int) (sum, dev float32)

//go:noescape
func expHere512(x []float32, s, m float32, ahead int) (sum float32)

//go:noescape
func expHere256(x []float32, s, m float32, ahead int) (sum float32)

//go:noescape
func softmaxPair512(p *rowPair, x *float32, n int, s float32, more bool)

//go:noescape
func expRow512(y, x []float32, s, m float32) (sum float32)

//go:noescape
func expRow256(y, x []float32, s, m float32) (sum float32)

//go:noescape
func expMass512(x []float32, s, m float32) float64

//go:noescape
func expMass256(x []float32, s, m float32) float64

//go:noescape
func firstAt512(x []float32, v float32) int

//go:noescape
func firstAt256(x []float32, v float32) int

//go:noescape
func softmaxBackward512(x []float32, s, lse, c0, c1 float32)

//go:noescape
func softmaxBackward256(x []float32, s, lse, c0, c1 float32)

//go:noescape
func softmaxBackward0512(x []float32, s, lse, c0 float32)

//go:noescape
func softmaxBackward0256(x []float32, s, lse, c0 float32)
