package attention

import (
	"math"
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// Problem is one sequence of S positions, and where a version writes.
type Problem struct {
	Dev kernels.Backend // for the last version
	kernels.AttentionShape
	S         int
	Q, K, V   []float32
	O, LSE    []float32 // [S, Heads·HeadDim], [S, Heads]
	scores    []float32
	kt        []float32
	seqs      []kernels.Seq
	ldq, ldk  int
	m, l, out []float32
}

// New makes a problem with random normal operands.
func New(dev kernels.Backend, s, heads, kvHeads, headDim int) *Problem {
	p := &Problem{Dev: dev, S: s, ldq: heads * headDim, ldk: kvHeads * headDim, seqs: []kernels.Seq{{Qn: int32(s)}}}
	p.AttentionShape = kernels.AttentionShape{Heads: heads, KVHeads: kvHeads, HeadDim: headDim, Scale: 1 / math.Sqrt(float64(headDim))}
	r := rand.New(rand.NewPCG(1, uint64(s)))
	normal := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	p.Q, p.K, p.V = normal(s*p.ldq), normal(s*p.ldk), normal(s*p.ldk)
	p.O, p.LSE = make([]float32, s*p.ldq), make([]float32, s*heads)
	return p
}

// FLOPs is the work of the causal half.
func (p *Problem) FLOPs() float64 { return 2 * float64(p.S) * float64(p.S+1) * float64(p.ldq) }

// head returns the rows of head h: query i of q and o at i·ldq, key j of k and
// v at j·ldk, and lse of query i at i·Heads.
func (p *Problem) head(h int) (q, k, v, o, lse []float32) {
	at, key := h*p.HeadDim, h*p.KVHeads/p.Heads*p.HeadDim
	return p.Q[at:], p.K[key:], p.V[key:], p.O[at:], p.LSE[h:]
}

func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

func dot(x, y []float32) float32 {
	s := float32(0)
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// axpy computes y += a·x.
func axpy(y []float32, a float32, x []float32) {
	for i, v := range x {
		y[i] += a * v
	}
}

func exp(x float32) float32 { return float32(math.Exp(float64(x))) }

func logSum(m, l float32) float32 { return m + float32(math.Log(float64(l))) }
