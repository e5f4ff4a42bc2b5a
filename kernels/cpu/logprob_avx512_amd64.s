//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "logprob_amd64.h"
#include "exp4_avx512_amd64.h"

// ARG4: x = x·s − m for four vectors of the row at SI; s is Z5, m Z7. AHEAD4
// asks for four lines of the row at R8, which comes next.
#define LESSM(x, n, y, k) VSUBPS Z7, x, x
#define ARG4 \
	VMULPS (SI)(DX*1), Z5, Z16    \
	VMULPS 64(SI)(DX*1), Z5, Z17  \
	VMULPS 128(SI)(DX*1), Z5, Z18 \
	VMULPS 192(SI)(DX*1), Z5, Z19 \
	ON4(LESSM)
#define AHEAD4 \
	PREFETCHT1 (R8)(DX*1)    \
	PREFETCHT1 64(R8)(DX*1)  \
	PREFETCHT1 128(R8)(DX*1) \
	PREFETCHT1 192(R8)(DX*1)

// The four vectors go into the sum one after the other: its order is that of
// the loop over single vectors.
#define TOTAL(x, n, y, k) VADDPS y, Z10, Z10
#define SUMEXP4 \
	AHEAD4     \
	ARG4       \
	EXP4       \
	ON4(TOTAL)
#define EXPROW4 \
	SUMEXP4    \
	STORE4(DI)

// Z28-Z31 are d, not below expMin.
#define ENTROPY4 \
	AHEAD4                    \
	ARG4                      \
	VMAXPS Z16, Z8, Z28       \
	VMAXPS Z17, Z8, Z29       \
	VMAXPS Z18, Z8, Z30       \
	VMAXPS Z19, Z8, Z31       \
	EXP4                      \
	ON4(TOTAL)                \
	VFMADD231PS Z24, Z28, Z11 \
	VFMADD231PS Z25, Z29, Z11 \
	VFMADD231PS Z26, Z30, Z11 \
	VFMADD231PS Z27, Z31, Z11

#define TIMESC0(x, n, y, k) VMULPS Z9, y, y
#define SOFTBACK04 \
	ARG4         \
	EXP4         \
	ON4(TIMESC0) \
	STORE4(SI)
#define SOFTBACK4 \
	ARG4                     \
	VMAXPS Z16, Z8, Z28      \
	VMAXPS Z17, Z8, Z29      \
	VMAXPS Z18, Z8, Z30      \
	VMAXPS Z19, Z8, Z31      \
	EXP4                     \
	VFMADD213PS Z9, Z10, Z28 \
	VFMADD213PS Z9, Z10, Z29 \
	VFMADD213PS Z9, Z10, Z30 \
	VFMADD213PS Z9, Z10, Z31 \
	VMULPS Z28, Z24, Z24     \
	VMULPS Z29, Z25, Z25     \
	VMULPS Z30, Z26, Z26     \
	VMULPS Z31, Z27, Z27     \
	STORE4(SI)

// ADD64 adds the lanes of y, as float64, to Z10 and Z11; a and b are lost.
#define ADD64(y, a, b) \
	VEXTRACTF64X4 $1, y, Y1 \
	VCVTPS2PD Y3, b         \
	VCVTPS2PD Y1, a         \
	VADDPD b, Z10, Z10      \
	VADDPD a, Z11, Z11

// func maxScaled512(x []float32, s float32) float32
TEXT ·maxScaled512(SB), NOSPLIT, $0-36
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	MAXROW
	MOVSS X0, ret+32(FP)
	VZEROUPPER
	RET

// func sumExp512(x []float32, s, m float32, ahead int) (sum float32)
TEXT ·sumExp512(SB), NOSPLIT, $0-44
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ ahead+32(FP), R8
	LEAQ (SI)(R8*4), R8
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	LOOP4(SUMEXP4, SUMEXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
	VZEROUPPER
	RET

// func entropySums512(x []float32, s, m float32, ahead int) (sum, dev float32)
TEXT ·entropySums512(SB), NOSPLIT, $0-48
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ ahead+32(FP), R8
	LEAQ (SI)(R8*4), R8
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	VBROADCASTSS ·expTable+320(SB), V8 // expMin
	EXPINIT
	ZEROV(V10)
	ZEROV(V11)
	LOOP4(ENTROPY4, ENTROPYSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
	VMOVAPS V11, V0
	FOLD(VADDPS)
	MOVSS X0, dev+44(FP)
	VZEROUPPER
	RET

// func expHere512(x []float32, s, m float32, ahead int) (sum float32)
TEXT ·expHere512(SB), NOSPLIT, $0-44
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ SI, DI
	MOVQ ahead+32(FP), R8
	LEAQ (SI)(R8*4), R8
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS m+28(FP), V7
	VBROADCASTSS ·expTable+352(SB), V6 // −∞
	EXPINIT
	ZEROV(V10)
	LOOP4(EXPROW4, EXPSTEP)
	VMOVAPS V10, V0
	FOLD(VADDPS)
	MOVSS X0, sum+40(FP)
	VZEROUPPER
	RET

// func expRow512(y, x []float32, s, m float32) (sum float32)
TEXT ·expRow512(SB), NOSPLIT, $0-60
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

// func expMass512(x []float32, s, m float32) float64
TEXT ·expMass512(SB), NOSPLIT, $0-40
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

// func softmaxBackward512(x []float32, s, lse, c0, c1 float32)
TEXT ·softmaxBackward512(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS lse+28(FP), V7
	VBROADCASTSS c0+32(FP), V9
	VBROADCASTSS c1+36(FP), V10
	VBROADCASTSS ·expTable+320(SB), V8 // expMin
	EXPINIT
	LOOP4(SOFTBACK4, SOFTBACKSTEP)
	VZEROUPPER
	RET

// func softmaxBackward0512(x []float32, s, lse, c0 float32)
TEXT ·softmaxBackward0512(SB), NOSPLIT, $0-36
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS s+24(FP), V5
	VBROADCASTSS lse+28(FP), V7
	VBROADCASTSS c0+32(FP), V9
	EXPINIT
	LOOP4(SOFTBACK04, SOFTBACK0STEP)
	VZEROUPPER
	RET

// func firstAt512(x []float32, v float32) int
TEXT ·firstAt512(SB), NOSPLIT, $0-40
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	VBROADCASTSS v+24(FP), Z5
	XORQ DX, DX
next:
	CMPQ CX, $16
	JLT  rest
	VCMPPS $0, (SI)(DX*4), Z5, K1
	KMOVW K1, AX
	TESTL AX, AX
	JNZ  found
	ADDQ $16, DX
	SUBQ $16, CX
	JMP  next
rest:
	TAIL(CX)
	VMOVUPS.Z (SI)(DX*4), K1, Z1
	VCMPPS $0, Z1, Z5, K1, K2
	KMOVW K2, AX
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
