// One step of RoPE; see avx512_amd64.h for the words.

// The first halves of x and y stand at SI and DI, the second at R12 and R13;
// cos and sin at BX and R8; V9 is ±1.
#define ROPESTEP(LD, ST, FIX) \
	LD((BX)(DX*1), V2)      \ // cos
	LD((R8)(DX*1), V3)      \ // sin
	VMULPS V9, V3, V3       \
	LD((SI)(DX*1), V0)      \
	LD((R12)(DX*1), V1)     \
	VMULPS V2, V0, V4       \
	VFNMADD231PS V3, V1, V4 \ // x1·cos − x2·sin
	VMULPS V2, V1, V5       \
	VFMADD231PS V3, V0, V5  \ // x2·cos + x1·sin
	ST(V4, (DI)(DX*1))      \
	ST(V5, (R13)(DX*1))
