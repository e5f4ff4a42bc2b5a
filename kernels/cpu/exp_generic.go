package cpu

import "math"

// expGeneric returns e^x to within 0.51 units in the last place. Results below
// the smallest normal float32 are 0, as in the vector code.
func expGeneric(x float32) float32 {
	switch {
	case x != x:
		return x
	case x > expMax:
		return float32(math.Inf(1))
	case x < expMin:
		return 0
	}
	return float32(exp64(float64(x)))
}

// exp64 returns e^x to a part in 10¹⁰ or better, for e^x about in the range of
// float32: x = n·ln 2 + r with |r| ≤ ½ ln 2, e^r by its Taylor series to r⁹.
func exp64(x float64) float64 {
	n := math.RoundToEven(x * (1 / math.Ln2))
	r := x - float64(n*math.Ln2)
	p := 1.0 / 362880
	for _, c := range [...]float64{1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1} {
		p = float64(p*r) + c
	}
	return p * math.Float64frombits(uint64(1023+int64(n))<<52)
}

// Beyond these arguments e^x is not a normal float32.
const (
	expMax = 88.722839 // ln of the largest float32
	expMin = -87.33654 // ln of the smallest normal float32
)

// sigmoidGeneric returns 1/(1+e^−x).
func sigmoidGeneric(x float32) float32 { return 1 / (1 + expGeneric(-x)) }
