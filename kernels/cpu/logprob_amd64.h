// One step of each kernel over a row of logits; see avx512_amd64.h for the words.

// V0 = max(V0, x·s): SI, V5. V6 is −∞.
#define MAXSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)    \
	VMULPS V5, V1, V1     \
	FIX(V6, V1)           \
	VMAXPS V1, V0, V0

// V10 += e^d, d = x·s − m: SI, V5, V7. V6 is −∞.
#define SUMEXPSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	FIX(V6, V1)             \
	EXP(V1, V2, V3)         \
	VADDPS V3, V10, V10

// V10 += e^d, V11 += e^d·d, d = x·s − m: SI, V5, V7. V6 is −∞, V8 expMin.
#define ENTROPYSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	FIX(V6, V1)             \
	VMAXPS V1, V8, V4       \ // so that 0·(−∞) does not arise
	EXP(V1, V2, V3)         \
	VADDPS V3, V10, V10     \
	VFMADD231PS V3, V4, V11

// y = e^(x·s − m), V10 += y: DI, SI, V5, V7.
#define EXPSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	FIX(V6, V1)             \
	EXP(V1, V2, V3)         \
	VADDPS V3, V10, V10     \
	ST(V3, (DI)(DX*1))

// V10, V11 += e^(x·s − m) in float64, the lower and the upper half of the
// lanes: SI, V5, V7. V6 is −∞.
#define MASSSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	FIX(V6, V1)             \
	EXP(V1, V2, V3)         \
	ADD64(V3, V1, V2)

// x = e^l·(c0 + c1·l), l = x·s − lse: SI, V9, V10, V5, V7. V8 is expMin.
#define SOFTBACKSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	VMAXPS V1, V8, V4       \
	EXP(V1, V2, V3)         \
	VFMADD213PS V9, V10, V4 \
	VMULPS V4, V3, V3       \
	ST(V3, (SI)(DX*1))

// x = e^l·c0, l = x·s − lse: SI, V9, V5, V7.
#define SOFTBACK0STEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	EXP(V1, V2, V3)         \
	VMULPS V9, V3, V3       \
	ST(V3, (SI)(DX*1))

// LOOP4 runs step4 over groups of four vectors, then step over what is left.
// DI and SI may move.
#define LOOP4(step4, step) \
	XORQ DX, DX             \
	SUBQ $(4*LANES), CX     \
	JLT  few                \
four:                           \
	step4                   \
	ADDQ $(4*BYTES), DX     \
	SUBQ $(4*LANES), CX     \
	JGE  four               \
few:                            \
	ADDQ $(4*LANES), CX     \
	ADDQ DX, SI             \
	ADDQ DX, DI             \
	LOOP(step)

// MAX4 is MAXSTEP with four running maxima, V0, V9, V10, V11: one has the
// latency of four.
#define MAX4 \
	VMULPS (SI)(DX*1), V5, V1           \
	VMULPS BYTES(SI)(DX*1), V5, V2      \
	VMULPS (2*BYTES)(SI)(DX*1), V5, V3  \
	VMULPS (3*BYTES)(SI)(DX*1), V5, V4  \
	VMAXPS V1, V0, V0                   \
	VMAXPS V2, V9, V9                   \
	VMAXPS V3, V10, V10                 \
	VMAXPS V4, V11, V11

// MAXROW is the body of maxScaled, with V6 = −∞.
#define MAXROW \
	VMOVAPS V6, V0       \
	VMOVAPS V6, V9       \
	VMOVAPS V6, V10      \
	VMOVAPS V6, V11      \
	LOOP4(MAX4, MAXSTEP) \
	VMAXPS V9, V0, V0    \
	VMAXPS V11, V10, V10 \
	VMAXPS V10, V0, V0   \
	FOLD(VMAXPS)
