package ref

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// RoPE rotates element i of each head together with element i + headDim/2, the
// half-split layout of Hugging Face checkpoints. With θ the angle of position
// pos[t] and pair i, whose cosine and sine are cos[pos[t], i] and sin[pos[t], i],
//
//	y[i]            = x[i]·cos θ − x[i+headDim/2]·sin θ
//	y[i+headDim/2]  = x[i+headDim/2]·cos θ + x[i]·sin θ
//
// and with −θ when inverse. x, y are [len(pos), heads·headDim]; y may be x.
// Su et al. 2021, equation 34.
func (Of[F]) RoPE(yb, xb, cb, sb kernels.Buffer, pos []int32, heads, headDim int, inverse bool) {
	if headDim%2 != 0 {
		panic(fmt.Sprintf("ref: RoPE: head size %d is odd", headDim))
	}
	half, d := headDim/2, heads*headDim
	y, x := slice[F]("RoPE", "y", yb, len(pos)*d), slice[F]("RoPE", "x", xb, len(pos)*d)
	cos, sin := slice[F]("RoPE", "cos", cb, cb.Len()), slice[F]("RoPE", "sin", sb, sb.Len())
	for t, p := range pos {
		checkRow("RoPE", p, min(len(cos), len(sin)), half)
		for h := range heads {
			a, b := t*d+h*headDim, t*d+h*headDim+half
			for i := range half {
				c, s := float64(cos[int(p)*half+i]), float64(sin[int(p)*half+i])
				if inverse {
					s = -s
				}
				u, v := float64(x[a+i]), float64(x[b+i])
				y[a+i] = F(u*c - v*s)
				y[b+i] = F(v*c + u*s)
			}
		}
	}
}
