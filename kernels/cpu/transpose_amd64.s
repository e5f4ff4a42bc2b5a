//go:build !purego

#include "textflag.h"

// ADDRESSES: rows 0, 4, 8, 12 of the source stand at SI, R8, R9, R10; row 4q+i
// is i strides (R11, 3·R11 in R12) further. Four rows of the destination stand
// at DI, R13 bytes apart (3·R13 in R15).

// func transpose512(dst *float32, ld uintptr, src *float32, stride uintptr, blocks int)
TEXT ·transpose512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ ld+8(FP), R13
	MOVQ src+16(FP), SI
	MOVQ stride+24(FP), R11
	MOVQ blocks+32(FP), CX
	LEAQ (R11)(R11*2), R12
	LEAQ (R13)(R13*2), R15
	LEAQ (SI)(R11*4), R8   // row 4
	LEAQ (R8)(R11*4), R9   // row 8
	LEAQ (R9)(R11*4), R10  // row 12
block:
	// Z0-Z3: lane q of Zi holds four columns of row 4q+i.
	VMOVUPS (SI), X0
	VMOVUPS (SI)(R11*1), X1
	VMOVUPS (SI)(R11*2), X2
	VMOVUPS (SI)(R12*1), X3
	VINSERTF32X4 $1, (R8), Z0, Z0
	VINSERTF32X4 $1, (R8)(R11*1), Z1, Z1
	VINSERTF32X4 $1, (R8)(R11*2), Z2, Z2
	VINSERTF32X4 $1, (R8)(R12*1), Z3, Z3
	VINSERTF32X4 $2, (R9), Z0, Z0
	VINSERTF32X4 $2, (R9)(R11*1), Z1, Z1
	VINSERTF32X4 $2, (R9)(R11*2), Z2, Z2
	VINSERTF32X4 $2, (R9)(R12*1), Z3, Z3
	VINSERTF32X4 $3, (R10), Z0, Z0
	VINSERTF32X4 $3, (R10)(R11*1), Z1, Z1
	VINSERTF32X4 $3, (R10)(R11*2), Z2, Z2
	VINSERTF32X4 $3, (R10)(R12*1), Z3, Z3
	// Each lane is a 4×4 matrix; transpose all four.
	VUNPCKLPS Z1, Z0, Z4   // a0 b0 a1 b1
	VUNPCKHPS Z1, Z0, Z5   // a2 b2 a3 b3
	VUNPCKLPS Z3, Z2, Z6   // c0 d0 c1 d1
	VUNPCKHPS Z3, Z2, Z7   // c2 d2 c3 d3
	VUNPCKLPD Z6, Z4, Z0   // a0 b0 c0 d0: the first column
	VUNPCKHPD Z6, Z4, Z1
	VUNPCKLPD Z7, Z5, Z2
	VUNPCKHPD Z7, Z5, Z3
	VMOVUPS Z0, (DI)
	VMOVUPS Z1, (DI)(R13*1)
	VMOVUPS Z2, (DI)(R13*2)
	VMOVUPS Z3, (DI)(R15*1)
	ADDQ $16, SI           // four columns on
	ADDQ $16, R8
	ADDQ $16, R9
	ADDQ $16, R10
	LEAQ (DI)(R13*4), DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func transpose256(dst *float32, ld uintptr, src *float32, stride uintptr, blocks int)
TEXT ·transpose256(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ ld+8(FP), R13
	MOVQ src+16(FP), SI
	MOVQ stride+24(FP), R11
	MOVQ blocks+32(FP), CX
	LEAQ (R11)(R11*2), R12
	LEAQ (R13)(R13*2), R15
	LEAQ (SI)(R11*4), R8   // row 4
block:
	// Y0-Y3: lane q of Yi holds four columns of row 4q+i.
	VMOVUPS (SI), X0
	VMOVUPS (SI)(R11*1), X1
	VMOVUPS (SI)(R11*2), X2
	VMOVUPS (SI)(R12*1), X3
	VINSERTF128 $1, (R8), Y0, Y0
	VINSERTF128 $1, (R8)(R11*1), Y1, Y1
	VINSERTF128 $1, (R8)(R11*2), Y2, Y2
	VINSERTF128 $1, (R8)(R12*1), Y3, Y3
	// Each lane is a 4×4 matrix; transpose both.
	VUNPCKLPS Y1, Y0, Y4   // a0 b0 a1 b1
	VUNPCKHPS Y1, Y0, Y5   // a2 b2 a3 b3
	VUNPCKLPS Y3, Y2, Y6   // c0 d0 c1 d1
	VUNPCKHPS Y3, Y2, Y7   // c2 d2 c3 d3
	VUNPCKLPD Y6, Y4, Y0   // a0 b0 c0 d0: the first column
	VUNPCKHPD Y6, Y4, Y1
	VUNPCKLPD Y7, Y5, Y2
	VUNPCKHPD Y7, Y5, Y3
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, (DI)(R13*1)
	VMOVUPS Y2, (DI)(R13*2)
	VMOVUPS Y3, (DI)(R15*1)
	ADDQ $16, SI           // four columns on
	ADDQ $16, R8
	LEAQ (DI)(R13*4), DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET
