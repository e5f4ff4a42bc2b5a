//go:build !purego

#include "textflag.h"

// The weighted sum of values for several heads side by side: up to eight
// vectors of a row of V, each with the weights of its head, so that eight
// chains hide each other's latency. Vector i takes weights from p + w[i].
//
//	SI, R11     row j of V, bytes between its rows
//	BX          the weight j of the first head, plus the registers below
//	R8-R10, R12, R13, R15, AX   w[1]…w[7]

// TAKE(p, m, a): a += weight·v.
#define TAKE(p, m, a) VBROADCASTSS p, Z31; VFMADD231PS m, Z31, a

#define TAKES1 TAKE((BX), (SI), Z0)
#define TAKES2 TAKES1; TAKE((BX)(R8*1), 64(SI), Z1)
#define TAKES3 TAKES2; TAKE((BX)(R9*1), 128(SI), Z2)
#define TAKES4 TAKES3; TAKE((BX)(R10*1), 192(SI), Z3)
#define TAKES5 TAKES4; TAKE((BX)(R12*1), 256(SI), Z4)
#define TAKES6 TAKES5; TAKE((BX)(R13*1), 320(SI), Z5)
#define TAKES7 TAKES6; TAKE((BX)(R15*1), 384(SI), Z6)
#define TAKES8 TAKES7; TAKE((BX)(AX*1), 448(SI), Z7)

#define WRITES1 VMOVUPS Z0, (DI)
#define WRITES2 WRITES1; VMOVUPS Z1, 64(DI)
#define WRITES3 WRITES2; VMOVUPS Z2, 128(DI)
#define WRITES4 WRITES3; VMOVUPS Z3, 192(DI)
#define WRITES5 WRITES4; VMOVUPS Z4, 256(DI)
#define WRITES6 WRITES5; VMOVUPS Z5, 320(DI)
#define WRITES7 WRITES6; VMOVUPS Z6, 384(DI)
#define WRITES8 WRITES7; VMOVUPS Z7, 448(DI)

#define VALUES(takes, writes) \
	MOVQ o+0(FP), DI          \
	MOVQ p+8(FP), BX          \
	MOVQ w+16(FP), DX         \
	MOVQ v+24(FP), SI         \
	MOVQ stride+32(FP), R11   \
	MOVQ n+40(FP), CX         \
	MOVQ 8(DX), R8            \
	MOVQ 16(DX), R9           \
	MOVQ 24(DX), R10          \
	MOVQ 32(DX), R12          \
	MOVQ 40(DX), R13          \
	MOVQ 48(DX), R15          \
	MOVQ 56(DX), AX           \
	VPXORQ Z0, Z0, Z0         \
	VPXORQ Z1, Z1, Z1         \
	VPXORQ Z2, Z2, Z2         \
	VPXORQ Z3, Z3, Z3         \
	VPXORQ Z4, Z4, Z4         \
	VPXORQ Z5, Z5, Z5         \
	VPXORQ Z6, Z6, Z6         \
	VPXORQ Z7, Z7, Z7         \
loop:                         \
	takes                     \
	ADDQ $4, BX               \
	ADDQ R11, SI              \
	DECQ CX                   \
	JNZ  loop                 \
	writes                    \
	VZEROUPPER                \
	RET

// func decodeScores512(s, q, k *float32, stride uintptr, groups, blocks int)
//
// Scores of one query against 16·groups keys, 4·blocks numbers each. Sixteen
// keys at a time are transposed in registers, four numbers of each at once, and
// multiplied on the spot: the chain over ascending d of the micro-kernels.
TEXT ·decodeScores512(SB), NOSPLIT, $0-48
	MOVQ s+0(FP), DI
	MOVQ k+16(FP), SI
	MOVQ stride+24(FP), R11
	MOVQ groups+32(FP), DX
	LEAQ (R11)(R11*2), R12 // three rows
	MOVQ R11, R13
	SHLQ $4, R13           // sixteen rows
group:
	LEAQ (SI)(R11*4), R8   // row 4
	LEAQ (R8)(R11*4), R9   // row 8
	LEAQ (R9)(R11*4), R10  // row 12
	MOVQ SI, AX
	MOVQ q+8(FP), BX
	MOVQ blocks+40(FP), CX
	VPXORQ Z16, Z16, Z16
block:
	// Z0-Z3: lane p of Zi holds four numbers of key 4p+i.
	VMOVUPS (AX), X0
	VMOVUPS (AX)(R11*1), X1
	VMOVUPS (AX)(R11*2), X2
	VMOVUPS (AX)(R12*1), X3
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
	VUNPCKLPS Z1, Z0, Z4
	VUNPCKHPS Z1, Z0, Z5
	VUNPCKLPS Z3, Z2, Z6
	VUNPCKHPS Z3, Z2, Z7
	VUNPCKLPD Z6, Z4, Z0
	VUNPCKHPD Z6, Z4, Z1
	VUNPCKLPD Z7, Z5, Z2
	VUNPCKHPD Z7, Z5, Z3
	// s += q[d]·k[·,d]
	VFMADD231PS.BCST (BX), Z0, Z16
	VFMADD231PS.BCST 4(BX), Z1, Z16
	VFMADD231PS.BCST 8(BX), Z2, Z16
	VFMADD231PS.BCST 12(BX), Z3, Z16
	ADDQ $16, AX
	ADDQ $16, R8
	ADDQ $16, R9
	ADDQ $16, R10
	ADDQ $16, BX
	DECQ CX
	JNZ  block
	VMOVUPS Z16, (DI)
	ADDQ $64, DI
	ADDQ R13, SI
	DECQ DX
	JNZ  group
	VZEROUPPER
	RET

// func decodeValues512x1(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x1(SB), NOSPLIT, $0-48
	VALUES(TAKES1, WRITES1)

// func decodeValues512x2(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x2(SB), NOSPLIT, $0-48
	VALUES(TAKES2, WRITES2)

// func decodeValues512x3(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x3(SB), NOSPLIT, $0-48
	VALUES(TAKES3, WRITES3)

// func decodeValues512x4(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x4(SB), NOSPLIT, $0-48
	VALUES(TAKES4, WRITES4)

// func decodeValues512x5(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x5(SB), NOSPLIT, $0-48
	VALUES(TAKES5, WRITES5)

// func decodeValues512x6(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x6(SB), NOSPLIT, $0-48
	VALUES(TAKES6, WRITES6)

// func decodeValues512x7(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x7(SB), NOSPLIT, $0-48
	VALUES(TAKES7, WRITES7)

// func decodeValues512x8(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int)
TEXT ·decodeValues512x8(SB), NOSPLIT, $0-48
	VALUES(TAKES8, WRITES8)
