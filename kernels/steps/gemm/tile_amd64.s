//go:build !purego

#include "textflag.h"

// Row r of C is Z(2r) and Z(2r+1); Z24 and Z25 are a row of B. DX, R8, R9 and
// R10 point at rows 0, 3, 6, 9 of A, R11 is the distance of its rows, R12 that
// of its steps.

// EACH(f): f for every row of C, which DI points at in turn.
#define EACH(f) \
	f(Z0, Z1) f(Z2, Z3) f(Z4, Z5) f(Z6, Z7) f(Z8, Z9) f(Z10, Z11) \
	f(Z12, Z13) f(Z14, Z15) f(Z16, Z17) f(Z18, Z19) f(Z20, Z21) f(Z22, Z23)

#define ZERO(l, r) VPXORQ l, l, l; VPXORQ r, r, r;
#define LOADC(l, r) VMOVUPS (DI), l; VMOVUPS 64(DI), r; ADDQ R15, DI;
#define STOREC(l, r) VMOVUPS l, (DI); VMOVUPS r, 64(DI); ADDQ R15, DI;

// STEP(x, l, r): x is A[r,p] in one place of memory, and goes to all lanes.
#define STEP(x, l, r) VBROADCASTSS x, Z26; VFMADD231PS Z24, Z26, l; VFMADD231PS Z25, Z26, r;

// func tile512(c *float32, ldc int, a *float32, rsa, csa int, b *float32, ldb, k int, fresh bool)
TEXT ·tile512(SB), NOSPLIT, $0-65
	MOVQ c+0(FP), DI
	MOVQ ldc+8(FP), R15
	MOVQ a+16(FP), DX
	MOVQ rsa+24(FP), R11
	MOVQ csa+32(FP), R12
	MOVQ b+40(FP), SI
	MOVQ ldb+48(FP), R13
	MOVQ k+56(FP), CX
	LEAQ (R11)(R11*2), AX
	LEAQ (DX)(AX*1), R8
	LEAQ (DX)(AX*2), R9
	LEAQ (R8)(AX*2), R10
	MOVBLZX fresh+64(FP), AX
	TESTL AX, AX
	JZ   continue
	EACH(ZERO)
	JMP  loop
continue:
	EACH(LOADC)
loop:
	VMOVUPS (SI), Z24
	VMOVUPS 64(SI), Z25
	STEP((DX), Z0, Z1)
	STEP((DX)(R11*1), Z2, Z3)
	STEP((DX)(R11*2), Z4, Z5)
	STEP((R8), Z6, Z7)
	STEP((R8)(R11*1), Z8, Z9)
	STEP((R8)(R11*2), Z10, Z11)
	STEP((R9), Z12, Z13)
	STEP((R9)(R11*1), Z14, Z15)
	STEP((R9)(R11*2), Z16, Z17)
	STEP((R10), Z18, Z19)
	STEP((R10)(R11*1), Z20, Z21)
	STEP((R10)(R11*2), Z22, Z23)
	ADDQ R12, DX
	ADDQ R12, R8
	ADDQ R12, R9
	ADDQ R12, R10
	ADDQ R13, SI
	DECQ CX
	JNZ  loop
	MOVQ c+0(FP), DI
	EACH(STOREC)
	VZEROUPPER
	RET
