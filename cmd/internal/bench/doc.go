// Package bench holds the micro-benchmarks of the kernels under their literal
// names, and measures them beside the machine's limits. Command kernelbench
// prints them; command benchpeers times the same cases in other programs.
//
// A name says all there is to know of a case, for a peer in another language
// too: Linear/fwd/f32/T8/896x4864/prepacked is y[8,4864] = x[8,896]·wᵀ in
// float32 with weights that were packed beforehand. T counts token rows, KxN is
// inputs × outputs, B sequences, H and kv heads, S positions, D numbers a head,
// V the vocabulary.
package bench
