//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Products of bfloat16 widened to float32 in vectors of 8 numbers: R rows by 16
// columns of C, R = 1…6, over some blocks of 32 k:
//
//	for each k: c = fma(a[k], b[k], c)
//
//	Y0, Y1     row 0 of C, columns 0-7 and 8-15
//	…
//	Y10, Y11   row 5
//	Y12, Y13   row k of B
//	Y14        the mask of an odd k, Y15 A in all lanes
//
//	SI, R8   A, rows 0 and 3     R11  bytes between rows of A
//	BX       B                   DX, R15  C, bytes between its rows
//	CX       blocks left         AX  pairs left of the block

#define ZERO(a, b) VXORPS a, a, a; VXORPS b, b, b
#define LOADC(a, b) VMOVUPS (DX), a; VMOVUPS 32(DX), b; ADDQ R15, DX
#define STOREC(a, b) VMOVUPS a, (DX); VMOVUPS b, 32(DX); ADDQ R15, DX

#define EACH1(f) f(Y0, Y1)
#define EACH2(f) EACH1(f); f(Y2, Y3)
#define EACH3(f) EACH2(f); f(Y4, Y5)
#define EACH4(f) EACH3(f); f(Y6, Y7)
#define EACH5(f) EACH4(f); f(Y8, Y9)
#define EACH6(f) EACH5(f); f(Y10, Y11)

// STEP(x, a, b): x is A[i,k]; the sums of row i take one step.
#define STEP(x, a, b) VBROADCASTSS x, Y15; VFMADD231PS Y12, Y15, a; VFMADD231PS Y13, Y15, b

// STEPSr(k): one step of rows 0…r−1; k is 0 or 4 bytes.
#define STEPS1(k) STEP(k(SI), Y0, Y1)
#define STEPS2(k) STEPS1(k); STEP(k(SI)(R11*1), Y2, Y3)
#define STEPS3(k) STEPS2(k); STEP(k(SI)(R11*2), Y4, Y5)
#define STEPS4(k) STEPS3(k); STEP(k(R8), Y6, Y7)
#define STEPS5(k) STEPS4(k); STEP(k(R8)(R11*1), Y8, Y9)
#define STEPS6(k) STEPS5(k); STEP(k(R8)(R11*2), Y10, Y11)

#define KERNEL(each, steps) \
	MOVQ t+0(FP), DI                 \
	MOVQ dots16_ldc(DI), R15         \
	MOVQ dots16_lda(DI), R11         \
	MOVQ dots16_a(DI), SI            \
	LEAQ (R11)(R11*2), R8            \
	ADDQ SI, R8                      \
	MOVQ dots16_b(DI), BX            \
	MOVQ dots16_c(DI), DX            \
	MOVQ dots16_blocks(DI), CX       \
	VPCMPEQD Y14, Y14, Y14           \
	VPSLLD $16, Y14, Y14             \
	CMPQ dots16_chain(DI), $0        \
	JNE  continue                    \
	each(ZERO)                       \
	JMP  block                       \
continue:                            \
	each(LOADC)                      \
block:                               \
	MOVL $16, AX                     \
	PCALIGN $32                      \
pair:                                \
	VMOVDQU (BX), Y12                \
	VMOVDQU 32(BX), Y13              \
	VPSLLD $16, Y12, Y12             \ // even k
	VPSLLD $16, Y13, Y13             \
	steps(0)                         \
	VPAND (BX), Y14, Y12             \ // odd k
	VPAND 32(BX), Y14, Y13           \
	steps(4)                         \
	ADDQ $8, SI                      \
	ADDQ $8, R8                      \
	ADDQ $64, BX                     \
	DECL AX                          \
	JNZ  pair                        \
	ADDQ $1024, BX                   \
	DECQ CX                          \
	JNZ  block                       \
	MOVQ dots16_c(DI), DX            \
	each(STOREC)                     \
	VZEROUPPER                       \
	RET

// func widen256x1(t *dots16)
TEXT ·widen256x1(SB), NOSPLIT, $0-8
	KERNEL(EACH1, STEPS1)

// func widen256x2(t *dots16)
TEXT ·widen256x2(SB), NOSPLIT, $0-8
	KERNEL(EACH2, STEPS2)

// func widen256x3(t *dots16)
TEXT ·widen256x3(SB), NOSPLIT, $0-8
	KERNEL(EACH3, STEPS3)

// func widen256x4(t *dots16)
TEXT ·widen256x4(SB), NOSPLIT, $0-8
	KERNEL(EACH4, STEPS4)

// func widen256x5(t *dots16)
TEXT ·widen256x5(SB), NOSPLIT, $0-8
	KERNEL(EACH5, STEPS5)

// func widen256x6(t *dots16)
TEXT ·widen256x6(SB), NOSPLIT, $0-8
	KERNEL(EACH6, STEPS6)
