package kernels

// Map is one of several linear maps of the same input; see [Backend.Linears].
type Map struct {
	W *Weight
	Y Buffer // [T, N]
	Epilogue
}

// MapGrad is what the backward pass of a [Map] reads and writes; see
// [Backend.LinearsBackward].
type MapGrad struct {
	W         *Weight
	DY        Buffer // [T, N]
	DW, DBias Buffer // [N, K] and [N], added to; absent when they are not wanted
}
