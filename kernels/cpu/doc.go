// Package cpu computes the kernels of a transformer on the cores of this
// machine, in float32: portable Go everywhere, and assembly for AVX2 and
// AVX-512 where the processor has them.
//
//	b, err := cpu.New(cpu.Options{})
//	defer b.Close()
//	b.Pack(&w)
//	b.Linear(y, x, &w, T, kernels.Epilogue{})
//
// # What it promises
//
// All that [kernels.Backend] asks, and this about bits: with one implementation
// ("generic", "avx2", "avx512", "avx512bf16", "amx"; see [Impls]) on any machine, an output depends on
// the inputs of its own row alone. Batch size, neighbours, the place in the
// batch, prefill or decoding, and the number of workers change nothing. Three
// rules bring this about:
//
//   - Every sum has one order, given by the shapes. An element of a matrix
//     product is one chain of multiply-adds over ascending k ([gemm]); a sum
//     over a row runs in as many lanes as a vector has and is then folded by
//     halves; sums over rows run in blocks of a fixed number of rows.
//   - The rest of a row that does not fill a vector is computed by the same
//     instructions under a mask, never by other code.
//   - Tasks are cut so that no sum crosses from one to another.
//
// Products with Compute BF16 go their own way (bf16*, amx*): both factors are
// rounded to bfloat16, sums stay float32. What is added in which order depends
// on the level ([Options].Impl): tiles of AMX, VDPBF16PS, or factors widened to
// float32 and the chain above. bf16_product.go has the layout that all share,
// bf16_test.go each order in plain Go.
//
// Attention with Compute BF16 is for tiles alone (attention_bf16*, decode_bf16*;
// [Backend.AttentionCompute]).
//
// Implementations differ in the last bits, as a fused multiply-add rounds once.
// The generic one never fuses, so its bits are the same on every processor.
//
// # Words
//
//   - isa: an implementation, named by its instruction set.
//   - lane: one of the 8 or 16 numbers of a vector register.
//   - tile: the part of a product that one call of a micro-kernel computes, up
//     to 12 rows by 32 columns; its sums stay in registers.
//   - panel: 32 columns of the right operand, the rows close together.
//   - chain: to go on with the sum that stands in the output.
//   - chunk: the 64 keys that attention reduces at a time ([kernels.KVChunk]).
//   - worker, task: see pool.go.
//
// # The way in
//
// backend.go holds New and the choice of an implementation; then one file for
// each kernel. A kernel x has the files
//
//	x.go             the method: checks, tasks
//	x_generic.go     the definition of each inner loop, in Go
//	x_amd64.go       the choice: if avx512, else if avx2, else generic
//	x_amd64.h        one step of each inner loop, in words of avx2_amd64.h and avx512_amd64.h
//	x_avx512_amd64.s the assembly functions, which repeat the step
//	x_avx2_amd64.s   for the kernels over rows: generated from that file
//	vector_noasm.go  for other processors and -tags purego
//
// Read swiglu* first: it is short and has all of this. Then gemm* with
// docs/kernels/gemm.md, attention* with docs/kernels/attention.md, and pool.go
// with docs/kernels/pool.md. Package limits measures what the machine could do;
// command kernelbench sets the kernels beside it.
package cpu
