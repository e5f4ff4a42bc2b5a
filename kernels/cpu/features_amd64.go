//go:build !purego

package cpu

import "github.com/klauspost/cpuid/v2"

// The processor's abilities, read once. cpuid also asks the operating system
// whether it saves the wide registers.
var (
	hasAVX2   = cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3)
	hasAVX512 = cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.FMA3, cpuid.AVX2, cpuid.BMI2)
)

func available() []isa {
	list := []isa{generic}
	if hasAVX2 {
		list = append(list, avx2)
	}
	if hasAVX512 {
		list = append(list, avx512)
	}
	return list
}
