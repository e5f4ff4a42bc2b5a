// Code generated from rope_avx512_amd64.s by go generate. DO NOT EDIT.

//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "rope_amd64.h"

// func rope256(y, x, cos, sin *float32, heads, half int, sign float32)
TEXT ·rope256(SB), NOSPLIT, $0-52
	MOVQ y+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ cos+16(FP), BX
	MOVQ sin+24(FP), R8
	MOVQ heads+32(FP), R11
	MOVQ half+40(FP), R10
	VBROADCASTSS sign+48(FP), V9
	SHLQ $2, R10          // bytes of half a head
head:
	LEAQ (SI)(R10*1), R12
	LEAQ (DI)(R10*1), R13
	MOVQ half+40(FP), CX
	LOOP(ROPESTEP)
	LEAQ (R12)(R10*1), SI // the next head
	LEAQ (R13)(R10*1), DI
	DECQ R11
	JNZ  head
	VZEROUPPER
	RET
