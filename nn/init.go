package nn

import (
	"math/rand/v2"

	"github.com/stepgrain/stepgrain/autograd"
)

// Fill sets every element to v.
func Fill(p *autograd.Param, v float64) { each(p, func() float64 { return v }) }

// Normal draws every element from a normal distribution of mean 0.
func Normal(p *autograd.Param, rnd *rand.Rand, std float64) {
	each(p, func() float64 { return std * rnd.NormFloat64() })
}

// Uniform draws every element from [−bound, bound).
func Uniform(p *autograd.Param, rnd *rand.Rand, bound float64) {
	each(p, func() float64 { return bound * (2*rnd.Float64() - 1) })
}

func each(p *autograd.Param, next func() float64) {
	for i := range p.Data.Buf.Len() {
		p.Data.Buf.Set(i, next())
	}
	p.Changed()
}
