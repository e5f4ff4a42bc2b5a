// Package autograd differentiates what a transformer computes.
//
// A [Tape] remembers the operations in the order in which they run. Each
// operation is one function in one file of its name: it computes its result
// with a kernel, and records a closure that adds the gradients of its inputs
// when the gradient of its result is known. [Tape.Backward] runs the closures
// in reverse order.
//
// # Words
//
//   - A [Value] is a tensor that an operation made, or was given ([Tape.Constant],
//     [Tape.Input]). Values live until [Tape.Reset].
//   - A [Param] is a tensor that outlives the tape: a weight. Its gradient adds
//     up until [Param.ZeroGrad].
//   - A [Seed] starts the backward pass: ∂loss/∂v for each element of a value v.
//     There is no scalar loss on the tape. Losses of reinforcement learning are
//     written as plain functions of log-probabilities and values, with their
//     derivatives beside them, and seed [LogProb]'s results.
//
// # Shapes
//
// Activations are [T, d]: T tokens of all sequences laid end to end. Weights are
// [outputs, inputs]. An operation panics on shapes that do not fit.
//
// # Rules
//
// All backward passes add to gradients. Their memory is taken when the first
// contribution arrives and given back when the operation that made the value has
// run backwards; only the gradients of inputs ([Tape.Input]) and of values with
// [Value.RetainGrad] stay. Everything above the kernels works on any backend and
// element type: the same code runs in float64 on kernels/ref, where package
// gradcheck compares it with finite differences, and in float32 elsewhere.
package autograd
