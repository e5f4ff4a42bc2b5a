//go:build !purego

package cpu

func adamw(isa isa, p, g, m, v []float32, s *adamScalars) {
	if isa == avx512 {
		adamw512(p, g, m, v, s)
	} else if isa == avx2 {
		adamw256(p, g, m, v, s)
	} else {
		adamwGeneric(p, g, m, v, s)
	}
}

func sumSquares(isa isa, x []float32) float64 {
	if isa == avx512 {
		return sumSquares512(x)
	} else if isa == avx2 {
		return sumSquares256(x)
	}
	return sumSquaresGeneric(x)
}

//go:noescape
func adamw512(p, g, m, v []float32, s *adamScalars)

//go:noescape
func adamw256(p, g, m, v []float32, s *adamScalars)

//go:noescape
func sumSquares512(x []float32) float64

//go:noescape
func sumSquares256(x []float32) float64
