//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Products of 8-bit integers, AVX2: see tileI8. Both factors are widened to 16
// bits, so that VPMADDWD multiplies without saturating: any bytes give exact
// sums, and with them the bits of the other implementations. Activations are
// 128 too high, as VPDPBUSD wants them; shift makes up for it.
//
// 1 or 2 rows by the 16 columns of a panel, one panel after the other.
//
//	Y0-Y3    row 0: sums of 4 columns each, in two parts     SI, R8   rows
//	Y4-Y7    row 1                                           BX       weights
//	Y8, Y9   four numbers of a row, four times over          DX       0, then 64: which panel
//	Y10      weights of four columns and four k              CX       steps left
//	Y11      products

#define GROUP1(i, a) \
	VPMOVSXBW (16*i)(BX), Y10 \
	VPMADDWD Y10, Y8, Y11     \
	VPADDD Y11, a, a

#define GROUP2(i, a, b) \
	GROUP1(i, a)              \
	VPMADDWD Y10, Y9, Y11     \
	VPADDD Y11, b, b

#define WIDEN(x, y, low) VPBROADCASTD x, low; VPMOVZXBW low, y

#define STEP1 WIDEN((SI), Y8, X8); GROUP1(0, Y0); GROUP1(1, Y1); GROUP1(2, Y2); GROUP1(3, Y3); ADDQ $4, SI
#define STEP2 WIDEN((SI), Y8, X8); WIDEN((R8), Y9, X9); GROUP2(0, Y0, Y4); GROUP2(1, Y1, Y5); \
	GROUP2(2, Y2, Y6); GROUP2(3, Y3, Y7); ADDQ $4, SI; ADDQ $4, R8

// EIGHT: the sums of 8 columns from two times 4 in two parts, scaled and stored.
// Within each half VPHADDD gives columns 0, 1, 4, 5 and 2, 3, 6, 7.
#define EIGHT(a, b, off) \
	VPHADDD b, a, a               \
	VPERMQ $0xd8, a, a            \
	VPADDD off(R9)(DX*1), a, a    \
	VCVTDQ2PS a, a                \
	VMULPS off(R10)(DX*1), Y15, Y14 \
	VMULPS Y14, a, a              \
	VMOVUPS a, off(DI)(DX*1)

#define FINISH1 VBROADCASTSS (R11), Y15; EIGHT(Y0, Y1, 0); EIGHT(Y2, Y3, 32)
#define FINISH2 FINISH1; ADDQ AX, DI; VBROADCASTSS 4(R11), Y15; EIGHT(Y4, Y5, 0); EIGHT(Y6, Y7, 32)

#define ZERO4(a, b, c, d) VPXOR a, a, a; VPXOR b, b, b; VPXOR c, c, c; VPXOR d, d, d

#define INTEGERS(step, finish) \
	XORL DX, DX                    \
	MOVQ t+0(FP), DI               \
	MOVQ tileI8_w(DI), BX          \
panel:                             \
	MOVQ t+0(FP), DI               \
	MOVQ tileI8_x(DI), SI          \
	MOVQ tileI8_ldx(DI), R8        \
	ADDQ SI, R8                    \
	MOVQ tileI8_depth(DI), CX      \
	ZERO4(Y0, Y1, Y2, Y3)          \
	ZERO4(Y4, Y5, Y6, Y7)          \
	SHRQ $2, CX                    \
	PCALIGN $32                    \
loop:                              \
	step                           \
	ADDQ $64, BX                   \
	DECQ CX                        \
	JNZ  loop                      \
	MOVQ tileI8_shift(DI), R9      \
	MOVQ tileI8_scales(DI), R10    \
	MOVQ tileI8_scalex(DI), R11    \
	MOVQ tileI8_ldc(DI), AX        \
	MOVQ tileI8_w(DI), BX          \
	ADDQ tileI8_half(DI), BX       \
	MOVQ tileI8_c(DI), DI          \
	finish                         \
	ADDQ $64, DX                   \
	CMPQ DX, $128                  \
	JB   panel                     \
	VZEROUPPER                     \
	RET

// func i8x1I256(t *tileI8)
TEXT ·i8x1I256(SB), NOSPLIT, $0-8
	INTEGERS(STEP1, FINISH1)

// func i8x2I256(t *tileI8)
TEXT ·i8x2I256(SB), NOSPLIT, $0-8
	INTEGERS(STEP2, FINISH2)

// func largest256(x *float32, n int) uint32
//
// The largest bit pattern of |x|; n is a multiple of 8, at least 8.
TEXT ·largest256(SB), NOSPLIT, $0-20
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VPCMPEQD Y1, Y1, Y1
	VPSRLD $1, Y1, Y1
	VPXOR Y0, Y0, Y0
loop:
	VPAND (SI), Y1, Y2
	VPMAXUD Y2, Y0, Y0
	ADDQ $32, SI
	SUBQ $8, CX
	JNZ  loop
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

// func round256(q *int8, x *float32, n int, factor float32)
//
// q = x·factor, to the nearest, ties to even; n is a multiple of 8, at least 8.
TEXT ·round256(SB), NOSPLIT, $0-28
	MOVQ q+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VBROADCASTSS factor+24(FP), Y1
loop:
	VMULPS (SI), Y1, Y0
	VCVTPS2DQ Y0, Y0
	VEXTRACTI128 $1, Y0, X2
	VPACKSSDW X2, X0, X0
	VPACKSSWB X0, X0, X0
	VMOVQ X0, (DI)
	ADDQ $32, SI
	ADDQ $8, DI
	SUBQ $8, CX
	JNZ  loop
	VZEROUPPER
	RET
