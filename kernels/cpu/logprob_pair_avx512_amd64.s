//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx512_amd64.h"
#include "exp4_avx512_amd64.h"

// Two rows of softmax side by side. The steps of a row wait for each other: its
// maximum, the exponentials, additions in a fixed order, folds, a division. The
// other row's steps, and the maxima of the next two rows, fill the gaps. What is
// done to a row, and in which order, is what maxScaled512, expHere512 and
// scaleVec512 do.
//
//	BX       p                      CX, DX     elements left, bytes done
//	SI, DI   the two rows           R8, R9     the next two (or the same again)
//	Z5, Z6   s, −∞                  Z7, Z8     maxima of the two rows
//	Z10, Z11 their sums             Z28, Z29   what they are multiplied by
//	Z16-Z27  the exponentials; then running maxima, Z16-Z19 and Z20-Z23

// EXPROW4(row, ahead, less, total): four vectors of a row.
#define EXPROW4(row, ahead, less, total) \
	PREFETCHT0 (ahead)(DX*1)       \
	PREFETCHT0 64(ahead)(DX*1)     \
	PREFETCHT0 128(ahead)(DX*1)    \
	PREFETCHT0 192(ahead)(DX*1)    \
	VMULPS (row)(DX*1), Z5, Z16    \
	VMULPS 64(row)(DX*1), Z5, Z17  \
	VMULPS 128(row)(DX*1), Z5, Z18 \
	VMULPS 192(row)(DX*1), Z5, Z19 \
	ON4(less)                      \
	EXP4                           \
	ON4(total)                     \
	STORE4(row)
#define LESS0(x, n, y, k) VSUBPS Z7, x, x
#define LESS1(x, n, y, k) VSUBPS Z8, x, x
#define TOTAL0(x, n, y, k) VADDPS y, Z10, Z10
#define TOTAL1(x, n, y, k) VADDPS y, Z11, Z11

// EXPROW(row, m, sum): one vector, of which K1 exists.
#define EXPROW(row, m, sum) \
	VMOVUPS.Z (row)(DX*1), K1, Z1 \
	VMULPS Z5, Z1, Z1             \
	VSUBPS m, Z1, Z1              \
	VBLENDMPS Z1, Z6, K1, Z1      \
	EXP(Z1, Z2, Z3)               \
	VADDPS Z3, sum, sum           \
	VMOVUPS Z3, K1, (row)(DX*1)

#define MAXROW4(row, a, b, c, d) \
	VMULPS (row)(DX*1), Z5, Z24    \
	VMULPS 64(row)(DX*1), Z5, Z25  \
	VMULPS 128(row)(DX*1), Z5, Z26 \
	VMULPS 192(row)(DX*1), Z5, Z27 \
	VMAXPS Z24, a, a               \
	VMAXPS Z25, b, b               \
	VMAXPS Z26, c, c               \
	VMAXPS Z27, d, d

#define MAXROW(row, a) \
	VMOVUPS.Z (row)(DX*1), K1, Z24 \
	VMULPS Z5, Z24, Z24            \
	VBLENDMPS Z24, Z6, K1, Z24     \
	VMAXPS Z24, a, a

#define SCALEROW4(row, c) \
	VMOVUPS (row)(DX*1), Z24    \
	VMOVUPS 64(row)(DX*1), Z25  \
	VMOVUPS 128(row)(DX*1), Z26 \
	VMOVUPS 192(row)(DX*1), Z27 \
	VMULPS c, Z24, Z24          \
	VMULPS c, Z25, Z25          \
	VMULPS c, Z26, Z26          \
	VMULPS c, Z27, Z27          \
	STORE4(row)

#define SCALEROW(row, c) \
	VMOVUPS.Z (row)(DX*1), K1, Z0 \
	VMULPS c, Z0, Z0              \
	VMOVUPS Z0, K1, (row)(DX*1)

// FOLDPAIR(op) is FOLD of Z0 and of Z2, whose results become the first two
// lanes of X0. Z1 and Z3 are lost.
#define FOLDPAIR(op) \
	VEXTRACTF64X4 $1, Z0, Y1 \
	VEXTRACTF64X4 $1, Z2, Y3 \
	op Y1, Y0, Y0            \
	op Y3, Y2, Y2            \
	VEXTRACTF128 $1, Y0, X1  \
	VEXTRACTF128 $1, Y2, X3  \
	op X1, X0, X0            \
	op X3, X2, X2            \
	VMOVHLPS X0, X0, X1      \
	VMOVHLPS X2, X2, X3      \
	op X1, X0, X0            \
	op X3, X2, X2            \
	VMOVSHDUP X0, X1         \
	VMOVSHDUP X2, X3         \
	op X1, X0, X0            \
	op X3, X2, X2            \
	VUNPCKLPS X2, X0, X0

// FIRST(n, whole): K1 = the first n lanes, at most 16. n must be CX.
#define FIRST(n, whole) \
	KXNORW K1, K1, K1 \
	CMPQ n, $16       \
	JGE  whole        \
	TAIL(n)           \
whole:

// func softmaxPair512(p *rowPair, x *float32, n int, s float32, more bool)
TEXT ·softmaxPair512(SB), NOSPLIT, $0-29
	MOVQ p+0(FP), BX
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	LEAQ (SI)(CX*4), DI
	LEAQ (SI)(CX*8), R8
	LEAQ (DI)(CX*8), R9
	CMPB more+28(FP), $0
	CMOVQEQ SI, R8
	CMOVQEQ DI, R9
	VBROADCASTSS s+24(FP), Z5
	VBROADCASTSS ·expTable+352(SB), Z6 // −∞
	VBROADCASTSS rowPair_m(BX), Z7
	VBROADCASTSS (rowPair_m+4)(BX), Z8
	EXPINIT
	ZEROV(Z10)
	ZEROV(Z11)

	XORQ DX, DX
	SUBQ $64, CX
	JLT  expFew
expFour:
	EXPROW4(SI, R8, LESS0, TOTAL0)
	EXPROW4(DI, R9, LESS1, TOTAL1)
	ADDQ $256, DX
	SUBQ $64, CX
	JGE  expFour
expFew:
	ADDQ $64, CX
	JZ   expDone
expOne:
	FIRST(CX, expAll)
	EXPROW(SI, Z7, Z10)
	EXPROW(DI, Z8, Z11)
	ADDQ $64, DX
	SUBQ $16, CX
	JGT  expOne
expDone:

	VMOVAPS Z10, Z0
	VMOVAPS Z11, Z2
	FOLDPAIR(VADDPS)
	VMOVSD X0, rowPair_sum(BX)
	VMOVSD rowPair_c(BX), X1
	VDIVPS X0, X1, X1
	VBROADCASTSS X1, Z28
	VMOVSHDUP X1, X1
	VBROADCASTSS X1, Z29

	CMPB more+28(FP), $0
	JEQ  scale
	VMOVAPS Z6, Z16
	VMOVAPS Z6, Z17
	VMOVAPS Z6, Z18
	VMOVAPS Z6, Z19
	VMOVAPS Z6, Z20
	VMOVAPS Z6, Z21
	VMOVAPS Z6, Z22
	VMOVAPS Z6, Z23
	MOVQ n+16(FP), CX
	XORQ DX, DX
	SUBQ $64, CX
	JLT  maxFew
maxFour:
	MAXROW4(R8, Z16, Z17, Z18, Z19)
	MAXROW4(R9, Z20, Z21, Z22, Z23)
	ADDQ $256, DX
	SUBQ $64, CX
	JGE  maxFour
maxFew:
	ADDQ $64, CX
	JZ   maxDone
maxOne:
	FIRST(CX, maxAll)
	MAXROW(R8, Z16)
	MAXROW(R9, Z20)
	ADDQ $64, DX
	SUBQ $16, CX
	JGT  maxOne
maxDone:
	VMAXPS Z17, Z16, Z16
	VMAXPS Z21, Z20, Z20
	VMAXPS Z19, Z18, Z18
	VMAXPS Z23, Z22, Z22
	VMAXPS Z18, Z16, Z0
	VMAXPS Z22, Z20, Z2
	FOLDPAIR(VMAXPS)
	VMOVSD X0, rowPair_m(BX)

scale:
	MOVQ n+16(FP), CX
	XORQ DX, DX
	SUBQ $64, CX
	JLT  scaleFew
scaleFour:
	SCALEROW4(SI, Z28)
	SCALEROW4(DI, Z29)
	ADDQ $256, DX
	SUBQ $64, CX
	JGE  scaleFour
scaleFew:
	ADDQ $64, CX
	JZ   scaleDone
scaleOne:
	FIRST(CX, scaleAll)
	SCALEROW(SI, Z28)
	SCALEROW(DI, Z29)
	ADDQ $64, DX
	SUBQ $16, CX
	JGT  scaleOne
scaleDone:
	VZEROUPPER
	RET
