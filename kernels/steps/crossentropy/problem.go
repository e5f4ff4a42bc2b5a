package crossentropy

import (
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// Problem is a head with its operands and results.
type Problem struct {
	Dev     kernels.Backend
	T, D, V int

	X       kernels.Buffer  // [T, D] hidden states
	W       *kernels.Weight // [V, D] the map to the vocabulary, packed
	Targets []int32         // [T]
	DLogP   kernels.Buffer  // [T] derivative of the loss by logp

	LogP kernels.Buffer // [T]
	DX   kernels.Buffer // [T, D], overwritten
	DW   kernels.Buffer // [V, D], added to

	lse     kernels.Buffer
	scratch []float32 // logits and the like
	used    int
}

// New returns a problem with random operands and a loss that is the mean over
// the rows.
func New(dev kernels.Backend, T, D, V int) *Problem {
	r := rand.New(rand.NewPCG(1, 2))
	normal := func(n int, scale float64) kernels.Buffer {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64() * scale)
		}
		return kernels.Of(x)
	}
	zeros := func(n int) kernels.Buffer { return kernels.Of(make([]float32, n)) }
	p := &Problem{Dev: dev, T: T, D: D, V: V, X: normal(T*D, 1), W: &kernels.Weight{Raw: normal(V*D, 0.1), N: V, K: D},
		DLogP: zeros(T), LogP: zeros(T), DX: zeros(T * D), DW: zeros(V * D), lse: zeros(T)}
	for t := range T {
		p.Targets = append(p.Targets, int32(r.IntN(V)))
		p.DLogP.Set(t, -1/float64(T))
	}
	dev.Pack(p.W)
	return p
}

// Scratch returns the bytes that the versions called so far needed at most
// beside operands and results.
func (p *Problem) Scratch() int { return 4 * len(p.scratch) }

// take returns n numbers of scratch memory; free gives all back.
func (p *Problem) take(n int) []float32 {
	if p.used+n > len(p.scratch) {
		p.scratch = make([]float32, p.used+n) // what was taken stays where it is
	}
	p.used += n
	return p.scratch[p.used-n : p.used]
}

func (p *Problem) free() { p.used = 0 }

// logits computes z for rows lo to hi.
func (p *Problem) logits(z []float32, lo, hi int) {
	p.Dev.Linear(kernels.Of(z), p.X.Slice(lo*p.D, hi*p.D), p.W, hi-lo, kernels.Epilogue{})
}

// gradients carries dz of rows lo to hi on to dx and dw.
func (p *Problem) gradients(dz []float32, lo, hi int) {
	p.Dev.LinearBackwardW(p.DW, kernels.Buffer{}, kernels.Of(dz), p.X.Slice(lo*p.D, hi*p.D), hi-lo, p.V, p.D, p.W.Compute)
	p.Dev.LinearBackwardX(p.DX.Slice(lo*p.D, hi*p.D), kernels.Of(dz), p.W, hi-lo, false)
}
