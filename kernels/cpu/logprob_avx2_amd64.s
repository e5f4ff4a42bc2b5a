//go:build !purego

#include "textflag.h"
#include "avx2_amd64.h"
#include "logprob_amd64.h"

// ADD64 adds the lanes of y, as float64, to Y10 and Y11; a and b are lost.
#define ADD64(y, a, b) \
	VEXTRACTF128 $1, y, X1 \
	VCVTPS2PD X3, b        \
	VCVTPS2PD X1, a        \
	VADDPD b, Y10, Y10     \
	VADDPD a, Y11, Y11

// func maxScaled256(x []float32, s float32) float32
TEXT ·maxScaled256(SB), NOSPLIT, $0-36
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	MAXROW
	MOVSS X0, ret+32(FP)
	VZEROUPPER
	RET

// func sumExp256(x []float32, s, m float32, ahead int) (sum float32)
TEXT ·sumExp256(SB), NOSPLIT, $0-44
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	LOOP(SUMEXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
	VZEROUPPER
	RET

// func entropySums256(x []float32, s, m float32, ahead int) (sum, dev float32)
TEXT ·entropySums256(SB), NOSPLIT, $0-48
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	VBROADCASTSS ·expTable+320(SB), V8 // expMin
	EXPINIT
	ZEROV(V10)
	ZEROV(V11)
	LOOP(ENTROPYSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
	VMOVAPS V11, V0
	FOLD(VADDPS)
	MOVSS X0, dev+44(FP)
	VZEROUPPER
	RET

// func expHere256(x []float32, s, m float32, ahead int) (sum float32)
TEXT ·expHere256(SB), NOSPLIT, $0-44
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ SI, DI
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	LOOP(EXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
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

// func expMass256(x []float32, s, m float32) float64
TEXT ·expMass256(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	ZEROV(V11)
	LOOP(MASSSTEP)
	VADDPD V11, V10, V0
	FOLD64
	MOVSD X0, ret+32(FP)
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

// func softmaxBackward0256(x []float32, s, lse, c0 float32)
TEXT ·softmaxBackward0256(SB), NOSPLIT, $0-36
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS lse+28(FP), V7
	VBROADCASTSS c0+32(FP), V9
	EXPINIT
	LOOP(SOFTBACK0STEP)
	VZEROUPPER
	RET

// func firstAt256(x []float32, v float32) int
TEXT ·firstAt256(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS v+24(FP), Y5
	XORQ DX, DX
next:
	CMPQ CX, $8
	JLT  rest
	VCMPPS $0, (SI)(DX*4), Y5, Y1
	VMOVMSKPS Y1, AX
	TESTL AX, AX
	JNZ  found
	ADDQ $8, DX
	SUBQ $8, CX
	JMP  next
rest:
	TAIL(CX)
	VMASKMOVPS (SI)(DX*4), Y15, Y1
	VCMPPS $0, Y1, Y5, Y1
	VANDPS Y15, Y1, Y1
	VMOVMSKPS Y1, AX
	TESTL AX, AX
	JNZ  found
	MOVQ x_len+8(FP), DX
	MOVQ DX, ret+32(FP)
	VZEROUPPER
	RET
found:
	TZCNTL AX, AX
	ADDQ AX, DX
	MOVQ DX, ret+32(FP)
	VZEROUPPER
	RET
