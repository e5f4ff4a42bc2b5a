// One step of each kernel of RMSNorm; see avx512_amd64.h for the words.

// V0 += x·y: SI, BX.
#define DOTSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)     \
	LD((BX)(DX*1), V2)     \
	VFMADD231PS V1, V2, V0

// s = x + r, V0 += s·s: DI, SI, BX.
#define ADDDOTSTEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(SI)(DX*1) \
	PREFETCHT0 AHEAD(BX)(DX*1) \
	LD((SI)(DX*1), V1)     \
	LD((BX)(DX*1), V2)     \
	VADDPS V2, V1, V1      \
	ST(V1, (DI)(DX*1))     \
	VFMADD231PS V1, V1, V0

// V0 += (x·y)·z: SI, BX, R8.
#define DOT3STEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(SI)(DX*1) \
	PREFETCHT0 AHEAD(R8)(DX*1) \
	LD((SI)(DX*1), V1)     \
	LD((BX)(DX*1), V2)     \
	LD((R8)(DX*1), V3)     \
	VMULPS V2, V1, V1      \
	VFMADD231PS V1, V3, V0

// y = (x·r)·w: DI, SI, V5, BX.
#define SCALEMULSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)     \
	LD((BX)(DX*1), V2)     \
	VMULPS V5, V1, V1      \
	VMULPS V2, V1, V1      \
	ST(V1, (DI)(DX*1))

// dx += r·(dy·w − x·c): DI, V5, SI, BX, R8, V6.
#define NORMBACKSTEP(LD, ST, FIX) \
	PREFETCHT0 AHEAD(DI)(DX*1) \
	LD((SI)(DX*1), V1)      \
	LD((BX)(DX*1), V2)      \
	LD((R8)(DX*1), V3)      \
	LD((DI)(DX*1), V4)      \
	VMULPS V2, V1, V1       \
	VFNMADD231PS V6, V3, V1 \
	VFMADD231PS V5, V1, V4  \
	ST(V4, (DI)(DX*1))

// s += (x·r)·y: DI, BX, V5, SI.
#define MULADDSTEP(LD, ST, FIX) \
	LD((BX)(DX*1), V1)      \
	LD((SI)(DX*1), V2)      \
	LD((DI)(DX*1), V3)      \
	VMULPS V5, V1, V1       \
	VFMADD231PS V1, V2, V3  \
	ST(V3, (DI)(DX*1))
