// Package ref defines every kernel of [kernels.Backend] in plain loops.
//
// Read it to learn what a kernel computes: one file per kernel, the formula
// above the loop that says the same. Sums accumulate in float64 and run in
// ascending order; results are rounded once, to float32 or float64. It is slow
// on purpose: nothing here is blocked, packed or parallel.
//
// [Of] is the backend for one element type, [New] the one that looks at its
// operands. Gradients are checked in float64 on it (package gradcheck), and the
// other backends are compared with it (package conformance).
package ref
