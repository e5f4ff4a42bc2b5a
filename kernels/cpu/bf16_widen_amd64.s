//go:build !purego

#include "textflag.h"

// Rounding to bfloat16 with integers, for processors without an instruction for
// it: the sum of x, 0x7fff and the last bit that stays is cut off after 16 bits.
// NaN stays NaN, subnormal numbers become 0.

DATA ·round16words+0(SB)/4, $1
DATA ·round16words+4(SB)/4, $0x7fff
DATA ·round16words+8(SB)/4, $0x00400000
DATA ·round16words+12(SB)/4, $0x7f800000
DATA ·round16words+16(SB)/4, $0x80000000
DATA ·round16words+20(SB)/4, $0xffff0000
GLOBL ·round16words(SB), RODATA|NOPTR, $24

#define CONSTANTS \
	VPBROADCASTD ·round16words+0(SB), Y8   \
	VPBROADCASTD ·round16words+4(SB), Y9   \
	VPBROADCASTD ·round16words+8(SB), Y10  \
	VPBROADCASTD ·round16words+12(SB), Y11 \
	VPBROADCASTD ·round16words+16(SB), Y12 \
	VPBROADCASTD ·round16words+20(SB), Y13 \
	VPXOR Y15, Y15, Y15

// ROUND(x, d): d is x rounded, as float32. Y1, Y2 and Y3 are overwritten.
#define ROUND(x, d) \
	VPSRLD $16, x, Y1         \
	VPAND Y8, Y1, Y1          \
	VPADDD Y9, Y1, Y1         \
	VPADDD x, Y1, Y1          \
	VCMPPS $3, x, x, Y2       \ // NaN
	VPOR Y10, x, Y3           \
	VBLENDVPS Y2, Y3, Y1, Y1  \
	VPAND Y11, x, Y2          \ // subnormal
	VPCMPEQD Y15, Y2, Y2      \
	VPAND Y12, x, Y3          \
	VBLENDVPS Y2, Y3, Y1, Y1  \
	VPAND Y13, Y1, d

// func widenRow256(dst *uint32, src *float32, n int)
TEXT ·widenRow256(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	CONSTANTS
eight:
	VMOVUPS (SI), Y0
	ROUND(Y0, Y0)
	VMOVUPS Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $8, CX
	JG   eight
	VZEROUPPER
	RET

// PAIR(off, to): two rows at SI, 8 columns, become pairs.
#define PAIR(off, to) \
	VMOVUPS off(SI), Y0           \
	VMOVUPS off(SI)(R8*1), Y4     \
	ROUND(Y0, Y0)                 \
	ROUND(Y4, Y4)                 \
	VPSRLD $16, Y0, Y0            \
	VPOR Y4, Y0, Y0               \
	VMOVDQU Y0, to

// func pairsBlock256(dst *uint32, src *float32, stride uintptr)
TEXT ·pairsBlock256(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	CONSTANTS
	MOVL $16, CX
pair:
	PAIR(0, (DI))
	PAIR(32, 32(DI))
	PAIR(64, 1024(DI))
	PAIR(96, 1056(DI))
	LEAQ (SI)(R8*2), SI
	ADDQ $64, DI
	DECQ CX
	JNZ  pair
	VZEROUPPER
	RET
