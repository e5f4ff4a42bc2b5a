package llama

import (
	"math"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// RopeTable returns cos and sin of every angle position·ω_i, [n, headDim/2],
// for positions 0…n−1. Angles are formed in float64 whatever dt is: in float32
// position 131071 would be off by two thousandths.
func (c Config) RopeTable(dt kernels.DType, n int) *autograd.RoPETable {
	length := c.RopeLength
	if length == 0 {
		length = c.MaxPositionEmbeddings
	}
	inv, factor := c.InvFreq(length)
	half := len(inv)
	t := &autograd.RoPETable{Cos: tensor.New(dt, n, half), Sin: tensor.New(dt, n, half)}
	for p := range n {
		setAngles(t, p, float64(p), inv, factor)
	}
	return t
}

// setAngles fills a row of the table with the angles of a position.
func setAngles(t *autograd.RoPETable, row int, position float64, inv []float64, factor float64) {
	for i, w := range inv {
		sin, cos := math.Sincos(position * w)
		t.Cos.Buf.Set(row*len(inv)+i, cos*factor)
		t.Sin.Buf.Set(row*len(inv)+i, sin*factor)
	}
}

// ropeCache keeps the table, which grows with the longest sequence met.
type ropeCache struct {
	have *autograd.RoPETable
	rows int
}

func (r *ropeCache) table(c Config, dt kernels.DType, pos []int32) *autograd.RoPETable {
	need := 1
	for _, p := range pos {
		need = max(need, int(p)+1)
	}
	if need > r.rows {
		if r.rows == 0 {
			r.rows = 512
		}
		for r.rows < need {
			r.rows *= 2
		}
		r.have = c.RopeTable(dt, r.rows)
	}
	return r.have
}
