// One step of each kernel over a row of logits; see avx512_amd64.h for the words.

// V0 = max(V0, x·s): SI, V5. V6 is −∞.
#define MAXSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)    \
	VMULPS V5, V1, V1     \
	FIX(V6, V1)           \
	VMAXPS V1, V0, V0

// V10 += e^d, V11 += e^d·d, d = x·s − m: SI, V5, V7. V6 is −∞, V8 expMin.
#define SUMEXPSTEP(LD, ST, FIX) \
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
