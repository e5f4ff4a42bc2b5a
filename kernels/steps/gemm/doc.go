// Package gemm leads from three loops to the matrix product of package cpu, in
// numbered versions that compute the same:
//
//	C[i,j] = Σ_p A[i,p]·B[p,j]          A [m, k], B [k, n], C [m, n], float32
//
// Each sum runs over ascending p in every version. docs/kernels/gemm.md tells
// the story with figures; command kernelbench times the versions.
package gemm
