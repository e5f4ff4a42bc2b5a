//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"

// func softmaxTile512(scores *float32, rows, visible, inc int, scale float32, m, l *float32)
//
// A row is four vectors; columns that are not visible count as −∞.
TEXT ·softmaxTile512(SB), NOSPLIT, $0-56
	MOVQ scores+0(FP), SI
	MOVQ rows+8(FP), R10
	MOVQ visible+16(FP), CX
	MOVQ inc+24(FP), R11
	VBROADCASTSS scale+32(FP), Z16
	MOVQ m+40(FP), DI
	MOVQ l+48(FP), BX
	VBROADCASTSS ·expTable+352(SB), Z17 // −∞
	EXPINIT
	MOVQ $-1, DX
row:
	MOVQ $64, R8
	CMPQ CX, R8
	CMOVQLT CX, R8        // n = min(visible, 64)
	BZHIQ R8, DX, AX      // n ones
	KMOVQ AX, K3          // the columns of the four vectors
	KSHIFTRQ $16, K3, K4
	KSHIFTRQ $32, K3, K5
	KSHIFTRQ $48, K3, K6
	VMOVAPS Z17, Z4
	VMOVAPS Z17, Z5
	VMOVAPS Z17, Z6
	VMOVAPS Z17, Z7
	VMULPS (SI), Z16, K3, Z4      // x = scale·s
	VMULPS 64(SI), Z16, K4, Z5
	VMULPS 128(SI), Z16, K5, Z6
	VMULPS 192(SI), Z16, K6, Z7
	VMAXPS Z4, Z5, Z0
	VMAXPS Z6, Z7, Z1
	VMAXPS Z0, Z1, Z0
	FOLD(VMAXPS)
	VMOVSS X0, (DI)
	VBROADCASTSS X0, Z0
	VSUBPS Z0, Z4, Z4             // x − m
	VSUBPS Z0, Z5, Z5
	VSUBPS Z0, Z6, Z6
	VSUBPS Z0, Z7, Z7
	EXP(Z4, Z0, Z8)
	EXP(Z5, Z1, Z9)
	EXP(Z6, Z2, Z10)
	EXP(Z7, Z3, Z11)
	VMOVUPS Z8, (SI)
	VMOVUPS Z9, 64(SI)
	VMOVUPS Z10, 128(SI)
	VMOVUPS Z11, 192(SI)
	VADDPS Z9, Z8, Z8
	VADDPS Z11, Z10, Z10
	VADDPS Z10, Z8, Z0
	FOLD(VADDPS)
	VMOVSS X0, (BX)
	ADDQ $256, SI
	ADDQ $4, DI
	ADDQ $4, BX
	ADDQ R11, CX                  // the next row sees inc more
	DECQ R10
	JNZ  row
	VZEROUPPER
	RET

// func softmaxTileBackward512(p, ds *float32, rows, visible, inc int, scale float32, lse, delta *float32)
//
// A column that is not visible gets p = 0 and ds = 0.
TEXT ·softmaxTileBackward512(SB), NOSPLIT, $0-64
	MOVQ p+0(FP), SI
	MOVQ ds+8(FP), R9
	MOVQ rows+16(FP), R10
	MOVQ visible+24(FP), CX
	MOVQ inc+32(FP), R11
	VBROADCASTSS scale+40(FP), Z16
	MOVQ lse+48(FP), DI
	MOVQ delta+56(FP), BX
	EXPINIT
	MOVQ $-1, DX
brow:
	MOVQ $64, R8
	CMPQ CX, R8
	CMOVQLT CX, R8                // n = min(visible, 64)
	BZHIQ R8, DX, AX              // n ones
	KMOVQ AX, K3                  // the columns of the four vectors
	KSHIFTRQ $16, K3, K4
	KSHIFTRQ $32, K3, K5
	KSHIFTRQ $48, K3, K6
	VBROADCASTSS (DI), Z0
	VMULPS (SI), Z16, Z4          // scale·s − lse
	VMULPS 64(SI), Z16, Z5
	VMULPS 128(SI), Z16, Z6
	VMULPS 192(SI), Z16, Z7
	VSUBPS Z0, Z4, Z4
	VSUBPS Z0, Z5, Z5
	VSUBPS Z0, Z6, Z6
	VSUBPS Z0, Z7, Z7
	EXP(Z4, Z0, Z8)
	EXP(Z5, Z1, Z9)
	EXP(Z6, Z2, Z10)
	EXP(Z7, Z3, Z11)
	VBROADCASTSS (BX), Z4
	VMOVUPS (R9), Z0              // dp − δ
	VMOVUPS 64(R9), Z1
	VMOVUPS 128(R9), Z2
	VMOVUPS 192(R9), Z3
	VSUBPS Z4, Z0, Z0
	VSUBPS Z4, Z1, Z1
	VSUBPS Z4, Z2, Z2
	VSUBPS Z4, Z3, Z3
	VMULPS Z8, Z0, Z0             // ·p
	VMULPS Z9, Z1, Z1
	VMULPS Z10, Z2, Z2
	VMULPS Z11, Z3, Z3
	VMULPS.Z Z16, Z0, K3, Z0      // ·scale
	VMULPS.Z Z16, Z1, K4, Z1
	VMULPS.Z Z16, Z2, K5, Z2
	VMULPS.Z Z16, Z3, K6, Z3
	VMOVUPS Z0, (R9)
	VMOVUPS Z1, 64(R9)
	VMOVUPS Z2, 128(R9)
	VMOVUPS Z3, 192(R9)
	VMOVUPS.Z Z8, K3, Z8
	VMOVUPS.Z Z9, K4, Z9
	VMOVUPS.Z Z10, K5, Z10
	VMOVUPS.Z Z11, K6, Z11
	VMOVUPS Z8, (SI)
	VMOVUPS Z9, 64(SI)
	VMOVUPS Z10, 128(SI)
	VMOVUPS Z11, 192(SI)
	ADDQ $256, SI
	ADDQ $256, R9
	ADDQ $4, DI
	ADDQ $4, BX
	ADDQ R11, CX                  // the next row sees inc more
	DECQ R10
	JNZ  brow
	VZEROUPPER
	RET

// func mergeRows512(o *float32, ldo uintptr, oc *float32, rows, hd int, alpha, beta *float32)
//
// o[r] = alpha[r]·o[r] + beta[r]·oc[r] for rows of hd numbers.
TEXT ·mergeRows512(SB), NOSPLIT, $0-56
	MOVQ o+0(FP), DI
	MOVQ ldo+8(FP), R11
	MOVQ oc+16(FP), SI
	MOVQ rows+24(FP), R10
	MOVQ hd+32(FP), R12
	MOVQ alpha+40(FP), R8
	MOVQ beta+48(FP), R9
	MOVQ R12, CX
	ANDQ $15, CX                  // the lanes of the last vector
	TAIL(CX)
mrow:
	VBROADCASTSS (R8), Z5
	VBROADCASTSS (R9), Z6
	XORQ DX, DX
	MOVQ R12, CX
	SUBQ $16, CX
	JLT  mtail
mfull:
	VMULPS (DI)(DX*1), Z5, Z0
	VFMADD231PS (SI)(DX*1), Z6, Z0
	VMOVUPS Z0, (DI)(DX*1)
	ADDQ $64, DX
	SUBQ $16, CX
	JGE  mfull
mtail:
	ADDQ $16, CX
	JZ   mnext
	VMOVUPS.Z (DI)(DX*1), K1, Z0
	VMOVUPS.Z (SI)(DX*1), K1, Z1
	VMULPS Z5, Z0, Z0
	VFMADD231PS Z6, Z1, Z0
	VMOVUPS Z0, K1, (DI)(DX*1)
mnext:
	ADDQ R11, DI
	LEAQ (SI)(R12*4), SI
	ADDQ $4, R8
	ADDQ $4, R9
	DECQ R10
	JNZ  mrow
	VZEROUPPER
	RET
