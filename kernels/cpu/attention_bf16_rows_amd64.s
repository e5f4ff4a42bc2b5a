//go:build !purego

#include "textflag.h"
#include "bytes_amd64.h"
#include "fold4_avx512_amd64.h"
#include "turn4_avx512_amd64.h"

// What the backward pass of attention in bfloat16 makes of rows of queries.

// PRODUCTS(row, sum): the products of a row of x, rounded, with y are added to
// 16 sums. A vector of 32 bfloat16 is widened half by half.
#define PRODUCTS(x, x64, y, y64, sum) \
	VMOVUPS x, Z0               \
	VMOVUPS x64, Z1             \
	VCVTNE2PS2BF16(0, 1, 2)     \
	VPMOVZXWD Y2, Z3            \
	VEXTRACTI64X4 $1, Z2, Y2    \
	VPMOVZXWD Y2, Z2            \
	VPSLLD $16, Z3, Z3          \
	VPSLLD $16, Z2, Z2          \
	VFMADD231PS y, Z3, sum      \
	VFMADD231PS y64, Z2, sum

// func deltas16(d, x, y *float32, stride uintptr, quartets, blocks int, scale float32)
//
//	for i := range 4 * quartets { d[i] = scale·Σ_j bf16(x[i][j])·y[i][j] }
//
// over blocks of 32 numbers, in 16 sums that are folded by halves.
TEXT ·deltas16(SB), NOSPLIT, $0-52
	MOVQ d+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), BX
	MOVQ stride+24(FP), R8
	MOVQ quartets+32(FP), R12
	MOVQ blocks+40(FP), R10
	VBROADCASTSS scale+48(FP), Z31
	LEAQ (R8)(R8*2), R9
	MOVL $0x1111, AX
	KMOVW AX, K1
quartet:
	VPXORQ Z16, Z16, Z16
	VPXORQ Z17, Z17, Z17
	VPXORQ Z18, Z18, Z18
	VPXORQ Z19, Z19, Z19
	MOVQ SI, R13
	MOVQ BX, DX
	MOVQ R10, CX
block:
	PRODUCTS((R13), 64(R13), (DX), 64(DX), Z16)
	PRODUCTS((R13)(R8*1), 64(R13)(R8*1), (DX)(R8*1), 64(DX)(R8*1), Z17)
	PRODUCTS((R13)(R8*2), 64(R13)(R8*2), (DX)(R8*2), 64(DX)(R8*2), Z18)
	PRODUCTS((R13)(R9*1), 64(R13)(R9*1), (DX)(R9*1), 64(DX)(R9*1), Z19)
	ADDQ $128, R13
	ADDQ $128, DX
	DECQ CX
	JNZ  block
	FOLD4(VADDPS)
	VMULPS Z31, Z16, Z16
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (DI)
	LEAQ (SI)(R8*4), SI
	LEAQ (BX)(R8*4), BX
	ADDQ $16, DI
	DECQ R12
	JNZ  quartet
	VZEROUPPER
	RET

// DOWN(z): four rows, 16 apart by four, of a tile at SI. EIGHTH(z): rows 8 apart
// at DX, R9 = 8 rows and R10 = 24 rows.
#define DOWN(off, z) QUARTERS(off(SI), off+256(SI), off+512(SI), off+768(SI), z)
#define EIGHTH(z) QUARTERS((DX), (DX)(R9*1), (DX)(R9*2), (DX)(R10*1), z); ADDQ R8, DX

// func turnOut16(dst *float32, stride uintptr, src *float32, stripes int)
//
//	for s := range stripes { for t := range 2 { for d := range 16 { for c := range 16 {
//		dst[8·(c/4) + 4·t + c%4][16·s + d] = src[s][t][d][c]
//	} } } }
TEXT ·turnOut16(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ stride+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ stripes+24(FP), R12
	TURNMASKS
	LEAQ (R8)(R8*2), R9
stripe:
	MOVQ DI, BX
	MOVL $2, R11
tile:
	MOVQ BX, DX
	MOVL $4, CX
columns:
	DOWN(0, Z0)
	DOWN(64, Z1)
	DOWN(128, Z2)
	DOWN(192, Z3)
	TURN4
	VMOVUPS Z4, (DX)
	VMOVUPS Z5, (DX)(R8*1)
	VMOVUPS Z6, (DX)(R8*2)
	VMOVUPS Z7, (DX)(R9*1)
	LEAQ (DX)(R8*8), DX
	ADDQ $16, SI
	DECL CX
	JNZ  columns
	LEAQ (BX)(R8*4), BX
	ADDQ $960, SI
	DECL R11
	JNZ  tile
	ADDQ $64, DI
	DECQ R12
	JNZ  stripe
	VZEROUPPER
	RET

// func turnIn16(dst *float32, src *float32, stride uintptr, stripes int)
//
// is the way back.
TEXT ·turnIn16(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ stripes+24(FP), R12
	TURNMASKS
	MOVQ R8, R9
	SHLQ $3, R9
	LEAQ (R9)(R9*2), R10
stripe:
	MOVQ SI, BX
	MOVL $2, R11
tile:
	MOVL $4, CX
	MOVQ BX, R13
columns:
	MOVQ R13, DX
	EIGHTH(Z0)
	EIGHTH(Z1)
	EIGHTH(Z2)
	EIGHTH(Z3)
	TURN4
	VMOVUPS Z4, (DI)
	VMOVUPS Z5, 64(DI)
	VMOVUPS Z6, 128(DI)
	VMOVUPS Z7, 192(DI)
	ADDQ $256, DI
	ADDQ $16, R13
	DECL CX
	JNZ  columns
	LEAQ (BX)(R8*4), BX
	DECL R11
	JNZ  tile
	ADDQ $64, SI
	DECQ R12
	JNZ  stripe
	VZEROUPPER
	RET
