// Package gradcheck compares gradients with finite differences in float64.
//
// A [Case] computes some values from inputs and parameters. [Check] takes a
// random weighted sum L of all their elements, once with a backward pass, and
// once by moving every input element x a little:
//
//	∂L/∂x ≈ (L(x + h) − L(x − h)) / 2h        h = 1e-6
//
// The formula errs by h²·L‴/6, about 1e-12, and by the rounding of L over h,
// about 1e-10·|L|; so a gradient must agree to 1e-7 of the larger of 1, itself
// and |L|. A missing term, a wrong sign or a factor is off by its own size.
package gradcheck
