package kernels

// Weight is a matrix [N, K] (outputs × inputs, as Hugging Face stores it)
// together with the layouts that a backend made of it.
type Weight struct {
	Raw  Buffer // [N, K]; absent when Blocks holds the matrix
	N, K int

	// Compute is what the factors of a product are rounded to before they are
	// multiplied: F32 (the zero value) not at all; BF16 to the nearest bfloat16;
	// I8 to integers of 8 bits with a scale for each row (of Raw) or block of 32
	// (of Blocks). Products are summed in float32, those of integers in int32
	// first.
	Compute DType

	// Blocks is the matrix as a GGUF file stores it, for inference.
	Blocks *Blocks

	// Packed is filled by Backend.Pack and belongs to that backend, which uses
	// its memory again when it packs again. Products of float32 (Raw, Compute
	// F32) do without: a weight that is multiplied once is not worth packing.
	Packed any
}

// Blocks is a matrix [N, K] quantised in blocks of 32 numbers along K, byte for
// byte as GGUF stores it. K is a multiple of 32.
type Blocks struct {
	Format BlockFormat
	Data   []byte // [N][K/32] blocks
}

// BlockFormat says how 32 numbers are stored.
type BlockFormat uint8

// The block formats. d and m are float16, q are the integers, two of 4 bits in
// a byte: q_j in the low half and q_{j+16} in the high half of byte j.
const (
	Q8_0 BlockFormat = iota + 1 // d, 32 × int8: x = d·q, 34 bytes
	Q4_0                        // d, 32 × 4 bits: x = d·(q−8), 18 bytes
	Q4_1                        // d, m, 32 × 4 bits: x = d·q + m, 20 bytes
)

// BlockSize is the number of elements of a block.
const BlockSize = 32

// Bytes returns the size of one block.
func (f BlockFormat) Bytes() int { return [...]int{0, 34, 18, 20}[f] }

func (f BlockFormat) String() string { return [...]string{"none", "q8_0", "q4_0", "q4_1"}[f] }

// Epilogue is what Linear does to the sums s = x·wᵀ before it writes them, in
// this order:
//
//	s += Bias[n]
//	s += u·Bᵀ                      LowRank
//	Up = s;  s = silu(Gate)·s      Gate (SwiGLU: Shazeer 2020)
//	y = Add + s
//
// Absent parts are left out.
type Epilogue struct {
	Bias    Buffer   // [N]
	LowRank *LowRank // an adapter
	Gate    Buffer   // [T, N]
	Up      Buffer   // [T, N], only with Gate: receives s, which the backward pass needs
	Add     Buffer   // [T, N]: a residual; may be y itself
}

// LowRank is the second half of a low-rank adapter: u [T, R] is what the first
// half gave, scale included, B is [N, R] (Hu et al. 2021).
type LowRank struct {
	U Buffer
	B *Weight
}
