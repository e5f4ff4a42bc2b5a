//go:build !purego

package limits

import "github.com/klauspost/cpuid/v2"

var testISA = func() string {
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		return "avx2"
	}
	return "generic"
}()
