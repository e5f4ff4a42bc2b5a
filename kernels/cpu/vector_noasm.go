//go:build !amd64 || purego

package cpu

import "github.com/stepgrain/stepgrain/kernels"

func addVecStream(_ isa, y, a, b []float32, _ bool) { addVecGeneric(y, a, b) }

func axpy(_ isa, y []float32, s float32, x []float32) { axpyGeneric(y, s, x) }

func axpby(_ isa, y []float32, alpha float32, x []float32, beta float32) {
	axpbyGeneric(y, alpha, x, beta)
}

func scaleVec(_ isa, y []float32, s float32) { scaleVecGeneric(y, s) }

func swigluStream(_ isa, y, gate, up []float32, _ bool) { swigluGeneric(y, gate, up) }

func swigluBackward(_ isa, dgate, dup, dy, gate, up []float32) {
	swigluBackwardGeneric(dgate, dup, dy, gate, up)
}

func storeFence() {}

func logVec(_ isa, y, x []float32) { mapGeneric(y, x, logGeneric) }

func tanhVec(_ isa, y, x []float32) { mapGeneric(y, x, tanhGeneric) }

func rsqrtVec(_ isa, y, x []float32) { mapGeneric(y, x, rsqrtGeneric) }

func dot(_ isa, x, y []float32) float32 { return dotGeneric(x, y) }

func dot3(_ isa, x, y, z []float32) float32 { return dot3Generic(x, y, z) }

func addDot(_ isa, sum, x, r []float32) float32 { return addDotGeneric(sum, x, r) }

func scaleMul(_ isa, y, x, w []float32, r float32, _ bool) { scaleMulGeneric(y, x, w, r) }

func normBackward(_ isa, dx, dy, w, x []float32, r, c float32) {
	normBackwardGeneric(dx, dy, w, x, r, c)
}

func mulAdd(_ isa, s, y, x []float32, r float32) { mulAddGeneric(s, y, x, r) }

func rope(_ isa, y, x, cos, sin []float32, inverse bool) { ropeGeneric(y, x, cos, sin, inverse) }

func adamw(_ isa, p, g, m, v []float32, s *adamScalars) { adamwGeneric(p, g, m, v, s) }

func adamwCopy(_ isa, p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars) {
	adamwCopyGeneric(p, g, m, v, h, s)
}

func sumSquares(_ isa, x []float32) float64 { return sumSquaresGeneric(x) }

func maxScaled(_ isa, x []float32, s float32) float32 { return maxScaledGeneric(x, s) }

func sumExp(_ isa, x []float32, s, m float32, ahead int) float32 {
	return sumExpGeneric(x, s, m, ahead)
}

func entropySums(_ isa, x []float32, s, m float32, ahead int) (sum, dev float32) {
	return entropySumsGeneric(x, s, m, ahead)
}

func hasSoftmaxPair(isa) bool { return false }

func softmaxPair(_ isa, p *rowPair, x []float32, n int, s float32, more bool) {
	softmaxPairGeneric(p, x, n, s, more)
}

func expHere(_ isa, x []float32, s, m float32, ahead int) float32 {
	return expHereGeneric(x, s, m, ahead)
}

func expRow(_ isa, y, x []float32, s, m float32) float32 { return expRowGeneric(y, x, s, m) }

func expMass(_ isa, x []float32, s, m float32) float64 { return expMassGeneric(x, s, m) }

func firstAt(_ isa, x []float32, v float32) int { return firstAtGeneric(x, v) }

func softmaxBackward(_ isa, x []float32, s, lse, c0, c1 float32) {
	softmaxBackwardGeneric(x, s, lse, c0, c1)
}

func softmaxBackward0(_ isa, x []float32, s, lse, c0 float32) { softmaxBackward0Generic(x, s, lse, c0) }

func scoreBackward(_ isa, p, ds []float32, scale, lse, delta float32) {
	scoreBackwardGeneric(p, ds, scale, lse, delta)
}
