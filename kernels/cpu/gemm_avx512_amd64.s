//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The micro-kernels of AVX-512: R rows by 32 columns of C, R = 1…12. Each is
// microGeneric with fused multiply-adds. 2R registers hold the sums, so that
// one step of k costs 2 loads of B, R broadcasts of A and 2R multiply-adds:
//
//	Z0, Z1     row 0 of C, columns 0-15 and 16-31
//	…
//	Z22, Z23   row 11
//	Z24, Z25   row k of B
//	Z26-Z31    A[i,k] in all lanes, in turn
//
//	SI, R8, R9, R10   A[0,k], A[3,k], A[6,k], A[9,k]
//	R11, R12          bytes between rows of A, and between steps of k
//	BX, R13           row k of B, bytes between its rows
//	DX, R15           a row of C, bytes between its rows
//	CX                steps left
//	K1, K2            which of the columns 0-15 and 16-31 exist

// ZERO(a, b): the sums of one row start from 0.
#define ZERO(a, b) VPXORQ a, a, a; VPXORQ b, b, b

// LOADC(a, b): the sums of one row start from C.
#define LOADC(a, b) VMOVUPS.Z (DX), K1, a; VMOVUPS.Z 64(DX), K2, b; ADDQ R15, DX

// FETCHC(a, b): ask for one row of C. Two lines cover 32 columns but for the
// few bytes by which a row may not be aligned.
#define FETCHC(a, b) PREFETCHT0 (DX); PREFETCHT0 64(DX); ADDQ R15, DX

// STEP(x, t, a, b): x is A[i,k]; the sums of row i take one step.
#define STEP(x, t, a, b) VBROADCASTSS x, t; VFMADD231PS Z24, t, a; VFMADD231PS Z25, t, b

// BIAS(a, b): add the bias, which stands in Z24 and Z25.
#define BIAS(a, b) VADDPS Z24, a, a; VADDPS Z25, b, b

// ADDC(a, b): add the old row of C.
#define ADDC(a, b) VADDPS.Z (DX), a, K1, a; VADDPS.Z 64(DX), b, K2, b; ADDQ R15, DX

// STOREC(a, b): write one row of C.
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

// STEPSr: one step of rows 0…r−1.
#define STEPS1 STEP((SI), Z26, Z0, Z1)
#define STEPS2 STEPS1; STEP((SI)(R11*1), Z27, Z2, Z3)
#define STEPS3 STEPS2; STEP((SI)(R11*2), Z28, Z4, Z5)
#define STEPS4 STEPS3; STEP((R8), Z29, Z6, Z7)
#define STEPS5 STEPS4; STEP((R8)(R11*1), Z30, Z8, Z9)
#define STEPS6 STEPS5; STEP((R8)(R11*2), Z31, Z10, Z11)
#define STEPS7 STEPS6; STEP((R9), Z26, Z12, Z13)
#define STEPS8 STEPS7; STEP((R9)(R11*1), Z27, Z14, Z15)
#define STEPS9 STEPS8; STEP((R9)(R11*2), Z28, Z16, Z17)
#define STEPS10 STEPS9; STEP((R10), Z29, Z18, Z19)
#define STEPS11 STEPS10; STEP((R10)(R11*1), Z30, Z20, Z21)
#define STEPS12 STEPS11; STEP((R10)(R11*2), Z31, Z22, Z23)

// KERNEL(each, steps) is the whole function: masks and addresses, the start of
// the sums, the loop over k, and the ending.
#define KERNEL(each, steps) \
	MOVQ t+0(FP), DI                 \ // the tile
	MOVQ tile_cols(DI), CX           \
	MOVQ $1, AX                      \
	SHLQ CX, AX                      \
	DECQ AX                          \ // cols ones
	KMOVW AX, K1                     \ // columns 0-15
	SHRQ $16, AX                     \
	KMOVW AX, K2                     \ // columns 16-31
	MOVQ tile_ldc(DI), R15           \
	MOVQ tile_rsa(DI), R11           \
	MOVQ tile_csa(DI), R12           \
	MOVQ tile_ldb(DI), R13           \
	MOVQ tile_a(DI), SI              \
	LEAQ (R11)(R11*2), AX            \ // three rows of A
	LEAQ (SI)(AX*1), R8              \
	LEAQ (SI)(AX*2), R9              \
	LEAQ (R8)(AX*2), R10             \
	MOVQ tile_b(DI), BX              \
	MOVQ tile_c(DI), DX              \
	each(FETCHC)                     \ // C is on its way while the sums run
	MOVQ tile_c(DI), DX              \
	CMPQ tile_end(DI), $const_chain  \
	JEQ  continue                    \
	each(ZERO)                       \
	JMP  count                       \
continue:                            \
	each(LOADC)                      \
count:                               \
	MOVQ tile_k(DI), CX              \
	TESTQ CX, CX                     \
	JZ   ending                      \
	PCALIGN $32                      \
loop:                                \
	VMOVUPS (BX), Z24                \ // row k of B
	VMOVUPS 64(BX), Z25              \
	steps                            \
	ADDQ R12, SI                     \ // next k
	ADDQ R12, R8                     \
	ADDQ R12, R9                     \
	ADDQ R12, R10                    \
	ADDQ R13, BX                     \
	DECQ CX                          \
	JNZ  loop                        \
ending:                              \
	MOVQ tile_bias(DI), AX           \
	TESTQ AX, AX                     \
	JZ   old                         \
	VMOVUPS.Z (AX), K1, Z24          \
	VMOVUPS.Z 64(AX), K2, Z25        \
	each(BIAS)                       \
old:                                 \
	CMPQ tile_end(DI), $const_add    \
	JNE  write                       \
	MOVQ tile_c(DI), DX              \
	each(ADDC)                       \
write:                               \
	MOVQ tile_c(DI), DX              \
	each(STOREC)                     \
	VZEROUPPER                       \
	RET

// func micro512x1(t *tile)
TEXT ·micro512x1(SB), NOSPLIT, $0-8
	KERNEL(EACH1, STEPS1)

// func micro512x2(t *tile)
TEXT ·micro512x2(SB), NOSPLIT, $0-8
	KERNEL(EACH2, STEPS2)

// func micro512x3(t *tile)
TEXT ·micro512x3(SB), NOSPLIT, $0-8
	KERNEL(EACH3, STEPS3)

// func micro512x4(t *tile)
TEXT ·micro512x4(SB), NOSPLIT, $0-8
	KERNEL(EACH4, STEPS4)

// func micro512x5(t *tile)
TEXT ·micro512x5(SB), NOSPLIT, $0-8
	KERNEL(EACH5, STEPS5)

// func micro512x6(t *tile)
TEXT ·micro512x6(SB), NOSPLIT, $0-8
	KERNEL(EACH6, STEPS6)

// func micro512x7(t *tile)
TEXT ·micro512x7(SB), NOSPLIT, $0-8
	KERNEL(EACH7, STEPS7)

// func micro512x8(t *tile)
TEXT ·micro512x8(SB), NOSPLIT, $0-8
	KERNEL(EACH8, STEPS8)

// func micro512x9(t *tile)
TEXT ·micro512x9(SB), NOSPLIT, $0-8
	KERNEL(EACH9, STEPS9)

// func micro512x10(t *tile)
TEXT ·micro512x10(SB), NOSPLIT, $0-8
	KERNEL(EACH10, STEPS10)

// func micro512x11(t *tile)
TEXT ·micro512x11(SB), NOSPLIT, $0-8
	KERNEL(EACH11, STEPS11)

// func micro512x12(t *tile)
TEXT ·micro512x12(SB), NOSPLIT, $0-8
	KERNEL(EACH12, STEPS12)

// func packTiles512(dst, src *float32, stride uintptr, rows, steps int)
//
// Rows of src are cut into pieces of twelve numbers; piece i of step p goes to
// dst + (i·steps + p)·48 bytes.
TEXT ·packTiles512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ steps+32(FP), DX
	LEAQ (DX)(DX*2), R9
	SHLQ $4, R9                 // 48·steps: bytes from piece to piece
	MOVQ $0xfff, AX
	KMOVW AX, K1                // twelve lanes
step:
	MOVQ rows+24(FP), CX
	MOVQ SI, R10
	MOVQ DI, R11
	SUBQ $12, CX
	JLT  last
piece:
	VMOVUPS.Z (R10), K1, Z0
	VMOVUPS Z0, K1, (R11)
	ADDQ $48, R10
	ADDQ R9, R11
	SUBQ $12, CX
	JGE  piece
last:
	ADDQ $12, CX                // the numbers of the last, short piece
	JZ   next
	MOVL $1, AX
	SHLL CX, AX
	DECL AX
	KMOVW AX, K2
	VMOVUPS.Z (R10), K2, Z0
	VMOVUPS Z0, K1, (R11)       // padded with zeros
next:
	ADDQ R8, SI
	ADDQ $48, DI
	DECQ DX
	JNZ  step
	VZEROUPPER
	RET
