//go:build !purego

#include "textflag.h"
#include "products_amd64.h"

// Peaks of products of bfloat16 and of 8-bit integers: as many independent sums
// as hide the latency, factors of zero.

// func dpbf16(n int)
TEXT ·dpbf16(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
loop:
	VDPBF16PS_0(0);  VDPBF16PS_0(1);  VDPBF16PS_0(2);  VDPBF16PS_0(3)
	VDPBF16PS_0(4);  VDPBF16PS_0(5);  VDPBF16PS_0(6);  VDPBF16PS_0(7)
	VDPBF16PS_8(0);  VDPBF16PS_8(1);  VDPBF16PS_8(2);  VDPBF16PS_8(3)
	VDPBF16PS_8(4);  VDPBF16PS_8(5);  VDPBF16PS_8(6);  VDPBF16PS_8(7)
	VDPBF16PS_16(0); VDPBF16PS_16(1); VDPBF16PS_16(2); VDPBF16PS_16(3)
	VDPBF16PS_16(4); VDPBF16PS_16(5); VDPBF16PS_16(6); VDPBF16PS_16(7)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

#define FOUR(a, b, c, d) \
	VPDPBUSD Z24, Z25, a; \
	VPDPBUSD Z24, Z25, b; \
	VPDPBUSD Z24, Z25, c; \
	VPDPBUSD Z24, Z25, d

// func vnni(n int)
TEXT ·vnni(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
loop:
	FOUR(Z0, Z1, Z2, Z3)
	FOUR(Z4, Z5, Z6, Z7)
	FOUR(Z8, Z9, Z10, Z11)
	FOUR(Z12, Z13, Z14, Z15)
	FOUR(Z16, Z17, Z18, Z19)
	FOUR(Z20, Z21, Z22, Z23)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// One sum: 32 products of a byte without and one with sign, pairs added in 16
// bits, fours in 32 (Y13 holds ones).
#define MADD(sum, t) \
	VPMADDUBSW Y12, Y14, t; \
	VPMADDWD   Y13, t, t; \
	VPADDD     t, sum, sum

// func madd8(n int)
TEXT ·madd8(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VPXOR Y12, Y12, Y12
	VPXOR Y13, Y13, Y13
	VPXOR Y14, Y14, Y14
loop:
	MADD(Y0, Y8)
	MADD(Y1, Y9)
	MADD(Y2, Y10)
	MADD(Y3, Y11)
	MADD(Y4, Y8)
	MADD(Y5, Y9)
	MADD(Y6, Y10)
	MADD(Y7, Y11)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

#define ZERO_TILES TILEZERO(0); TILEZERO(1); TILEZERO(2); TILEZERO(3); TILEZERO(4); TILEZERO(5); TILEZERO(6); TILEZERO(7)

// func amxBF16(n int, c *tileConfig)
TEXT ·amxBF16(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), AX
	LDTILECFG_AX
	ZERO_TILES
loop:
	TDPBF16PS(0)
	TDPBF16PS(1)
	TDPBF16PS(2)
	TDPBF16PS(3)
	TDPBF16PS(4)
	TDPBF16PS(5)
	DECQ CX
	JNZ  loop
	TILERELEASE
	RET

// func amxI8(n int, c *tileConfig)
TEXT ·amxI8(SB), NOSPLIT, $0-16
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), AX
	LDTILECFG_AX
	ZERO_TILES
loop:
	TDPBSSD(0)
	TDPBSSD(1)
	TDPBSSD(2)
	TDPBSSD(3)
	TDPBSSD(4)
	TDPBSSD(5)
	DECQ CX
	JNZ  loop
	TILERELEASE
	RET

// func read512(x []float32)
TEXT ·read512(SB), NOSPLIT, $0-24
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	SHRQ $6, CX             // 64 numbers a round
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
read:
	VADDPS (SI), Z0, Z0
	VADDPS 64(SI), Z1, Z1
	VADDPS 128(SI), Z2, Z2
	VADDPS 192(SI), Z3, Z3
	ADDQ $256, SI
	DECQ CX
	JNZ  read
	VZEROUPPER
	RET
