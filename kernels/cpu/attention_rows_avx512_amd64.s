//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"

// Rows of heads, to and from the packed form that attention works on.

// ROWS(last): rows of n numbers; last stores the vector that is not whole.
#define ROWS(last) \
	MOVQ dst+0(FP), DI         \
	MOVQ ld+8(FP), R8          \
	MOVQ src+16(FP), SI        \
	MOVQ stride+24(FP), R9     \
	MOVQ rows+32(FP), R10      \
	MOVQ n+40(FP), R11         \
	MOVQ R11, CX               \
	ANDQ $15, CX               \
	TAIL(CX)                   \
row:                           \
	XORQ DX, DX                \
	MOVQ R11, CX               \
	SUBQ $16, CX               \
	JLT  tail                  \
vector:                        \
	VMOVUPS (SI)(DX*1), Z0     \
	VMOVUPS Z0, (DI)(DX*1)     \
	ADDQ $64, DX               \
	SUBQ $16, CX               \
	JGE  vector                \
tail:                          \
	ADDQ $16, CX               \
	JZ   next                  \
	VMOVUPS.Z (SI)(DX*1), K1, Z0 \
	last                       \
next:                          \
	ADDQ R8, DI                \
	ADDQ R9, SI                \
	DECQ R10                   \
	JNZ  row                   \
	VZEROUPPER                 \
	RET

#define WHOLE VMOVUPS Z0, (DI)(DX*1)
#define MASKED VMOVUPS Z0, K1, (DI)(DX*1)

// func padRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int)
//
//	for i := range rows { dst[i][:n] = src[i][:n]; dst[i][n:] = 0 up to whole vectors }
TEXT ·padRows512(SB), NOSPLIT, $0-48
	ROWS(WHOLE)

// func copyRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int)
//
//	for i := range rows { dst[i][:n] = src[i][:n] }
TEXT ·copyRows512(SB), NOSPLIT, $0-48
	ROWS(MASKED)

// func divideRows512(dst *float32, ld uintptr, src *float32, stride uintptr, rows, n int, l *float32, ldl uintptr)
//
//	for i := range rows { dst[i][:n] = (1/l[i])·src[i][:n] }
TEXT ·divideRows512(SB), NOSPLIT, $0-64
	MOVQ dst+0(FP), DI
	MOVQ ld+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ stride+24(FP), R9
	MOVQ rows+32(FP), R10
	MOVQ n+40(FP), R11
	MOVQ l+48(FP), BX
	MOVQ ldl+56(FP), R12
	VBROADCASTSS ·expTable+256(SB), X2 // 1
	MOVQ R11, CX
	ANDQ $15, CX
	TAIL(CX)
row:
	VDIVSS (BX), X2, X3
	VBROADCASTSS X3, Z3
	XORQ DX, DX
	MOVQ R11, CX
	SUBQ $16, CX
	JLT  last
vector:
	VMULPS (SI)(DX*1), Z3, Z0
	VMOVUPS Z0, (DI)(DX*1)
	ADDQ $64, DX
	SUBQ $16, CX
	JGE  vector
last:
	ADDQ $16, CX
	JZ   next
	VMULPS.Z (SI)(DX*1), Z3, K1, Z0
	VMOVUPS Z0, K1, (DI)(DX*1)
next:
	ADDQ R8, DI
	ADDQ R9, SI
	ADDQ R12, BX
	DECQ R10
	JNZ  row
	VZEROUPPER
	RET

// func askRows512(p *float32, stride uintptr, rows, n int)
//
// asks for rows of n numbers to be brought to the second-level cache.
TEXT ·askRows512(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ stride+8(FP), R9
	MOVQ rows+16(FP), R10
	MOVQ n+24(FP), R11
	SHLQ $2, R11
row:
	XORQ DX, DX
line:
	PREFETCHT1 (SI)(DX*1)
	ADDQ $64, DX
	CMPQ DX, R11
	JLT  line
	ADDQ R9, SI
	DECQ R10
	JNZ  row
	RET
