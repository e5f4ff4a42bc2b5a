package cpu

import "github.com/stepgrain/stepgrain/kernels"

func (b *Backend) packI8(*kernels.Weight) { panic("kernels/cpu: Pack: not built") }

func (b *Backend) linearI8(_, _ kernels.Buffer, _ *kernels.Weight, _ int, _ kernels.Epilogue) {
	panic("kernels/cpu: Linear: not built")
}
