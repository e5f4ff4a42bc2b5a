//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// The micro-kernels of AVX2: R rows by 16 columns of C, R = 1…6; see
// gemm_avx512_amd64.s, which has the same form. A panel of B is 32 columns
// wide: microKernel visits its two halves.
//
//	Y0, Y1     row 0 of C, columns 0-7 and 8-15
//	…
//	Y10, Y11   row 5
//	Y12, Y13   row k of B
//	Y14, Y15   A[i,k] in all lanes, in turn; later the masks of the columns
//
//	SI, R8            A[0,k], A[3,k]
//	R11, R12          bytes between rows of A, and between steps of k
//	BX, R13           row k of B, bytes between its rows
//	DX, R15           a row of C, bytes between its rows
//	CX                steps left

// MASKS: Y14 and Y15 select the columns 0-7 and 8-15 that exist. With n columns
// the first mask starts at element 8−min(n, 8) of the table, the second at
// 16−n, at most 8.
#define MASKS \
	LEAQ ·tailTable(SB), AX     \
	MOVQ tile_cols(DI), DX      \
	MOVQ $8, CX                 \
	CMPQ DX, CX                 \
	CMOVQLT DX, CX              \ // min(n, 8)
	SUBQ CX, DX                 \ // the columns of the second half
	SHLQ $2, CX                 \
	SHLQ $2, DX                 \
	NEGQ CX                     \
	NEGQ DX                     \
	VMOVUPS 32(AX)(CX*1), Y14   \
	VMOVUPS 32(AX)(DX*1), Y15

// ZERO(a, b): the sums of one row start from 0.
#define ZERO(a, b) VXORPS a, a, a; VXORPS b, b, b

// LOADC(a, b): the sums of one row start from C.
#define LOADC(a, b) VMASKMOVPS (DX), Y14, a; VMASKMOVPS 32(DX), Y15, b; ADDQ R15, DX

// STEP(x, t, a, b): x is A[i,k]; the sums of row i take one step.
#define STEP(x, t, a, b) VBROADCASTSS x, t; VFMADD231PS Y12, t, a; VFMADD231PS Y13, t, b

// BIAS(a, b): add the bias, which stands in Y12 and Y13.
#define BIAS(a, b) VADDPS Y12, a, a; VADDPS Y13, b, b

// ADDC(a, b): add the old row of C.
#define ADDC(a, b) VMASKMOVPS (DX), Y14, Y12; VMASKMOVPS 32(DX), Y15, Y13; VADDPS Y12, a, a; VADDPS Y13, b, b; ADDQ R15, DX

// STOREC(a, b): write one row of C.
#define STOREC(a, b) VMASKMOVPS a, Y14, (DX); VMASKMOVPS b, Y15, 32(DX); ADDQ R15, DX

// STOREALL(a, b): write one row of C when all columns exist.
#define STOREALL(a, b) VMOVUPS a, (DX); VMOVUPS b, 32(DX); ADDQ R15, DX

// EACHr(f): f for the sums of rows 0…r−1.
#define EACH1(f) f(Y0, Y1)
#define EACH2(f) EACH1(f); f(Y2, Y3)
#define EACH3(f) EACH2(f); f(Y4, Y5)
#define EACH4(f) EACH3(f); f(Y6, Y7)
#define EACH5(f) EACH4(f); f(Y8, Y9)
#define EACH6(f) EACH5(f); f(Y10, Y11)

// STEPSr: one step of rows 0…r−1.
#define STEPS1 STEP((SI), Y14, Y0, Y1)
#define STEPS2 STEPS1; STEP((SI)(R11*1), Y15, Y2, Y3)
#define STEPS3 STEPS2; STEP((SI)(R11*2), Y14, Y4, Y5)
#define STEPS4 STEPS3; STEP((R8), Y15, Y6, Y7)
#define STEPS5 STEPS4; STEP((R8)(R11*1), Y14, Y8, Y9)
#define STEPS6 STEPS5; STEP((R8)(R11*2), Y15, Y10, Y11)

// KERNEL(each, steps) is the whole function: addresses, the start of the sums,
// the loop over k, and the ending.
#define KERNEL(each, steps) \
	MOVQ t+0(FP), DI                 \ // the tile
	MOVQ tile_ldc(DI), R15           \
	MOVQ tile_rsa(DI), R11           \
	MOVQ tile_csa(DI), R12           \
	MOVQ tile_ldb(DI), R13           \
	MOVQ tile_a(DI), SI              \
	LEAQ (R11)(R11*2), AX            \ // three rows of A
	LEAQ (SI)(AX*1), R8              \
	MOVQ tile_b(DI), BX              \
	CMPQ tile_end(DI), $const_chain  \
	JEQ  continue                    \
	each(ZERO)                       \
	JMP  count                       \
continue:                            \
	MASKS                            \
	MOVQ tile_c(DI), DX              \
	each(LOADC)                      \
count:                               \
	MOVQ tile_k(DI), CX              \
	TESTQ CX, CX                     \
	JZ   ending                      \
	PCALIGN $32                      \
loop:                                \
	VMOVUPS (BX), Y12                \ // row k of B
	VMOVUPS 32(BX), Y13              \
	steps                            \
	ADDQ R12, SI                     \ // next k
	ADDQ R12, R8                     \
	ADDQ R13, BX                     \
	DECQ CX                          \
	JNZ  loop                        \
ending:                              \
	MASKS                            \
	MOVQ tile_bias(DI), AX           \
	TESTQ AX, AX                     \
	JZ   old                         \
	VMASKMOVPS (AX), Y14, Y12        \
	VMASKMOVPS 32(AX), Y15, Y13      \
	each(BIAS)                       \
old:                                 \
	CMPQ tile_end(DI), $const_add    \
	JNE  write                       \
	MOVQ tile_c(DI), DX              \
	each(ADDC)                       \
write:                               \
	MOVQ tile_c(DI), DX              \
	CMPQ tile_cols(DI), $16          \
	JLT  part                        \
	each(STOREALL)                   \
	VZEROUPPER                       \
	RET                              \
part:                                \
	each(STOREC)                     \
	VZEROUPPER                       \
	RET

// func micro256x1(t *tile)
TEXT ·micro256x1(SB), NOSPLIT, $0-8
	KERNEL(EACH1, STEPS1)

// func micro256x2(t *tile)
TEXT ·micro256x2(SB), NOSPLIT, $0-8
	KERNEL(EACH2, STEPS2)

// func micro256x3(t *tile)
TEXT ·micro256x3(SB), NOSPLIT, $0-8
	KERNEL(EACH3, STEPS3)

// func micro256x4(t *tile)
TEXT ·micro256x4(SB), NOSPLIT, $0-8
	KERNEL(EACH4, STEPS4)

// func micro256x5(t *tile)
TEXT ·micro256x5(SB), NOSPLIT, $0-8
	KERNEL(EACH5, STEPS5)

// func micro256x6(t *tile)
TEXT ·micro256x6(SB), NOSPLIT, $0-8
	KERNEL(EACH6, STEPS6)

// func copyPanel256(dst, src *float32, stride uintptr, rows int)
TEXT ·copyPanel256(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ rows+24(FP), CX
	LEAQ (SI)(R8*8), BX
row:
	PREFETCHT0 (BX)             // eight rows ahead
	PREFETCHT0 64(BX)
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VMOVUPS 64(SI), Y2
	VMOVUPS 96(SI), Y3
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	ADDQ R8, SI
	ADDQ R8, BX
	ADDQ $128, DI
	DECQ CX
	JNZ  row
	VZEROUPPER
	RET
