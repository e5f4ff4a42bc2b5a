//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "elementwise_amd64.h"

// func addVec512(y, a, b []float32, stream bool)
TEXT ·addVec512(SB), NOSPLIT, $0-73
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), BX
	STREAMLOOP(ADDSTEP, stream+72(FP))
	SFENCE
	VZEROUPPER
	RET

// func axpy512(y []float32, s float32, x []float32)
TEXT ·axpy512(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	MOVQ x_base+32(FP), SI
	LOOP(AXPYSTEP)
	VZEROUPPER
	RET

// func axpby512(y []float32, alpha float32, x []float32, beta float32)
TEXT ·axpby512(SB), NOSPLIT, $0-60
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS alpha+24(FP), V5
	MOVQ x_base+32(FP), SI
	VBROADCASTSS beta+56(FP), V6
	LOOP(AXPBYSTEP)
	VZEROUPPER
	RET

// func scaleVec512(y []float32, s float32)
TEXT ·scaleVec512(SB), NOSPLIT, $0-28
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	LOOP(SCALESTEP)
	VZEROUPPER
	RET
