// Package tensor gives kernel memory a shape, and hands it out cheaply.
//
// Three words are enough:
//
//   - A [Tensor] is a dense row-major array: a [kernels.Buffer] and its shape.
//     Activations are [T, d], where T counts the tokens of all sequences of a
//     batch laid end to end. Nothing is padded.
//   - A [Ragged] says where each of those sequences begins, and at which
//     position each token stands.
//   - An [Arena] is the memory of one step of work: allocation moves an
//     offset, and everything is given back at once.
//
// The package knows nothing of gradients; package autograd builds on it.
package tensor
