// Package kernels names the operations that a transformer is computed with,
// the memory they work on, and the rules they keep.
//
// A kernel takes flat memory and integers and knows nothing of gradients,
// layers or models. [Backend] lists them in the order in which a transformer
// calls them. The implementations are
//
//   - kernels/ref: the definition of each kernel, in plain loops, for float32
//     and float64. Read it to learn what a kernel does.
//   - kernels/cpu: the fast one: portable Go, AVX2 and AVX-512.
//   - kernels/conformance: the suite that every backend passes.
//
// The rule that shapes them all is batch invariance: a row has the same bits
// alone, in company, in any order, and with any number of workers. See
// [Backend] and [KVChunk].
package kernels
