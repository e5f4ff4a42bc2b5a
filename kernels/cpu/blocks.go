package cpu

import "github.com/stepgrain/stepgrain/kernels"

func (b *Backend) packBlocks(*kernels.Weight) { panic("kernels/cpu: Pack: not built") }

func (b *Backend) linearBlocks(_, _ kernels.Buffer, _ *kernels.Weight, _ int, _ kernels.Epilogue) {
	panic("kernels/cpu: Linear: not built")
}
