package cpu

// addVecGeneric computes y[i] = a[i] + b[i]. y may be a or b.
func addVecGeneric(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] + b[i]
	}
}

// axpyGeneric computes y[i] += s·x[i].
func axpyGeneric(y []float32, s float32, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float32(s * x[i])
	}
}

// axpbyGeneric computes y[i] = alpha·y[i] + beta·x[i].
func axpbyGeneric(y []float32, alpha float32, x []float32, beta float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] = float32(alpha*y[i]) + float32(beta*x[i])
	}
}

// scaleVecGeneric computes y[i] *= s.
func scaleVecGeneric(y []float32, s float32) {
	for i := range y {
		y[i] *= s
	}
}
