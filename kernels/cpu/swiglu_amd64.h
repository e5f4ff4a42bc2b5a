// One step of SwiGLU and of its backward pass; see avx512_amd64.h for the words.

// SIGMOID: V3 = 1/(1+e^−V0). V8 is 1. V1 and V2 are lost.
#define SIGMOID \
	ZEROV(V1)            \
	VSUBPS V0, V1, V1    \ // −g
	EXP(V1, V2, V3)      \
	VADDPS V8, V3, V3    \
	VDIVPS V3, V8, V3

// y = g·σ(g)·u: DI, SI, BX.
#define SWIGLUSTEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(SI)(DX*1) \
	PREFETCHT0 AHEAD(BX)(DX*1) \
	LD((SI)(DX*1), V0)   \
	SIGMOID              \
	LD((BX)(DX*1), V4)   \
	VMULPS V3, V0, V0    \
	VMULPS V4, V0, V0    \
	ST(V0, (DI)(DX*1))

// dgate += dy·u·σ·(1 + g·(1 − σ)), dup += dy·g·σ: DI, SI; dy, g, u: BX, R8, R9.
#define SWIGLUBACKSTEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(DI)(DX*1) \
	PREFETCHT0 AHEAD(SI)(DX*1) \
	PREFETCHT0 AHEAD(BX)(DX*1) \
	PREFETCHT0 AHEAD(R8)(DX*1) \
	PREFETCHT0 AHEAD(R9)(DX*1) \
	LD((R8)(DX*1), V0)     \
	SIGMOID                \
	LD((BX)(DX*1), V4)     \
	VMULPS V3, V0, V5      \ // g·σ
	VMULPS V4, V5, V5      \
	LD((SI)(DX*1), V6)     \
	VADDPS V5, V6, V6      \
	ST(V6, (SI)(DX*1))     \
	VSUBPS V3, V8, V7      \ // 1 − σ
	VFMADD213PS V8, V0, V7 \ // 1 + g·(1 − σ)
	VMULPS V3, V7, V7      \
	LD((R9)(DX*1), V5)     \
	VMULPS V4, V5, V5      \ // dy·u
	LD((DI)(DX*1), V6)     \
	VFMADD231PS V5, V7, V6 \
	ST(V6, (DI)(DX*1))
