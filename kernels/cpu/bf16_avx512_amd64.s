//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"

// Products of bfloat16 in vectors of 16 numbers: R rows by 32 columns of C,
// R = 1…12, over some blocks of 32 k. Two families of the same shape:
//
//	dots512xR    A pairs of bfloat16; VDPBF16PS: two roundings, the odd k first,
//	             subnormal numbers taken and given as 0
//	             for each pair p: c = fma(a[2p+1], b[2p+1], c); c = fma(a[2p], b[2p], c)
//	widen512xR   A rounded float32; B is widened in registers
//	             for each k: c = fma(a[k], b[k], c)
//
//	Z0, Z1     row 0 of C, columns 0-15 and 16-31
//	…
//	Z22, Z23   row 11
//	Z24, Z25   a pair of k of B, columns 0-15 and 16-31; even k, when widened
//	Z26, Z27   odd k, when widened
//	Z28-Z31    A in all lanes, in turn
//
//	SI, R8, R9, R10   A, rows 0, 3, 6, 9    R11  bytes between rows of A
//	BX   B, its second half 1 KB further    DX, R15  C, bytes between its rows
//	CX   blocks left                        AX   pairs left of the block
//	K1, K2   which of the columns 0-15 and 16-31 exist

#define ZERO(a, b) VPXORQ a, a, a; VPXORQ b, b, b
#define LOADC(a, b) VMOVUPS.Z (DX), K1, a; VMOVUPS.Z 64(DX), K2, b; ADDQ R15, DX
#define STOREC(a, b) VMOVUPS a, K1, (DX); VMOVUPS b, K2, 64(DX); ADDQ R15, DX

// EACHr(f): f for the sums of rows 0…r−1.
#define EACH1(f) f(Z0, Z1)
#define EACH2(f) EACH1(f); f(Z2, Z3)
#define EACH3(f) EACH2(f); f(Z4, Z5)
#define EACH4(f) EACH3(f); f(Z6, Z7)
#define EACH5(f) EACH4(f); f(Z8, Z9)
#define EACH6(f) EACH5(f); f(Z10, Z11)
#define EACH7(f) EACH6(f); f(Z12, Z13)
#define EACH8(f) EACH7(f); f(Z14, Z15)
#define EACH9(f) EACH8(f); f(Z16, Z17)
#define EACH10(f) EACH9(f); f(Z18, Z19)
#define EACH11(f) EACH10(f); f(Z20, Z21)
#define EACH12(f) EACH11(f); f(Z22, Z23)

// STEPSr(f): f(A's row, register t, the number of t, the number of the row's
// first sum, its registers).
#define STEPS1(f) f((SI), 0(SI), 4(SI), Z28, 28, 0, Z0, Z1)
#define STEPS2(f) STEPS1(f); f((SI)(R11*1), 0(SI)(R11*1), 4(SI)(R11*1), Z29, 29, 2, Z2, Z3)
#define STEPS3(f) STEPS2(f); f((SI)(R11*2), 0(SI)(R11*2), 4(SI)(R11*2), Z30, 30, 4, Z4, Z5)
#define STEPS4(f) STEPS3(f); f((R8), 0(R8), 4(R8), Z31, 31, 6, Z6, Z7)
#define STEPS5(f) STEPS4(f); f((R8)(R11*1), 0(R8)(R11*1), 4(R8)(R11*1), Z28, 28, 8, Z8, Z9)
#define STEPS6(f) STEPS5(f); f((R8)(R11*2), 0(R8)(R11*2), 4(R8)(R11*2), Z29, 29, 10, Z10, Z11)
#define STEPS7(f) STEPS6(f); f((R9), 0(R9), 4(R9), Z30, 30, 12, Z12, Z13)
#define STEPS8(f) STEPS7(f); f((R9)(R11*1), 0(R9)(R11*1), 4(R9)(R11*1), Z31, 31, 14, Z14, Z15)
#define STEPS9(f) STEPS8(f); f((R9)(R11*2), 0(R9)(R11*2), 4(R9)(R11*2), Z28, 28, 16, Z16, Z17)
#define STEPS10(f) STEPS9(f); f((R10), 0(R10), 4(R10), Z29, 29, 18, Z18, Z19)
#define STEPS11(f) STEPS10(f); f((R10)(R11*1), 0(R10)(R11*1), 4(R10)(R11*1), Z30, 30, 20, Z20, Z21)
#define STEPS12(f) STEPS11(f); f((R10)(R11*2), 0(R10)(R11*2), 4(R10)(R11*2), Z31, 31, 22, Z22, Z23)

// DOT: the sums of a row take a pair of k. Z24 and Z25 are factors 24 and 25.
#define DOT(x, even, odd, t, nt, na, a, b) \
	VPBROADCASTD x, t; VDPBF16PS(24, nt, na); VDPBF16PS(25, nt, na+1)
#define LOADDOT VMOVUPS (BX), Z24; VMOVUPS 1024(BX), Z25

// WIDEN: the same in two multiply-adds a column, even k first.
#define WIDEN(x, even, odd, t, nt, na, a, b) \
	VBROADCASTSS even, t; VFMADD231PS Z24, t, a; VFMADD231PS Z25, t, b \
	VBROADCASTSS odd, t; VFMADD231PS Z26, t, a; VFMADD231PS Z27, t, b
#define LOADWIDEN \
	VMOVUPS (BX), Z26                  \
	VMOVUPS 1024(BX), Z27              \
	VPSLLD $16, Z26, Z24               \
	VPSLLD $16, Z27, Z25               \
	VPANDD.BCST ·upper16(SB), Z26, Z26 \
	VPANDD.BCST ·upper16(SB), Z27, Z27

// KERNEL(each, load, steps, bytes): bytes of a pair of k of A.
#define KERNEL(each, load, steps, bytes) \
	MOVQ t+0(FP), DI                 \
	MOVQ dots16_cols(DI), CX         \
	MOVQ $1, AX                      \
	SHLQ CX, AX                      \
	DECQ AX                          \ // cols ones
	KMOVW AX, K1                     \
	SHRQ $16, AX                     \
	KMOVW AX, K2                     \
	MOVQ dots16_ldc(DI), R15         \
	MOVQ dots16_lda(DI), R11         \
	MOVQ dots16_a(DI), SI            \
	LEAQ (R11)(R11*2), AX            \ // three rows of A
	LEAQ (SI)(AX*1), R8              \
	LEAQ (SI)(AX*2), R9              \
	LEAQ (R8)(AX*2), R10             \
	MOVQ dots16_b(DI), BX            \
	MOVQ dots16_c(DI), DX            \
	MOVQ dots16_blocks(DI), CX       \
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
	load                             \
	steps                            \
	ADDQ $bytes, SI                  \
	ADDQ $bytes, R8                  \
	ADDQ $bytes, R9                  \
	ADDQ $bytes, R10                 \
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

DATA ·upper16+0(SB)/4, $0xffff0000
GLOBL ·upper16(SB), RODATA|NOPTR, $4

// func dots512x1(t *dots16)
TEXT ·dots512x1(SB), NOSPLIT, $0-8
	KERNEL(EACH1, LOADDOT, STEPS1(DOT), 4)

// func dots512x2(t *dots16)
TEXT ·dots512x2(SB), NOSPLIT, $0-8
	KERNEL(EACH2, LOADDOT, STEPS2(DOT), 4)

// func dots512x3(t *dots16)
TEXT ·dots512x3(SB), NOSPLIT, $0-8
	KERNEL(EACH3, LOADDOT, STEPS3(DOT), 4)

// func dots512x4(t *dots16)
TEXT ·dots512x4(SB), NOSPLIT, $0-8
	KERNEL(EACH4, LOADDOT, STEPS4(DOT), 4)

// func dots512x5(t *dots16)
TEXT ·dots512x5(SB), NOSPLIT, $0-8
	KERNEL(EACH5, LOADDOT, STEPS5(DOT), 4)

// func dots512x6(t *dots16)
TEXT ·dots512x6(SB), NOSPLIT, $0-8
	KERNEL(EACH6, LOADDOT, STEPS6(DOT), 4)

// func dots512x7(t *dots16)
TEXT ·dots512x7(SB), NOSPLIT, $0-8
	KERNEL(EACH7, LOADDOT, STEPS7(DOT), 4)

// func dots512x8(t *dots16)
TEXT ·dots512x8(SB), NOSPLIT, $0-8
	KERNEL(EACH8, LOADDOT, STEPS8(DOT), 4)

// func dots512x9(t *dots16)
TEXT ·dots512x9(SB), NOSPLIT, $0-8
	KERNEL(EACH9, LOADDOT, STEPS9(DOT), 4)

// func dots512x10(t *dots16)
TEXT ·dots512x10(SB), NOSPLIT, $0-8
	KERNEL(EACH10, LOADDOT, STEPS10(DOT), 4)

// func dots512x11(t *dots16)
TEXT ·dots512x11(SB), NOSPLIT, $0-8
	KERNEL(EACH11, LOADDOT, STEPS11(DOT), 4)

// func dots512x12(t *dots16)
TEXT ·dots512x12(SB), NOSPLIT, $0-8
	KERNEL(EACH12, LOADDOT, STEPS12(DOT), 4)

// func widen512x1(t *dots16)
TEXT ·widen512x1(SB), NOSPLIT, $0-8
	KERNEL(EACH1, LOADWIDEN, STEPS1(WIDEN), 8)

// func widen512x2(t *dots16)
TEXT ·widen512x2(SB), NOSPLIT, $0-8
	KERNEL(EACH2, LOADWIDEN, STEPS2(WIDEN), 8)

// func widen512x3(t *dots16)
TEXT ·widen512x3(SB), NOSPLIT, $0-8
	KERNEL(EACH3, LOADWIDEN, STEPS3(WIDEN), 8)

// func widen512x4(t *dots16)
TEXT ·widen512x4(SB), NOSPLIT, $0-8
	KERNEL(EACH4, LOADWIDEN, STEPS4(WIDEN), 8)

// func widen512x5(t *dots16)
TEXT ·widen512x5(SB), NOSPLIT, $0-8
	KERNEL(EACH5, LOADWIDEN, STEPS5(WIDEN), 8)

// func widen512x6(t *dots16)
TEXT ·widen512x6(SB), NOSPLIT, $0-8
	KERNEL(EACH6, LOADWIDEN, STEPS6(WIDEN), 8)

// func widen512x7(t *dots16)
TEXT ·widen512x7(SB), NOSPLIT, $0-8
	KERNEL(EACH7, LOADWIDEN, STEPS7(WIDEN), 8)

// func widen512x8(t *dots16)
TEXT ·widen512x8(SB), NOSPLIT, $0-8
	KERNEL(EACH8, LOADWIDEN, STEPS8(WIDEN), 8)

// func widen512x9(t *dots16)
TEXT ·widen512x9(SB), NOSPLIT, $0-8
	KERNEL(EACH9, LOADWIDEN, STEPS9(WIDEN), 8)

// func widen512x10(t *dots16)
TEXT ·widen512x10(SB), NOSPLIT, $0-8
	KERNEL(EACH10, LOADWIDEN, STEPS10(WIDEN), 8)

// func widen512x11(t *dots16)
TEXT ·widen512x11(SB), NOSPLIT, $0-8
	KERNEL(EACH11, LOADWIDEN, STEPS11(WIDEN), 8)

// func widen512x12(t *dots16)
TEXT ·widen512x12(SB), NOSPLIT, $0-8
	KERNEL(EACH12, LOADWIDEN, STEPS12(WIDEN), 8)
