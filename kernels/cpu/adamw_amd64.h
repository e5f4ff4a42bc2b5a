// One step of AdamW and of the sum of squares; see avx512_amd64.h for the words.

// p, g, m, v: DI, SI, BX, R8; the scalars: R9. V3 is the new p.
#define ADAMWSTEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(SI)(DX*1)                    \
	PREFETCHT0 AHEAD(BX)(DX*1)                    \
	PREFETCHT0 AHEAD(R8)(DX*1)                    \
	PREFETCHT0 AHEAD(DI)(DX*1)                    \
	LD((SI)(DX*1), V0)                            \
	BCAST(adamScalars_gradScale(R9), V4)          \
	VMULPS V4, V0, V0                             \ // g·gradScale
	LD((BX)(DX*1), V1)                            \
	BCAST(adamScalars_beta1(R9), V4)              \
	VMULPS V4, V1, V1                             \
	BCAST(adamScalars_oneBeta1(R9), V4)           \
	VFMADD231PS V4, V0, V1                        \ // m
	ST(V1, (BX)(DX*1))                            \
	LD((R8)(DX*1), V2)                            \
	BCAST(adamScalars_beta2(R9), V4)              \
	VMULPS V4, V2, V2                             \
	BCAST(adamScalars_oneBeta2(R9), V4)           \
	VMULPS V4, V0, V4                             \
	VFMADD231PS V4, V0, V2                        \ // v
	ST(V2, (R8)(DX*1))                            \
	BCAST(adamScalars_inv2(R9), V4)               \
	VMULPS V4, V2, V2                             \
	VSQRTPS V2, V2                                \
	BCAST(adamScalars_eps(R9), V4)                \
	VADDPS V4, V2, V2                             \ // √(v/C2) + eps
	BCAST(adamScalars_rate(R9), V4)               \
	VMULPS V4, V1, V1                             \
	VDIVPS V2, V1, V1                             \ // the step
	LD((DI)(DX*1), V3)                            \
	BCAST(adamScalars_decay(R9), V4)              \
	VFMSUB213PS V1, V4, V3                        \ // p·decay − step
	ST(V3, (DI)(DX*1))

// And h = p rounded to bfloat16, ties to even: R10, which moves.
#define ADAMWCOPYSTEP(LD, ST, FIX) \
	ADAMWSTEP(LD, ST, FIX)          \
	VPSRLD $16, V3, V0              \
	CONST(·bf16Table+0(SB), V1)     \
	AND(V0, V1, V1)                 \ // the last bit that stays
	VPADDD V3, V1, V1               \
	CONST(·bf16Table+4(SB), V2)     \
	VPADDD V2, V1, V1               \
	VPSRLD $16, V1, V1              \
	CONST(·bf16Table+8(SB), V2)     \
	OR(V0, V2, V2)                  \ // NaN
	WHERE(UNORDERED, V3, V3)        \
	PICK(V2, V1, V0)                \
	HALVES((R10))                   \
	ADDQ $(BYTES/2), R10

#define BCAST(m, r) VBROADCASTSS m, r

// V10, V11 += x², as float64: SI.
#define SQUARESTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1) \
	SQUARES
