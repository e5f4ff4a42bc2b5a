// Package cpu computes the kernels of a transformer on the cores of this
// machine, in float32: portable Go everywhere, and assembly for AVX2 and
// AVX-512 where the processor has them.
//
//	b, err := cpu.New(cpu.Options{})
//	defer b.Close()
//	b.Linear(y, x, &w, kernels.Buffer{}, T, false)
package cpu
