//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"

// Decoding for AVX-512: the query heads of one key head against a chunk of keys
// and values as they lie in memory. While a chunk is in work the next one is
// asked for, line by line: it may lie in another page, where the hardware would
// not look ahead.

// TURNED: Z0-Z3 = four numbers each of sixteen keys, transposed. Rows 0, 4, 8
// and 12 are at AX, R8, R9 and R10, R11 bytes apart; R12 is three rows.
#define TURNED \
	VMOVUPS (AX), X0                           \ // lane p of Zi holds four numbers of key 4p+i
	VMOVUPS (AX)(R11*1), X1                    \
	VMOVUPS (AX)(R11*2), X2                    \
	VMOVUPS (AX)(R12*1), X3                    \
	VINSERTF32X4 $1, (R8), Z0, Z0              \
	VINSERTF32X4 $1, (R8)(R11*1), Z1, Z1       \
	VINSERTF32X4 $1, (R8)(R11*2), Z2, Z2       \
	VINSERTF32X4 $1, (R8)(R12*1), Z3, Z3       \
	VINSERTF32X4 $2, (R9), Z0, Z0              \
	VINSERTF32X4 $2, (R9)(R11*1), Z1, Z1       \
	VINSERTF32X4 $2, (R9)(R11*2), Z2, Z2       \
	VINSERTF32X4 $2, (R9)(R12*1), Z3, Z3       \
	VINSERTF32X4 $3, (R10), Z0, Z0             \
	VINSERTF32X4 $3, (R10)(R11*1), Z1, Z1      \
	VINSERTF32X4 $3, (R10)(R11*2), Z2, Z2      \
	VINSERTF32X4 $3, (R10)(R12*1), Z3, Z3      \
	VUNPCKLPS Z1, Z0, Z4                       \ // each lane is a 4×4 matrix: all four are transposed
	VUNPCKHPS Z1, Z0, Z5                       \
	VUNPCKLPS Z3, Z2, Z6                       \
	VUNPCKHPS Z3, Z2, Z7                       \
	VUNPCKLPD Z6, Z4, Z0                       \
	VUNPCKHPD Z6, Z4, Z1                       \
	VUNPCKLPD Z7, Z5, Z2                       \
	VUNPCKHPD Z7, Z5, Z3

// MEET(g, s): the scores of head g take four steps, s += q[d]·k[·,d].
#define MEET(g, s) \
	VFMADD231PS.BCST (16*g)(BX), Z0, s    \
	VFMADD231PS.BCST (16*g+4)(BX), Z1, s  \
	VFMADD231PS.BCST (16*g+8)(BX), Z2, s  \
	VFMADD231PS.BCST (16*g+12)(BX), Z3, s

#define MEETS1 MEET(0, Z16)
#define MEETS2 MEETS1; MEET(1, Z17)
#define MEETS3 MEETS2; MEET(2, Z18)
#define MEETS4 MEETS3; MEET(3, Z19)
#define MEETS5 MEETS4; MEET(4, Z20)
#define MEETS6 MEETS5; MEET(5, Z21)
#define MEETS7 MEETS6; MEET(6, Z22)
#define MEETS8 MEETS7; MEET(7, Z23)

// SCORED(heads, block, meets): the inner loop for so many heads.
#define SCORED(heads, block, meets) \
block:                        \
	TURNED                    \
	meets                     \
	PREFETCHT1 (R15)          \
	PREFETCHT1 64(R15)        \
	PREFETCHT1 128(R15)       \
	PREFETCHT1 192(R15)       \
	ADDQ $256, R15            \
	ADDQ $16, AX              \
	ADDQ $16, R8              \
	ADDQ $16, R9              \
	ADDQ $16, R10             \
	ADDQ $(16*heads), BX      \
	DECQ CX                   \
	JNZ  block                \
	JMP  write

// WRITE(g, s): the scores of a head, unless there are no more.
#define WRITE(g, s) \
	VMOVUPS s, (256*g)(DI)  \
	DECQ CX                 \
	JZ   next

// func decodeScores512(s, q, k *float32, stride uintptr, groups, blocks, heads int, ahead uintptr)
//
//	for h := range heads { for j := range 16 * groups { s[h][j] = Σ_d q[h][d]·k[j][d], d < 4·blocks } }
//
// for rows of s of 64 numbers, rows of k stride bytes apart, and 1…8 heads of q
// that lie as [blocks][heads][4]. The sum is the chain over ascending d of the
// micro-kernels. ahead is where the next keys begin.
TEXT ·decodeScores512(SB), NOSPLIT, $0-64
	MOVQ s+0(FP), DI
	MOVQ k+16(FP), SI
	MOVQ stride+24(FP), R11
	MOVQ groups+32(FP), DX
	MOVQ ahead+56(FP), R15
	LEAQ (R11)(R11*2), R12 // three rows
	MOVQ R11, R13
	SHLQ $4, R13           // sixteen rows
group:
	LEAQ (SI)(R11*4), R8   // row 4
	LEAQ (R8)(R11*4), R9   // row 8
	LEAQ (R9)(R11*4), R10  // row 12
	MOVQ SI, AX
	MOVQ q+8(FP), BX
	VPXORQ Z16, Z16, Z16
	VPXORQ Z17, Z17, Z17
	VPXORQ Z18, Z18, Z18
	VPXORQ Z19, Z19, Z19
	VPXORQ Z20, Z20, Z20
	VPXORQ Z21, Z21, Z21
	VPXORQ Z22, Z22, Z22
	VPXORQ Z23, Z23, Z23
	MOVQ heads+48(FP), CX
	CMPQ CX, $2
	JLT  one
	JEQ  two
	CMPQ CX, $4
	JLT  three
	JEQ  four
	CMPQ CX, $6
	JLT  five
	JEQ  six
	CMPQ CX, $8
	JLT  seven
	MOVQ blocks+40(FP), CX
	SCORED(8, block8, MEETS8)
seven:
	MOVQ blocks+40(FP), CX
	SCORED(7, block7, MEETS7)
six:
	MOVQ blocks+40(FP), CX
	SCORED(6, block6, MEETS6)
five:
	MOVQ blocks+40(FP), CX
	SCORED(5, block5, MEETS5)
four:
	MOVQ blocks+40(FP), CX
	SCORED(4, block4, MEETS4)
three:
	MOVQ blocks+40(FP), CX
	SCORED(3, block3, MEETS3)
two:
	MOVQ blocks+40(FP), CX
	SCORED(2, block2, MEETS2)
one:
	MOVQ blocks+40(FP), CX
	SCORED(1, block1, MEETS1)
write:
	MOVQ heads+48(FP), CX
	WRITE(0, Z16)
	WRITE(1, Z17)
	WRITE(2, Z18)
	WRITE(3, Z19)
	WRITE(4, Z20)
	WRITE(5, Z21)
	WRITE(6, Z22)
	WRITE(7, Z23)
next:
	ADDQ $64, DI
	ADDQ R13, SI
	DECQ DX
	JNZ  group
	VZEROUPPER
	RET

// func mergeRows512(o *float32, ldo uintptr, oc *float32, rows, hd int, alpha, beta *float32)
//
// o[r] = alpha[r]·o[r] + beta[r]·oc[r] for rows of hd numbers.
TEXT ·mergeRows512(SB), NOSPLIT, $0-56
	MOVQ o+0(FP), DI
	MOVQ ldo+8(FP), R11
	MOVQ oc+16(FP), SI
	MOVQ rows+24(FP), R10
	MOVQ hd+32(FP), R12
	MOVQ alpha+40(FP), R8
	MOVQ beta+48(FP), R9
	MOVQ R12, CX
	ANDQ $15, CX                  // the lanes of the last vector
	TAIL(CX)
mrow:
	VBROADCASTSS (R8), Z5
	VBROADCASTSS (R9), Z6
	XORQ DX, DX
	MOVQ R12, CX
	SUBQ $16, CX
	JLT  mtail
mfull:
	VMULPS (DI)(DX*1), Z5, Z0
	VFMADD231PS (SI)(DX*1), Z6, Z0
	VMOVUPS Z0, (DI)(DX*1)
	ADDQ $64, DX
	SUBQ $16, CX
	JGE  mfull
mtail:
	ADDQ $16, CX
	JZ   mnext
	VMOVUPS.Z (DI)(DX*1), K1, Z0
	VMOVUPS.Z (SI)(DX*1), K1, Z1
	VMULPS Z5, Z0, Z0
	VFMADD231PS Z6, Z1, Z0
	VMOVUPS Z0, K1, (DI)(DX*1)
mnext:
	ADDQ R11, DI
	LEAQ (SI)(R12*4), SI
	ADDQ $4, R8
	ADDQ $4, R9
	DECQ R10
	JNZ  mrow
	VZEROUPPER
	RET
