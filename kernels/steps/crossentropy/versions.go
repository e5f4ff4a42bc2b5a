package crossentropy

// Version is one step on the way.
type Version struct {
	Name, Title, Why string
	Run              func(p *Problem) // fills p.LogP and p.DX, adds to p.DW
}

// Versions are all steps, the last as package autograd has it.
var Versions = []Version{
	{"v1", "operation by operation", "softmax, its logarithm and its gradient each read one matrix [T, V] and write another, as if written with tensors", matrices},
	{"v2", "one matrix", "a row goes through all its passes while it is in the first-level cache, and its gradient takes its place", inPlace},
	{"v3", "vectors", "sixteen exponentials at a time, four vectors side by side", vectors},
	{"v4", "one exponential for each logit", "the exponentials of the sum are kept and scaled to be the gradient", oneExponential},
	{"v5", "an eighth of the rows at a time", "the logits of a piece are made, used, and made again in the backward pass: they never exist at once, for a third more work in products", recompute},
	{"v6", "the gradient in the forward pass", "the weights of the loss are known beforehand: the logits of a piece are made once", forward},
}
