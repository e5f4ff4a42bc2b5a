//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"

// Products of 8-bit integers: see tileI8. Every sum is exact.

// With VPDPBUSD: R rows by 32 columns, activations 128 too high; the sums start
// from what makes up for that.
//
//	Z0, Z1     row 0, columns 0-15 and 16-31      SI, R8, R9, R10   rows 0, 3, 6, 9
//	…                                             R11               bytes between rows
//	Z22, Z23   row 11                             BX, R14           weights, and to the second panel
//	Z24, Z25   weights of four k                  DX                scales of the rows, at the end
//	Z26, Z27   four numbers of a row              CX                steps left

#define START(a, b) VMOVDQU32 Z30, a; VMOVDQU32 Z31, b
#define DOT4(x, t, a, b) VPBROADCASTD x, t; VPDPBUSD Z24, t, a; VPDPBUSD Z25, t, b

// FINISH: float32 of the sum, times the product of the scales.
#define FINISH(a, b) \
	VCVTDQ2PS a, a         \
	VCVTDQ2PS b, b         \
	VMULPS.BCST (DX), Z30, Z26 \
	VMULPS.BCST (DX), Z31, Z27 \
	VMULPS Z26, a, a       \
	VMULPS Z27, b, b       \
	VMOVUPS a, (DI)        \
	VMOVUPS b, 64(DI)      \
	ADDQ $4, DX            \
	ADDQ R15, DI

#define SUMS1(f) f(Z0, Z1)
#define SUMS2(f) SUMS1(f); f(Z2, Z3)
#define SUMS4(f) SUMS2(f); f(Z4, Z5); f(Z6, Z7)
#define SUMS8(f) SUMS4(f); f(Z8, Z9); f(Z10, Z11); f(Z12, Z13); f(Z14, Z15)
#define SUMS12(f) SUMS8(f); f(Z16, Z17); f(Z18, Z19); f(Z20, Z21); f(Z22, Z23)

#define DOTS1 DOT4((SI), Z26, Z0, Z1)
#define DOTS2 DOTS1; DOT4((SI)(R11*1), Z27, Z2, Z3)
#define DOTS4 DOTS2; DOT4((SI)(R11*2), Z28, Z4, Z5); DOT4((R8), Z29, Z6, Z7)
#define DOTS8 DOTS4; DOT4((R8)(R11*1), Z26, Z8, Z9); DOT4((R8)(R11*2), Z27, Z10, Z11); \
	DOT4((R9), Z28, Z12, Z13); DOT4((R9)(R11*1), Z29, Z14, Z15)
#define DOTS12 DOTS8; DOT4((R9)(R11*2), Z26, Z16, Z17); DOT4((R10), Z27, Z18, Z19); \
	DOT4((R10)(R11*1), Z28, Z20, Z21); DOT4((R10)(R11*2), Z29, Z22, Z23)

#define INTEGERS(sums, dots) \
	MOVQ t+0(FP), DI               \
	MOVQ tileI8_x(DI), SI          \
	MOVQ tileI8_ldx(DI), R11       \
	LEAQ (R11)(R11*2), AX          \ // three rows
	LEAQ (SI)(AX*1), R8            \
	LEAQ (SI)(AX*2), R9            \
	LEAQ (R8)(AX*2), R10           \
	MOVQ tileI8_w(DI), BX          \
	MOVQ tileI8_half(DI), R14      \
	MOVQ tileI8_depth(DI), CX      \
	MOVQ tileI8_shift(DI), AX      \
	VMOVDQU32 (AX), Z30            \
	VMOVDQU32 64(AX), Z31          \
	sums(START)                    \
	SHRQ $2, CX                    \
	PCALIGN $32                    \
loop:                              \
	VMOVDQU32 (BX), Z24            \
	VMOVDQU32 (BX)(R14*1), Z25     \
	PREFETCHT0 1024(BX)            \
	PREFETCHT0 1024(BX)(R14*1)     \
	dots                           \
	ADDQ $4, SI                    \
	ADDQ $4, R8                    \
	ADDQ $4, R9                    \
	ADDQ $4, R10                   \
	ADDQ $64, BX                   \
	DECQ CX                        \
	JNZ  loop                      \
	MOVQ tileI8_scales(DI), AX     \
	VMOVUPS (AX), Z30              \
	VMOVUPS 64(AX), Z31            \
	MOVQ tileI8_scalex(DI), DX     \
	MOVQ tileI8_ldc(DI), R15       \
	MOVQ tileI8_c(DI), DI          \
	sums(FINISH)                   \
	VZEROUPPER                     \
	RET

// func i8x1VNNI(t *tileI8)
TEXT ·i8x1VNNI(SB), NOSPLIT, $0-8
	INTEGERS(SUMS1, DOTS1)

// func i8x2VNNI(t *tileI8)
TEXT ·i8x2VNNI(SB), NOSPLIT, $0-8
	INTEGERS(SUMS2, DOTS2)

// func i8x4VNNI(t *tileI8)
TEXT ·i8x4VNNI(SB), NOSPLIT, $0-8
	INTEGERS(SUMS4, DOTS4)

// func i8x8VNNI(t *tileI8)
TEXT ·i8x8VNNI(SB), NOSPLIT, $0-8
	INTEGERS(SUMS8, DOTS8)

// func i8x12VNNI(t *tileI8)
TEXT ·i8x12VNNI(SB), NOSPLIT, $0-8
	INTEGERS(SUMS12, DOTS12)

// TDPBSSD b, a, d: d += a·b, VEX.128.F2.0F38.W0 5E 11:d:a, b in vvvv.
#define TDPBSSD(b, a, d) BYTE $0xc4; BYTE $0xe2; BYTE $(((15-(b))<<3)|3); BYTE $0x5e; BYTE $(0xc0|((d)<<3)|(a))

// LDTILECFG ·shapeI8(SB): eight tiles of 16 rows of 64 bytes.
#define SHAPES LEAQ ·shapeI8(SB), DI; LDTILECFG_DI(0)

// With tiles: 32 or 16 rows by 32 columns, A in pieces of 16 rows by 64 k, B the
// panels themselves. Sums of 32 bits go to [rows][32].
//
//	tiles 0 1 / 2 3   sums        SI, R8    A, rows 0-15 and 16-31
//	4, 5              A           BX, R14   B, and to its second panel
//	6, 7              B           DX, R11   sums, rows 0-15 and 16-31

// func tilesI8x32(sums *int32, t *tileI8)
TEXT ·tilesI8x32(SB), NOSPLIT, $0-16
	SHAPES
	MOVQ sums+0(FP), DX
	MOVQ t+8(FP), DI
	MOVQ tileI8_x(DI), SI
	MOVQ tileI8_half(DI), R9   // 16·depth: also the bytes of 16 rows of A
	LEAQ (SI)(R9*1), R8
	MOVQ tileI8_w(DI), BX
	LEAQ (BX)(R9*1), R12
	MOVQ tileI8_depth(DI), CX
	MOVL $64, R14
	MOVL $128, R15
	LEAQ 2048(DX), R11
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)
	SHRQ $6, CX
loop:
	TILELOADD(0, rBX, rR14, 6)
	TILELOADD(0, rSI, rR14, 4)
	TDPBSSD(6, 4, 0)
	TILELOADD(0, rR8, rR14, 5)
	TDPBSSD(6, 5, 2)
	TILELOADD(0, rR12, rR14, 7)
	TDPBSSD(7, 4, 1)
	TDPBSSD(7, 5, 3)
	ADDQ $1024, BX
	ADDQ $1024, R12
	ADDQ $1024, SI
	ADDQ $1024, R8
	DECQ CX
	JNZ  loop
	TILESTORED(0, 0, rDX, rR15)
	TILESTORED(1, 64, rDX, rR15)
	TILESTORED(2, 0, rR11, rR15)
	TILESTORED(3, 64, rR11, rR15)
	TILERELEASE
	RET

// func tilesI8x16(sums *int32, t *tileI8)
TEXT ·tilesI8x16(SB), NOSPLIT, $0-16
	SHAPES
	MOVQ sums+0(FP), DX
	MOVQ t+8(FP), DI
	MOVQ tileI8_x(DI), SI
	MOVQ tileI8_w(DI), BX
	MOVQ tileI8_half(DI), R12
	ADDQ BX, R12
	MOVQ tileI8_depth(DI), CX
	MOVL $64, R14
	MOVL $128, R15
	TILEZERO(0)
	TILEZERO(1)
	SHRQ $6, CX
loop:
	TILELOADD(0, rSI, rR14, 4)
	TILELOADD(0, rBX, rR14, 6)
	TDPBSSD(6, 4, 0)
	TILELOADD(0, rR12, rR14, 7)
	TDPBSSD(7, 4, 1)
	ADDQ $1024, BX
	ADDQ $1024, R12
	ADDQ $1024, SI
	DECQ CX
	JNZ  loop
	TILESTORED(0, 0, rDX, rR15)
	TILESTORED(1, 64, rDX, rR15)
	TILERELEASE
	RET

// func scaleI8x512(t *tileI8, sums *int32, rows int)
//
// c = float32(sums) · (scale of the row · scale of the column).
TEXT ·scaleI8x512(SB), NOSPLIT, $0-24
	MOVQ t+0(FP), DI
	MOVQ sums+8(FP), SI
	MOVQ rows+16(FP), CX
	MOVQ tileI8_scales(DI), AX
	VMOVUPS (AX), Z30
	VMOVUPS 64(AX), Z31
	MOVQ tileI8_scalex(DI), DX
	MOVQ tileI8_ldc(DI), R15
	MOVQ tileI8_c(DI), DI
row:
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	FINISH(Z0, Z1)
	ADDQ $128, SI
	DECQ CX
	JNZ  row
	VZEROUPPER
	RET

// func largest512(x *float32, n int) uint32
//
// The largest bit pattern of |x|; n is a multiple of 16, at least 16.
TEXT ·largest512(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	MOVL $0x7fffffff, AX
	VPBROADCASTD AX, Z1
	VPXORD Z0, Z0, Z0
loop:
	VPANDD (SI), Z1, Z2
	VPMAXUD Z2, Z0, Z0
	ADDQ $64, SI
	SUBQ $16, CX
	JNZ  loop
	VEXTRACTI64X4 $1, Z0, Y1
	VPMAXUD Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPMAXUD X1, X0, X0
	VPSHUFD $0x4e, X0, X1
	VPMAXUD X1, X0, X0
	VPSHUFD $0xb1, X0, X1
	VPMAXUD X1, X0, X0
	VMOVD X0, AX
	MOVL AX, ret+16(FP)
	VZEROUPPER
	RET

// func round512(q *int8, x *float32, n int, factor float32)
//
// q = x·factor, to the nearest; n is a multiple of 16, at least 16.
TEXT ·round512(SB), NOSPLIT, $0-28
	MOVQ q+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS factor+24(FP), Z1
loop:
	VMULPS (SI), Z1, Z0
	VCVTPS2DQ Z0, Z0
	VPMOVSDB Z0, (DI)
	ADDQ $64, SI
	ADDQ $16, DI
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET
