package cpu

import "github.com/stepgrain/stepgrain/kernels"

// Maps of one input gain where the input is converted, in bf16 and for integers,
// and where a row is over so soon that sharing it out counts. Those in float32 are
// computed one after the other.

func inBF16(w *kernels.Weight) bool { return w.Blocks == nil && w.Compute == kernels.BF16 }

// Linears computes several maps of one input.
func (b *Backend) Linears(x kernels.Buffer, maps []kernels.Map, T int) {
	var j joined16
	var p products
	for i := range maps {
		m := &maps[i]
		if inBF16(m.W) {
			b.products(&p) // m may use what they give
			b.join16(&j, forward16(m.Y, x, m.W, T, m.Epilogue))
			continue
		}
		b.products16(&j)
		if m.W.Blocks != nil {
			b.joinBlocks(&p, m.Y, x, m.W, T, m.Epilogue)
			continue
		}
		b.products(&p)
		b.Linear(m.Y, x, m.W, T, m.Epilogue)
	}
	b.products16(&j)
	b.products(&p)
}

// LinearsBackward computes the gradients of maps of one input.
func (b *Backend) LinearsBackward(dx, x kernels.Buffer, maps []kernels.MapGrad, T int, acc bool) {
	var j joined16
	for i := range maps {
		m := &maps[i]
		dw := m.DW
		if inBF16(m.W) && !dw.IsZero() {
			b.join16(&j, backwardW16(dw, m.DY, x, T, m.W.N, m.W.K))
			dw = kernels.Buffer{}
		}
		b.LinearBackwardW(dw, m.DBias, m.DY, x, T, m.W.N, m.W.K, m.W.Compute)
	}
	b.products16(&j)
	if dx.IsZero() {
		return
	}
	for i := range maps {
		m := &maps[i]
		if inBF16(m.W) {
			b.join16(&j, b.backwardX16(dx, m.DY, m.W, T, acc || i > 0))
			continue
		}
		b.products16(&j) // dx is summed in order
		b.LinearBackwardX(dx, m.DY, m.W, T, acc || i > 0)
	}
	b.products16(&j)
}
