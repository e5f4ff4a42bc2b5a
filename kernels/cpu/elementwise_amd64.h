// One step of each elementwise kernel; see avx512_amd64.h for the words.

// y = a + b: DI, SI, BX.
#define ADDSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V0)   \
	LD((BX)(DX*1), V1)   \
	VADDPS V1, V0, V0    \
	ST(V0, (DI)(DX*1))

// y += s·x: DI, V5, SI.
#define AXPYSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V0)     \
	LD((DI)(DX*1), V1)     \
	VFMADD231PS V5, V0, V1 \
	ST(V1, (DI)(DX*1))

// y = α·y + β·x: DI, V5, V6, SI.
#define AXPBYSTEP(LD, ST, FIX) \
	LD((DI)(DX*1), V1)     \
	LD((SI)(DX*1), V0)     \
	VMULPS V5, V1, V1      \
	VFMADD231PS V6, V0, V1 \
	ST(V1, (DI)(DX*1))

// y *= s: DI, V5.
#define SCALESTEP(LD, ST, FIX) \
	LD((DI)(DX*1), V0)   \
	VMULPS V5, V0, V0    \
	ST(V0, (DI)(DX*1))
