//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "logprob_amd64.h"

// func maxScaled256(x []float32, s float32) float32
TEXT ·maxScaled256(SB), NOSPLIT, $0-36
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	VMOVAPS V6, V0
	LOOP(MAXSTEP)
	FOLD(VMAXPS)
	MOVSS X0, ret+32(FP)
	VZEROUPPER
	RET

// func sumExp256(x []float32, s, m float32) (sum, dev float32)
TEXT ·sumExp256(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	VBROADCASTSS ·expTable+320(SB), V8 // expMin
	EXPINIT
	ZEROV(V10)
	ZEROV(V11)
	LOOP(SUMEXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+32(FP)
	VMOVAPS V11, V0
	FOLD(VADDPS)
	MOVSS X0, dev+36(FP)
	VZEROUPPER
	RET

// func expRow256(y, x []float32, s, m float32) (sum float32)
TEXT ·expRow256(SB), NOSPLIT, $0-60
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ x_len+32(FP), CX
	VBROADCASTSS s+48(FP), V5
	VBROADCASTSS m+52(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	LOOP(EXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+56(FP)
	VZEROUPPER
	RET

// func softmaxBackward256(x []float32, s, lse, c0, c1 float32)
TEXT ·softmaxBackward256(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS lse+28(FP), V7
	VBROADCASTSS c0+32(FP), V9
	VBROADCASTSS c1+36(FP), V10
	VBROADCASTSS ·expTable+320(SB), V8 // expMin
	EXPINIT
	LOOP(SOFTBACKSTEP)
	VZEROUPPER
	RET
