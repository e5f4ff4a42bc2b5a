package autograd_test

import (
	"testing"

	"github.com/stepgrain/stepgrain/autograd"
	"github.com/stepgrain/stepgrain/kernels"
)

// BenchmarkTape measures what the tape itself costs: a forward and backward
// pass of one token through some 40 operations with tiny kernels.
func BenchmarkTape(b *testing.B) {
	m := newBlock(kernels.F32, 1)
	tp := newTape(kernels.F32)
	one := []float64{1}
	b.ReportAllocs()
	for b.Loop() {
		tp.Reset()
		logp, _ := m.model(tp, false)
		tp.Backward(autograd.Seed{V: logp, Grad: one})
	}
}
