//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "fold4_avx512_amd64.h"

// The row functions of attention for AVX-512. A row of scores is four vectors.

// EXPNEG(x, n, y): x = e^x as by EXP, for x ≤ 0 or NaN; n and y are lost.
#define EXPNEG(x, n, y) \
	VCMPPS.BCST $5, ·expTable+320(SB), x, K2  \ // not too small? (NaN passes)
	VMULPS.BCST ·expTable+0(SB), x, n         \
	VRNDSCALEPS $8, n, n                      \ // n = round(x/ln 2)
	VFMADD231PS.BCST ·expTable+32(SB), n, x   \ // r = x − n·ln 2, in two parts
	VFMADD231PS.BCST ·expTable+64(SB), n, x   \
	VBROADCASTSS ·expTable+96(SB), y          \
	VFMADD213PS.BCST ·expTable+128(SB), x, y  \ // the polynomial
	VFMADD213PS.BCST ·expTable+160(SB), x, y  \
	VFMADD213PS.BCST ·expTable+192(SB), x, y  \
	VFMADD213PS.BCST ·expTable+224(SB), x, y  \
	VFMADD213PS.BCST ·expTable+256(SB), x, y  \
	VFMADD213PS.BCST ·expTable+256(SB), x, y  \
	VSCALEFPS.Z n, y, K2, x // times 2ⁿ

// SEEN: CX = the keys of the chunk that the row at R10 sees.
#define SEEN MOVLQSX (R10), CX; SUBQ R11, CX

// MASKS makes K3-K6, the columns of the four vectors that the row sees: CX < 64.
#define MASKS \
	BZHIQ CX, R13, AX    \ // CX ones
	KMOVQ AX, K3         \
	KSHIFTRQ $16, K3, K4 \
	KSHIFTRQ $32, K3, K5 \
	KSHIFTRQ $48, K3, K6

// A QUARTET is four rows of four vectors:
//
//	Z0-Z3, Z4-Z7, Z8-Z11, Z12-Z15   the rows
//	Z16-Z19                         a vector for each, being folded
//
// so that the steps of folding serve all of them, and their latencies overlap.

// SCALED2, HIDDEN2, EXPS2: the same for the first two vectors of a row, where it
// sees no key of the other two.
#define SCALED2(o, a, b) \
	VMULPS o(SI), Z31, a     \
	VMULPS o+64(SI), Z31, b

#define HIDDEN2(i, a, b) \
	MOVLQSX 4*i(R10), CX      \
	SUBQ R11, CX              \
	BZHIQ CX, R13, AX         \
	KMOVQ AX, K3              \
	KSHIFTRQ $16, K3, K4      \
	VBLENDMPS a, Z30, K3, a   \
	VBLENDMPS b, Z30, K4, b

#define EXPS2(i, o, a, b) \
	VSHUFF32X4 $(0x55*i), Z16, Z16, Z28 \
	VSUBPS Z28, a, a         \
	VSUBPS Z28, b, b         \
	EXPNEG(a, Z20, Z21)      \
	EXPNEG(b, Z22, Z23)      \
	VMOVUPS a, o(SI)         \
	VMOVUPS b, o+64(SI)      \
	VMOVUPS Z29, o+128(SI)   \
	VMOVUPS Z29, o+192(SI)

// SCALED(o, a, b, c, d): a row of scores times the scale.
#define SCALED(o, a, b, c, d) \
	VMULPS o(SI), Z31, a     \
	VMULPS o+64(SI), Z31, b  \
	VMULPS o+128(SI), Z31, c \
	VMULPS o+192(SI), Z31, d

// HIDDEN(i, done, a, b, c, d): −∞ for the keys that row i does not see.
#define HIDDEN(i, done, a, b, c, d) \
	MOVLQSX 4*i(R10), CX      \
	SUBQ R11, CX              \
	CMPQ CX, $64              \
	JGE  done                 \
	MASKS                     \
	VBLENDMPS a, Z30, K3, a   \
	VBLENDMPS b, Z30, K4, b   \
	VBLENDMPS c, Z30, K5, c   \
	VBLENDMPS d, Z30, K6, d   \
done:

// REDUCE(op, a, b, c, d, x, y): x = op of the vectors of a row.
#define REDUCE(op, a, b, c, d, x, y) \
	op b, a, x   \
	op d, c, y   \
	op y, x, x

// EXPS(i, o, a, b, c, d): a row becomes its exponentials.
#define EXPS(i, o, a, b, c, d) \
	VSHUFF32X4 $(0x55*i), Z16, Z16, Z28 \
	VSUBPS Z28, a, a         \
	VSUBPS Z28, b, b         \
	VSUBPS Z28, c, c         \
	VSUBPS Z28, d, d         \
	EXPNEG(a, Z20, Z21)      \
	EXPNEG(b, Z22, Z23)      \
	EXPNEG(c, Z24, Z25)      \
	EXPNEG(d, Z26, Z27)      \
	VMOVUPS a, o(SI)         \
	VMOVUPS b, o+64(SI)      \
	VMOVUPS c, o+128(SI)     \
	VMOVUPS d, o+192(SI)

// func softmaxRows512(p *float32, quartets int, seen *int32, first int, scale float32, m, l *float32)
//
//	for i := range 4 * quartets {
//		x := scale·p[i][:n], n = min(64, seen[i]−first)
//		m[i] = max(x); p[i][:n] = e^(x−m[i]); p[i][n:] = 0; l[i] = Σ p[i]
//	}
TEXT ·softmaxRows512(SB), NOSPLIT, $0-56
	MOVQ p+0(FP), SI
	MOVQ quartets+8(FP), R12
	MOVQ seen+16(FP), R10
	MOVQ first+24(FP), R11
	VBROADCASTSS scale+32(FP), Z31
	MOVQ m+40(FP), DI
	MOVQ l+48(FP), BX
	VBROADCASTSS ·expTable+352(SB), Z30 // −∞
	MOVQ $-1, R13
	MOVL $0x1111, AX
	KMOVW AX, K1                  // one lane of each row
	VPXORQ Z29, Z29, Z29
quartet:
	MOVLQSX 12(R10), CX           // the last row sees the most
	SUBQ R11, CX
	CMPQ CX, $32
	JLE  short
	SCALED(0, Z0, Z1, Z2, Z3)
	SCALED(256, Z4, Z5, Z6, Z7)
	SCALED(512, Z8, Z9, Z10, Z11)
	SCALED(768, Z12, Z13, Z14, Z15)
	HIDDEN(0, all0, Z0, Z1, Z2, Z3)
	HIDDEN(1, all1, Z4, Z5, Z6, Z7)
	HIDDEN(2, all2, Z8, Z9, Z10, Z11)
	HIDDEN(3, all3, Z12, Z13, Z14, Z15)
	REDUCE(VMAXPS, Z0, Z1, Z2, Z3, Z16, Z20)
	REDUCE(VMAXPS, Z4, Z5, Z6, Z7, Z17, Z21)
	REDUCE(VMAXPS, Z8, Z9, Z10, Z11, Z18, Z22)
	REDUCE(VMAXPS, Z12, Z13, Z14, Z15, Z19, Z23)
	FOLD4(VMAXPS)
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (DI)
	EXPS(0, 0, Z0, Z1, Z2, Z3)
	EXPS(1, 256, Z4, Z5, Z6, Z7)
	EXPS(2, 512, Z8, Z9, Z10, Z11)
	EXPS(3, 768, Z12, Z13, Z14, Z15)
	REDUCE(VADDPS, Z0, Z1, Z2, Z3, Z16, Z20)
	REDUCE(VADDPS, Z4, Z5, Z6, Z7, Z17, Z21)
	REDUCE(VADDPS, Z8, Z9, Z10, Z11, Z18, Z22)
	REDUCE(VADDPS, Z12, Z13, Z14, Z15, Z19, Z23)
	FOLD4(VADDPS)
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (BX)
next:
	ADDQ $1024, SI
	ADDQ $16, DI
	ADDQ $16, BX
	ADDQ $16, R10
	DECQ R12
	JNZ  quartet
	VZEROUPPER
	RET
short:
	SCALED2(0, Z0, Z1)
	SCALED2(256, Z4, Z5)
	SCALED2(512, Z8, Z9)
	SCALED2(768, Z12, Z13)
	HIDDEN2(0, Z0, Z1)
	HIDDEN2(1, Z4, Z5)
	HIDDEN2(2, Z8, Z9)
	HIDDEN2(3, Z12, Z13)
	VMAXPS Z1, Z0, Z16
	VMAXPS Z5, Z4, Z17
	VMAXPS Z9, Z8, Z18
	VMAXPS Z13, Z12, Z19
	VMAXPS Z30, Z16, Z16          // as above, where NaN gives way
	VMAXPS Z30, Z17, Z17
	VMAXPS Z30, Z18, Z18
	VMAXPS Z30, Z19, Z19
	FOLD4(VMAXPS)
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (DI)
	EXPS2(0, 0, Z0, Z1)
	EXPS2(1, 256, Z4, Z5)
	EXPS2(2, 512, Z8, Z9)
	EXPS2(3, 768, Z12, Z13)
	VADDPS Z1, Z0, Z16
	VADDPS Z5, Z4, Z17
	VADDPS Z9, Z8, Z18
	VADDPS Z13, Z12, Z19
	FOLD4(VADDPS)
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (BX)
	JMP  next

// WEIGHT(off, x, n, y): x = p = e^(scale·s − lse), with lse in Z19.
#define WEIGHT(off, x, n, y) \
	VMULPS off(SI), Z16, x  \
	VSUBPS Z19, x, x        \
	VMINPS x, Z14, x        \
	EXPNEG(x, n, y)

// SCORE(off, x, y): y = ds = scale·(x·(dp − δ)), with δ in Z20.
#define SCORE(off, x, y) \
	VMOVUPS off(R9), y      \
	VSUBPS Z20, y, y        \
	VMULPS x, y, y          \
	VMULPS Z16, y, y

// SHOW(k, x): 0 where k has no bit.
#define SHOW(k, x) VMOVUPS.Z x, k, x

// func softmaxRowsBackward512(p, ds *float32, rows int, seen *int32, first int, scale float32, lse, delta *float32)
//
//	for i := range rows { n = min(64, seen[i]−first)
//		p[i][:n] = e^(scale·p[i] − lse[i])
//		ds[i][:n] = scale·(p[i]·(ds[i] − delta[i]))
//		p[i][n:], ds[i][n:] = 0
//	}
TEXT ·softmaxRowsBackward512(SB), NOSPLIT, $0-64
	MOVQ p+0(FP), SI
	MOVQ ds+8(FP), R9
	MOVQ rows+16(FP), R12
	MOVQ seen+24(FP), R10
	MOVQ first+32(FP), R11
	VBROADCASTSS scale+40(FP), Z16
	MOVQ lse+48(FP), DI
	MOVQ delta+56(FP), BX
	EXPINIT
	VPXORQ Z18, Z18, Z18
	MOVQ $-1, R13
row:
	VBROADCASTSS (DI), Z19
	VBROADCASTSS (BX), Z20
	SEEN
	CMPQ CX, $32
	JLE  half
	WEIGHT(0, Z4, Z0, Z8)
	WEIGHT(64, Z5, Z1, Z9)
	WEIGHT(128, Z6, Z2, Z10)
	WEIGHT(192, Z7, Z3, Z11)
	SCORE(0, Z4, Z8)
	SCORE(64, Z5, Z9)
	SCORE(128, Z6, Z10)
	SCORE(192, Z7, Z11)
	CMPQ CX, $64
	JGE  all
	MASKS
	SHOW(K5, Z6)
	SHOW(K6, Z7)
	SHOW(K5, Z10)
	SHOW(K6, Z11)
all:
	VMOVUPS Z4, (SI)
	VMOVUPS Z5, 64(SI)
	VMOVUPS Z6, 128(SI)
	VMOVUPS Z7, 192(SI)
	VMOVUPS Z8, (R9)
	VMOVUPS Z9, 64(R9)
	VMOVUPS Z10, 128(R9)
	VMOVUPS Z11, 192(R9)
next:
	ADDQ $256, SI
	ADDQ $256, R9
	ADDQ $4, DI
	ADDQ $4, BX
	ADDQ $4, R10
	DECQ R12
	JNZ  row
	VZEROUPPER
	RET
half:
	MASKS
	WEIGHT(0, Z4, Z0, Z8)
	WEIGHT(64, Z5, Z1, Z9)
	SCORE(0, Z4, Z8)
	SCORE(64, Z5, Z9)
	SHOW(K3, Z4)
	SHOW(K4, Z5)
	SHOW(K3, Z8)
	SHOW(K4, Z9)
	VMOVUPS Z4, (SI)
	VMOVUPS Z5, 64(SI)
	VMOVUPS Z18, 128(SI)
	VMOVUPS Z18, 192(SI)
	VMOVUPS Z8, (R9)
	VMOVUPS Z9, 64(R9)
	VMOVUPS Z18, 128(R9)
	VMOVUPS Z18, 192(R9)
	JMP  next

// func mergeFactors512(m, l, mc, lc, alpha, beta *float32, vectors int)
//
//	M = max(m, mc)   alpha = e^(m−M)   beta = e^(mc−M)   l = l·alpha + lc·beta   m = M
TEXT ·mergeFactors512(SB), NOSPLIT, $0-56
	MOVQ m+0(FP), DI
	MOVQ l+8(FP), BX
	MOVQ mc+16(FP), SI
	MOVQ lc+24(FP), R9
	MOVQ alpha+32(FP), R10
	MOVQ beta+40(FP), R11
	MOVQ vectors+48(FP), CX
	XORQ DX, DX
vector:
	VMOVUPS (DI)(DX*1), Z4
	VMOVUPS (SI)(DX*1), Z5
	VMAXPS Z4, Z5, Z6
	VMOVUPS Z6, (DI)(DX*1)
	VSUBPS Z6, Z4, Z4
	VSUBPS Z6, Z5, Z5
	EXPNEG(Z4, Z0, Z8)
	EXPNEG(Z5, Z1, Z9)
	VMOVUPS Z4, (R10)(DX*1)
	VMOVUPS Z5, (R11)(DX*1)
	VMULPS (BX)(DX*1), Z4, Z4
	VMULPS (R9)(DX*1), Z5, Z5
	VADDPS Z5, Z4, Z4
	VMOVUPS Z4, (BX)(DX*1)
	ADDQ $64, DX
	DECQ CX
	JNZ  vector
	VZEROUPPER
	RET
