//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "vmath_amd64.h"

// func log512(y, x []float32)
TEXT ·log512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(LOGSTEP)
	VZEROUPPER
	RET

// func tanh512(y, x []float32)
TEXT ·tanh512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(TANHSTEP)
	VZEROUPPER
	RET

// func rsqrt512(y, x []float32)
TEXT ·rsqrt512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	LOOP(RSQRTSTEP)
	VZEROUPPER
	RET
