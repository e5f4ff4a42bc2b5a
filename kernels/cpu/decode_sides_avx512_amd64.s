//go:build !purego

#include "textflag.h"

// The weighted sum of values for several heads side by side: up to eight
// vectors of a row of V, each with the weights of its head, so that eight
// chains hide each other's latency. Vector i takes weights from p + w[i].
//
//	SI, R11     row j of V, bytes between its rows
//	BX          the weight j of the first head, plus the registers below
//	R8-R10, R12, R13, R15, AX   w[1]…w[7]
//	DX          as far in the next chunk

// TAKE(p, m, a): a += weight·v.
#define TAKE(p, m, a) VBROADCASTSS p, Z31; VFMADD231PS m, Z31, a

#define TAKES1 TAKE((BX), (SI), Z0); PREFETCHT1 (DX)
#define TAKES2 TAKES1; TAKE((BX)(R8*1), 64(SI), Z1); PREFETCHT1 64(DX)
#define TAKES3 TAKES2; TAKE((BX)(R9*1), 128(SI), Z2); PREFETCHT1 128(DX)
#define TAKES4 TAKES3; TAKE((BX)(R10*1), 192(SI), Z3); PREFETCHT1 192(DX)
#define TAKES5 TAKES4; TAKE((BX)(R12*1), 256(SI), Z4); PREFETCHT1 256(DX)
#define TAKES6 TAKES5; TAKE((BX)(R13*1), 320(SI), Z5); PREFETCHT1 320(DX)
#define TAKES7 TAKES6; TAKE((BX)(R15*1), 384(SI), Z6); PREFETCHT1 384(DX)
#define TAKES8 TAKES7; TAKE((BX)(AX*1), 448(SI), Z7); PREFETCHT1 448(DX)

#define WRITES1 VMOVUPS Z0, (DI)
#define WRITES2 WRITES1; VMOVUPS Z1, 64(DI)
#define WRITES3 WRITES2; VMOVUPS Z2, 128(DI)
#define WRITES4 WRITES3; VMOVUPS Z3, 192(DI)
#define WRITES5 WRITES4; VMOVUPS Z4, 256(DI)
#define WRITES6 WRITES5; VMOVUPS Z5, 320(DI)
#define WRITES7 WRITES6; VMOVUPS Z6, 384(DI)
#define WRITES8 WRITES7; VMOVUPS Z7, 448(DI)

#define VALUES(takes, writes, bytes) \
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
	MOVQ ahead+48(FP), DX     \
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
	ADDQ $bytes, DX           \
	DECQ CX                   \
	JNZ  loop                 \
	writes                    \
	VZEROUPPER                \
	RET

// func decodeSides512x1(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x1(SB), NOSPLIT, $0-56
	VALUES(TAKES1, WRITES1, 64)

// func decodeSides512x2(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x2(SB), NOSPLIT, $0-56
	VALUES(TAKES2, WRITES2, 128)

// func decodeSides512x3(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x3(SB), NOSPLIT, $0-56
	VALUES(TAKES3, WRITES3, 192)

// func decodeSides512x4(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x4(SB), NOSPLIT, $0-56
	VALUES(TAKES4, WRITES4, 256)

// func decodeSides512x5(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x5(SB), NOSPLIT, $0-56
	VALUES(TAKES5, WRITES5, 320)

// func decodeSides512x6(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x6(SB), NOSPLIT, $0-56
	VALUES(TAKES6, WRITES6, 384)

// func decodeSides512x7(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x7(SB), NOSPLIT, $0-56
	VALUES(TAKES7, WRITES7, 448)

// func decodeSides512x8(o, p *float32, w *[8]uintptr, v *float32, stride uintptr, n int, ahead uintptr)
TEXT ·decodeSides512x8(SB), NOSPLIT, $0-56
	VALUES(TAKES8, WRITES8, 512)
