package cpu

import "math"

// logGeneric returns ln x. It works in float64: x = 2ᵉ·m with m in [2/3, 4/3),
// and with s = (m−1)/(m+1), |s| ≤ 1/5, ln m = 2·(s + s³/3 + s⁵/5 + …).
func logGeneric(x float32) float32 {
	switch {
	case !(x < float32(math.Inf(1))): // ∞ and NaN
		return x
	case x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	}
	m, e := math.Frexp(float64(x)) // m in [1/2, 1)
	if m < 2.0/3 {
		m, e = 2*m, e-1
	}
	s := (m - 1) / (m + 1)
	p := 0.0
	for k := 17.0; k > 0; k -= 2 {
		p = float64(p*float64(s*s)) + 1/k
	}
	return float32(float64(float64(e)*math.Ln2) + float64(2*s*p))
}

// tanhGeneric returns tanh x = (t−1)/(t+1) with t = e^2|x|, and x − x³/3 where
// t is too close to 1.
func tanhGeneric(x float32) float32 {
	a := math.Abs(float64(x))
	switch {
	case x != x:
		return x
	case a < 1e-3:
		a -= float64(float64(a*a)*a) / 3
	case a > 10:
		a = 1
	default:
		t := exp64(2 * a)
		a = (t - 1) / (t + 1)
	}
	return float32(math.Copysign(a, float64(x)))
}

// rsqrtGeneric returns 1/√x.
func rsqrtGeneric(x float32) float32 { return float32(1 / math.Sqrt(float64(x))) }

// mapGeneric computes y[i] = f(x[i]).
func mapGeneric(y, x []float32, f func(float32) float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] = f(x[i])
	}
}
