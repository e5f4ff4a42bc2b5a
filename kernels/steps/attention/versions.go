package attention

import "github.com/stepgrain/stepgrain/kernels"

// Version is one step of the way.
type Version struct {
	Name, Title, Why string
	Run              func(p *Problem) // fills p.O and p.LSE
}

// Versions are all steps, the last as package cpu has it.
var Versions = []Version{
	{"v1", "the matrix of scores", "the definition: S² scores are written and read, half of them hidden", matrix},
	{"v2", "only what is seen", "half of the scores are never made, and a row stays in the first-level cache", visible},
	{"v3", "one pass over the keys", "a running maximum and sum: no row of scores, but an old sum is scaled whenever the maximum grows", online},
	{"v4", "closed chunks of 64 keys", "a chunk's maximum, sum and values from nothing, merged in order: scaling once a chunk, and bits that do not depend on who computed it; in plain Go this costs more than it saves", chunks},
	{"v5", "keys transposed", "turned over once for all queries, 64 sums run side by side: the layout that vectors need, which plain Go does not use", transposed},
	{"v6", "package cpu", "six queries by 64 keys in registers, vector exponentials, merging at the end of the product of the values", kernel},
}

func kernel(p *Problem) {
	p.Dev.Attention(kernels.Of(p.O), kernels.Of(p.LSE), kernels.Of(p.Q), kernels.Of(p.K), kernels.Of(p.V), p.AttentionShape, p.seqs)
}
