// Package attention leads from the definition of causal attention to the kernel
// of package cpu, in numbered versions that compute the same for one sequence:
//
//	s[i,j] = Scale·q_i·k_j for j ≤ i      p = softmax of each row of s
//	o_i = Σ_j p[i,j]·v_j                  lse_i = log Σ_j e^s[i,j]
//
// q and o are [S, Heads·HeadDim], k and v [S, KVHeads·HeadDim]: head h reads key
// head h·KVHeads/Heads. docs/kernels/attention.md tells the story with figures;
// command kernelbench times the versions.
package attention
