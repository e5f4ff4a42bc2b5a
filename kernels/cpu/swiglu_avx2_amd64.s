// Code generated from swiglu_avx512_amd64.s by go generate. DO NOT EDIT.

//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "swiglu_amd64.h"

// func swiglu256(y, gate, up []float32, stream bool)
TEXT ·swiglu256(SB), NOSPLIT, $0-73
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ gate_base+24(FP), SI
	MOVQ up_base+48(FP), BX
	VBROADCASTSS ·expTable+256(SB), V8 // 1
	EXPINIT
	STREAMLOOP(SWIGLUSTEP, stream+72(FP))
	SFENCE
	VZEROUPPER
	RET

// func swigluBackward256(dgate, dup, dy, gate, up []float32)
TEXT ·swigluBackward256(SB), NOSPLIT, $0-120
	MOVQ dgate_base+0(FP), DI
	MOVQ dup_base+24(FP), SI
	MOVQ dy_base+48(FP), BX
	MOVQ dy_len+56(FP), CX
	MOVQ gate_base+72(FP), R8
	MOVQ up_base+96(FP), R9
	VBROADCASTSS ·expTable+256(SB), V8 // 1
	EXPINIT
	LOOP(SWIGLUBACKSTEP)
	VZEROUPPER
	RET
