// One step of each row kernel of attention; see avx512_amd64.h for the words.

// p = e^(scale·p − lse), ds = scale·(p·(ds − delta)): SI, BX; V5, V7, V9.
#define SCOREBACKSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V1)      \
	VMULPS V5, V1, V1       \
	VSUBPS V7, V1, V1       \
	EXP(V1, V2, V3)         \
	ST(V3, (SI)(DX*1))      \
	LD((BX)(DX*1), V4)      \
	VSUBPS V9, V4, V4       \
	VMULPS V3, V4, V4       \
	VMULPS V5, V4, V4       \
	ST(V4, (BX)(DX*1))
