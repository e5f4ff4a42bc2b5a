// Package crossentropy leads from the plain form of a language model's head and
// loss to the one that package autograd has, in numbered versions that compute
// the same:
//
//	z = x·wᵀ          logits, x [T, D], w [V, D]
//	logp[t] = z[t, target] − log Σ_j e^z[t,j]
//	dz[t, j] = dlogp[t]·(1{j = target} − p[t, j])          p = softmax(z)
//	dx = dz·w          dw += dzᵀ·x
//
// The three products are those of a [kernels.Backend] in every version: what
// changes is what lies between them, and how many logits there are at a time.
// docs/kernels/crossentropy.md tells the story with figures; command kernelbench
// times the versions.
package crossentropy
