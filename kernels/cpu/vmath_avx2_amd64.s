// Code generated from vmath_avx512_amd64.s by go generate. DO NOT EDIT.

//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "vmath_amd64.h"

// func log256(y, x []float32)
TEXT ·log256(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(LOGSTEP)
	VZEROUPPER
	RET

// func tanh256(y, x []float32)
TEXT ·tanh256(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(TANHSTEP)
	VZEROUPPER
	RET

// func rsqrt256(y, x []float32)
TEXT ·rsqrt256(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(RSQRTSTEP)
	VZEROUPPER
	RET
