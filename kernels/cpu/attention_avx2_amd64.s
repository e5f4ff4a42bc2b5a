//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"

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

// func scoreBackward256(p, ds []float32, scale, lse, delta float32)
TEXT ·scoreBackward256(SB), NOSPLIT, $0-60
	MOVQ p_base+0(FP), SI
	MOVQ p_len+8(FP), CX
	MOVQ ds_base+24(FP), BX
	VBROADCASTSS scale+48(FP), V5
	VBROADCASTSS lse+52(FP), V7
	VBROADCASTSS delta+56(FP), V9
	EXPINIT
	LOOP(SCOREBACKSTEP)
	VZEROUPPER
	RET
