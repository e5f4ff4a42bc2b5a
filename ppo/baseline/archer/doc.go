// Package archer holds the targets and losses of ArCHer (Zhou et al. 2024), an
// off-policy actor-critic whose critic works on whole utterances (steps): two
// Q heads and two V heads with slowly following copies, the smaller of two
// estimates being trusted.
//
//	Q(s,a) ← r + γ·V̄(s')·(1 − done)        V(s) ← Q̄(s, a∼π)
//	actor   −(min Q − min V)·Σ_t ℓ_t        V̄, Q̄ ← τ·(V, Q) + (1−τ)·(V̄, Q̄)
package archer
