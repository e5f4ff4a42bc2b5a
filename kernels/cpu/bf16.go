package cpu

import "github.com/stepgrain/stepgrain/kernels"

func (b *Backend) packBF16(*kernels.Weight) { panic("kernels/cpu: Pack: not built") }

func (b *Backend) linearBF16(_, _ kernels.Buffer, _ *kernels.Weight, _ int, _ kernels.Epilogue) {
	panic("kernels/cpu: Linear: not built")
}

func (b *Backend) linearBackwardXBF16(_, _ kernels.Buffer, _ *kernels.Weight, _ int, _ bool) {
	panic("kernels/cpu: LinearBackwardX: not built")
}

func (b *Backend) linearBackwardWBF16(_, _, _ kernels.Buffer, _, _, _ int) {
	panic("kernels/cpu: LinearBackwardW: not built")
}
