//go:build !purego

#include "textflag.h"

// The weighted sums of values for the heads of a group. Row g of o is four,
// two or one vectors:
//
//	Z0-Z3, Z4-Z7, … Z20-Z23, Z28-Z31   rows 0 … 6 of o
//	Z24-Z27                            row j of v
//	Z28-Z31                            the weight of a head, of six at most

// WEIGHw(x, t, a, b, c, d): a row of o takes a step, with its weight in t.
#define WEIGH1(x, t, a, b, c, d) VBROADCASTSS x, t; VFMADD231PS Z24, t, a
#define WEIGH2(x, t, a, b, c, d) WEIGH1(x, t, a, b, c, d); VFMADD231PS Z25, t, b
#define WEIGH4(x, t, a, b, c, d) WEIGH2(x, t, a, b, c, d); VFMADD231PS Z26, t, c; VFMADD231PS Z27, t, d

// DIRECTw: the same when seven rows leave no register for a weight.
#define DIRECT1(x, a, b, c, d) VFMADD231PS.BCST x, Z24, a
#define DIRECT2(x, a, b, c, d) DIRECT1(x, a, b, c, d); VFMADD231PS.BCST x, Z25, b
#define DIRECT4(x, a, b, c, d) DIRECT2(x, a, b, c, d); VFMADD231PS.BCST x, Z26, c; VFMADD231PS.BCST x, Z27, d

#define WEIGHS2(f) f((BX), Z28, Z0, Z1, Z2, Z3); f(256(BX), Z29, Z4, Z5, Z6, Z7)
#define WEIGHS3(f) WEIGHS2(f); f(512(BX), Z30, Z8, Z9, Z10, Z11)
#define WEIGHS4(f) WEIGHS3(f); f(768(BX), Z31, Z12, Z13, Z14, Z15)
#define WEIGHS5(f) WEIGHS4(f); f(1024(BX), Z28, Z16, Z17, Z18, Z19)
#define WEIGHS6(f) WEIGHS5(f); f(1280(BX), Z29, Z20, Z21, Z22, Z23)
#define WEIGHS7(f) \
	f((BX), Z0, Z1, Z2, Z3)           \
	f(256(BX), Z4, Z5, Z6, Z7)        \
	f(512(BX), Z8, Z9, Z10, Z11)      \
	f(768(BX), Z12, Z13, Z14, Z15)    \
	f(1024(BX), Z16, Z17, Z18, Z19)   \
	f(1280(BX), Z20, Z21, Z22, Z23)   \
	f(1536(BX), Z28, Z29, Z30, Z31)

// VALUEw reads row j of v, and asks for as much of the next chunk.
#define VALUE1 VMOVUPS (SI), Z24; PREFETCHT1 (R15); ADDQ $64, R15
#define VALUE2 VMOVUPS (SI), Z24; VMOVUPS 64(SI), Z25; PREFETCHT1 (R15); PREFETCHT1 64(R15); ADDQ $128, R15
#define VALUE4 \
	VMOVUPS (SI), Z24      \
	VMOVUPS 64(SI), Z25    \
	VMOVUPS 128(SI), Z26   \
	VMOVUPS 192(SI), Z27   \
	PREFETCHT1 (R15)       \
	PREFETCHT1 64(R15)     \
	PREFETCHT1 128(R15)    \
	PREFETCHT1 192(R15)    \
	ADDQ $256, R15

#define EACH(loop, value, weighs) \
loop:               \
	value           \
	weighs          \
	ADDQ $4, BX     \
	ADDQ R11, SI    \
	DECQ CX         \
	JNZ  loop       \
	JMP  write

#define PUT1(a, b, c, d) VMOVUPS a, (DI)
#define PUT2(a, b, c, d) VMOVUPS a, (DI); VMOVUPS b, 64(DI)
#define PUT4(a, b, c, d) PUT2(a, b, c, d); VMOVUPS c, 128(DI); VMOVUPS d, 192(DI)

// PUTROW(put, a, b, c, d): a row of o, unless there are no more.
#define PUTROW(put, a, b, c, d) \
	put(a, b, c, d)  \
	ADDQ R8, DI      \
	DECQ DX          \
	JZ   done

#define ZEROS(a, b, c, d) VPXORQ a, a, a; VPXORQ b, b, b; VPXORQ c, c, c; VPXORQ d, d, d

// VALUES(value, weigh, direct, put): see decodeValues512x4.
#define VALUES(value, weigh, direct, put) \
	MOVQ o+0(FP), DI             \
	MOVQ ldo+8(FP), R8           \
	MOVQ p+16(FP), BX            \
	MOVQ v+24(FP), SI            \
	MOVQ stride+32(FP), R11      \
	MOVQ n+40(FP), CX            \
	MOVQ heads+48(FP), DX        \
	MOVQ ahead+56(FP), R15       \
	ZEROS(Z0, Z1, Z2, Z3)        \
	ZEROS(Z4, Z5, Z6, Z7)        \
	ZEROS(Z8, Z9, Z10, Z11)      \
	ZEROS(Z12, Z13, Z14, Z15)    \
	ZEROS(Z16, Z17, Z18, Z19)    \
	ZEROS(Z20, Z21, Z22, Z23)    \
	ZEROS(Z28, Z29, Z30, Z31)    \
	CMPQ DX, $3                  \
	JLT  two                     \
	JEQ  three                   \
	CMPQ DX, $5                  \
	JLT  four                    \
	JEQ  five                    \
	CMPQ DX, $6                  \
	JEQ  six                     \
	EACH(loop7, value, WEIGHS7(direct)) \
six:                             \
	EACH(loop6, value, WEIGHS6(weigh))  \
five:                            \
	EACH(loop5, value, WEIGHS5(weigh))  \
four:                            \
	EACH(loop4, value, WEIGHS4(weigh))  \
three:                           \
	EACH(loop3, value, WEIGHS3(weigh))  \
two:                             \
	EACH(loop2, value, WEIGHS2(weigh))  \
write:                           \
	PUTROW(put, Z0, Z1, Z2, Z3)       \
	PUTROW(put, Z4, Z5, Z6, Z7)       \
	PUTROW(put, Z8, Z9, Z10, Z11)     \
	PUTROW(put, Z12, Z13, Z14, Z15)   \
	PUTROW(put, Z16, Z17, Z18, Z19)   \
	PUTROW(put, Z20, Z21, Z22, Z23)   \
	PUTROW(put, Z28, Z29, Z30, Z31)   \
done:                            \
	VZEROUPPER                   \
	RET

// func decodeValues512x1(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)
TEXT ·decodeValues512x1(SB), NOSPLIT, $0-64
	VALUES(VALUE1, WEIGH1, DIRECT1, PUT1)

// func decodeValues512x2(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)
TEXT ·decodeValues512x2(SB), NOSPLIT, $0-64
	VALUES(VALUE2, WEIGH2, DIRECT2, PUT2)

// func decodeValues512x4(o *float32, ldo uintptr, p, v *float32, stride uintptr, n, heads int, ahead uintptr)
//
//	for h := range heads { for i := range 64 { o[h][i] = Σ_j p[h][j]·v[j][i], j < n } }
//
// for rows of o and v ldo and stride bytes apart, rows of p of 64 numbers, and
// 2…7 heads. The sum is a chain over ascending j. ahead is where the next values
// begin.
TEXT ·decodeValues512x4(SB), NOSPLIT, $0-64
	VALUES(VALUE4, WEIGH4, DIRECT4, PUT4)
