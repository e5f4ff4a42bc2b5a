package optim

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
)

// ClipGradNorm returns the Euclidean norm of all gradients together, summed in
// float64 in the order of params, and the factor that brings it down to
// maxNorm:
//
//	scale = min(1, maxNorm / (norm + 1e-6))      (Pascanu et al. 2013; the 1e-6 is PyTorch's)
//
// The gradients are not touched; hand scale to [AdamW.Step]. maxNorm ≤ 0
// means no clipping.
func ClipGradNorm(dev kernels.Backend, params []*autograd.Param, maxNorm float64) (norm, scale float64) {
	sum := 0.0
	for _, p := range params {
		if p.Grad != nil {
			sum += dev.SumSquares(p.Grad.Buf, p.Grad.Buf.Len())
		}
	}
	norm = math.Sqrt(sum)
	if maxNorm <= 0 {
		return norm, 1
	}
	return norm, min(1, maxNorm/(norm+1e-6))
}
