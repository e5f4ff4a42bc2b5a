// Package conformance is the suite that every backend of package kernels passes.
//
// [Run] compares each method with kernels/ref in float64:
//
//   - on every length from 0 past two vector registers, and on odd large ones;
//   - with operands at unaligned addresses between guard values: a write beyond
//     an output, a read beyond an input that has an effect, and a write to an
//     input are all found;
//   - within an error model that each test states: ε is the unit in the last
//     place of the element type at 1, a sum of k terms may err by about
//     √k·ε times the sum of their sizes;
//   - row by row: a row has the same bits alone, in company and permuted, and
//     attention the same bits in one go, in pieces and token by token from a
//     paged cache;
//   - with NaN in one row, which must not reach another;
//   - and with operands that are too short, which must panic.
//
// [SameBits] compares two backends bit by bit, for instance one implementation
// with different numbers of workers. [Goldens] compares a backend with the
// golden data of independent software.
package conformance
