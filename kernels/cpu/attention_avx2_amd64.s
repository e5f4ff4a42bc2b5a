//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "attention_amd64.h"

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
