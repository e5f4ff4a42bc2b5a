//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"
#include "attention_bf16_amd64.h"
#include "fold4_avx512_amd64.h"

// Attention in bfloat16, a stripe of 16 rows (pairs of a query and a head)
// against a chunk of 64 keys. Every tile is 16 rows of 64 bytes.
//
//	S = Q·Kᵀ           scores, 4 tiles
//	m = max c·S        over the keys that the row sees; c = scale/ln 2
//	P = 2^(c·S−m)      0 for the others     l = Σ P
//	O = bf16(P)·V
//
// A stripe has the same bits wherever its rows come from, so that prompts and
// decoding, which share these words, agree.

// exp2Table: 2^r = 1 + c1·r + … + c4·r⁴ for 0 ≤ r < 1, relative error 3.4e-6, which is
// far below what a weight loses as bfloat16 (Remez exchange, exact at 0 and 1).
DATA ·exp2Table+0(SB)/4, $0.013555747456848621
DATA ·exp2Table+4(SB)/4, $0.05203237012028694
DATA ·exp2Table+8(SB)/4, $0.2413797676563263
DATA ·exp2Table+12(SB)/4, $0.6930321455001831
DATA ·exp2Table+16(SB)/4, $1.0
DATA ·exp2Table+20(SB)/4, $0xc2fc0000 // −126
DATA ·exp2Table+24(SB)/4, $0xff7fffff // −3.4e38
GLOBL ·exp2Table(SB), RODATA|NOPTR, $28

// EXP2INIT: Z24-Z27 = c3, c2, c1, 1.
#define EXP2INIT \
	VBROADCASTSS ·exp2Table+4(SB), Z24  \
	VBROADCASTSS ·exp2Table+8(SB), Z25  \
	VBROADCASTSS ·exp2Table+12(SB), Z26 \
	VBROADCASTSS ·exp2Table+16(SB), Z27

// STAGES(on, a, b, c, d): x = 2^x of vectors x for x ≤ 1 or NaN, 0 below −126. The
// whole part of x goes into the exponent, the rest into the polynomial. ON2 and
// ON4 take two or four vectors through each stage. An exponent is fma(s, c, −m) with
// m = max s·c rounded, so for the largest score it is up to half a place of m instead
// of 0: at most 1 while scores in units of ln 2 stay below 2^25.
#define NORMAL(x, r, y, k) VCMPPS.BCST $5, ·exp2Table+20(SB), x, k // (NaN passes)
#define FRACTION(x, r, y, k) VREDUCEPS $9, x, r                 // x − ⌊x⌋
#define HORNER4(x, r, y, k) VBROADCASTSS ·exp2Table+0(SB), y
#define HORNER3(x, r, y, k) VFMADD213PS Z24, r, y
#define HORNER2(x, r, y, k) VFMADD213PS Z25, r, y
#define HORNER1(x, r, y, k) VFMADD213PS Z26, r, y
#define HORNER0(x, r, y, k) VFMADD213PS Z27, r, y
#define EXPONENT(x, r, y, k) VSCALEFPS.Z x, y, k, x             // y·2^⌊x⌋

#define STAGES(on, a, b, c, d) \
	on(NORMAL, a, b, c, d)   \
	on(FRACTION, a, b, c, d) \
	on(HORNER4, a, b, c, d)  \
	on(HORNER3, a, b, c, d)  \
	on(HORNER2, a, b, c, d)  \
	on(HORNER1, a, b, c, d)  \
	on(HORNER0, a, b, c, d)  \
	on(EXPONENT, a, b, c, d)

#define ON2(stage, a, b, c, d) \
	stage(a, Z16, Z20, K2) \
	stage(b, Z17, Z21, K3)
#define ON4(stage, a, b, c, d) \
	ON2(stage, a, b, c, d) \
	stage(c, Z18, Z22, K4) \
	stage(d, Z19, Z23, K5)

// LOAD2, LOAD4: the scores of the row at SI + o.
#define LOAD2(o, a, b) \
	VMOVUPS o(SI), a     \
	VMOVUPS o+64(SI), b
#define LOAD4(o, a, b, c, d) \
	LOAD2(o, a, b)       \
	VMOVUPS o+128(SI), c \
	VMOVUPS o+192(SI), d

// HIDE2, HIDE4(i): −∞ for the keys that row i does not see.
#define SEEN(i) \
	MOVLQSX 4*i(R10), CX      \
	SUBQ R11, CX              \
	MOVL $64, AX              \
	CMPQ CX, AX               \
	CMOVQGT AX, CX            \
	TESTQ CX, CX              \
	CMOVQLT R15, CX           \ // a row that sees nothing
	BZHIQ CX, R14, AX         \ // CX ones
	KMOVQ AX, K2              \
	KSHIFTRQ $16, K2, K3
#define HIDE2(i, a, b) \
	SEEN(i)                   \
	VBLENDMPS a, Z30, K2, a   \
	VBLENDMPS b, Z30, K3, b
#define HIDE4(i, a, b, c, d) \
	HIDE2(i, a, b)            \
	KSHIFTRQ $32, K2, K4      \
	KSHIFTRQ $48, K2, K5      \
	VBLENDMPS c, Z30, K4, c   \
	VBLENDMPS d, Z30, K5, d

// LESSTOP(i): Z29 = m of row i of the quartet.
#define LESSTOP(i) VSHUFF32X4 $(0x55*i), Z28, Z28, Z29

// FINITE: a row that sees no key of the chunk has m = −∞, where −∞ − m would be
// NaN. It only comes among the first of a diagonal.
#define FINITE VMAXPS.BCST ·exp2Table+24(SB), Z28, Z28

// WEIGHTS2, WEIGHTS4(i, po, a, b, c, d, na …): the weights of row i, written to BX + po as
// bfloat16; a becomes their sum.
#define WEIGHTS4(i, po, a, b, c, d, na, nb, nc, nd) \
	LESSTOP(i)                  \
	VFMSUB213PS Z29, Z31, a     \
	VFMSUB213PS Z29, Z31, b     \
	VFMSUB213PS Z29, Z31, c     \
	VFMSUB213PS Z29, Z31, d     \
	STAGES(ON4, a, b, c, d)     \
	VCVTNE2PS2BF16(na, nb, 16)  \
	VCVTNE2PS2BF16(nc, nd, 17)  \
	VMOVDQU32 Z16, po(BX)       \
	VMOVDQU32 Z17, po+64(BX)    \
	VADDPS b, a, a              \
	VADDPS d, c, c              \
	VADDPS c, a, a
#define WEIGHTS2(i, po, a, b, na, nb) \
	LESSTOP(i)                  \
	VFMSUB213PS Z29, Z31, a     \
	VFMSUB213PS Z29, Z31, b     \
	STAGES(ON2, a, b, a, b)     \
	VCVTNE2PS2BF16(na, nb, 16)  \
	VPXORQ Z17, Z17, Z17        \
	VMOVDQU32 Z16, po(BX)       \
	VMOVDQU32 Z17, po+64(BX)    \
	VADDPS b, a, a

// MAX4(a, b, c, d): a row's maximum in each lane of t. Of NaN and a number the
// second operand counts.
#define MAX4(a, b, c, d, t) \
	VMAXPS b, a, t     \
	VMAXPS d, c, Z20   \
	VMAXPS Z20, t, t

// weights16 turns quartets of rows of scores at SI into weights at BX, with the
// maximum of each row at DX and their sum at R9:
//
//	for i := range 4 * R8 {
//		n = min(64, seen[i]−R11)
//		m[i] = Z31·max(S[i][:n])
//		P[i][:n] = 2^fma(Z31, S[i][:n], −m[i]); P[i][n:] = 0; l[i] = Σ P[i]
//	}
//
// seen, at R10, does not fall. A row of S has 256 bytes, one of P 128.
TEXT weights16<>(SB), NOSPLIT|NOFRAME, $0
	EXP2INIT
	VBROADCASTSS ·expTable+352(SB), Z30 // −∞
	MOVQ $-1, R14
	XORL R15, R15
	MOVL $0x1111, AX
	KMOVW AX, K1                  // one lane of each row
quartet:
	MOVLQSX 12(R10), CX           // the last row sees the most
	SUBQ R11, CX
	CMPQ CX, $32
	JLE  short
	LOAD4(0, Z0, Z1, Z2, Z3)
	LOAD4(256, Z4, Z5, Z6, Z7)
	LOAD4(512, Z8, Z9, Z10, Z11)
	LOAD4(768, Z12, Z13, Z14, Z15)
	MOVLQSX (R10), CX
	SUBQ R11, CX
	CMPQ CX, $64
	JGE  whole
	HIDE4(0, Z0, Z1, Z2, Z3)
	HIDE4(1, Z4, Z5, Z6, Z7)
	HIDE4(2, Z8, Z9, Z10, Z11)
	HIDE4(3, Z12, Z13, Z14, Z15)
whole:
	MAX4(Z0, Z1, Z2, Z3, Z16)
	MAX4(Z4, Z5, Z6, Z7, Z17)
	MAX4(Z8, Z9, Z10, Z11, Z18)
	MAX4(Z12, Z13, Z14, Z15, Z19)
	FOLD4(VMAXPS)
	VMULPS Z31, Z16, Z28
	VCOMPRESSPS Z28, K1, Z17
	VMOVUPS X17, (DX)
	WEIGHTS4(0, 0, Z0, Z1, Z2, Z3, 0, 1, 2, 3)
	WEIGHTS4(1, 128, Z4, Z5, Z6, Z7, 4, 5, 6, 7)
	WEIGHTS4(2, 256, Z8, Z9, Z10, Z11, 8, 9, 10, 11)
	WEIGHTS4(3, 384, Z12, Z13, Z14, Z15, 12, 13, 14, 15)
next:
	VMOVAPS Z0, Z16
	VMOVAPS Z4, Z17
	VMOVAPS Z8, Z18
	VMOVAPS Z12, Z19
	FOLD4(VADDPS)
	VCOMPRESSPS Z16, K1, Z17
	VMOVUPS X17, (R9)
	ADDQ $1024, SI
	ADDQ $512, BX
	ADDQ $16, DX
	ADDQ $16, R9
	ADDQ $16, R10
	DECQ R8
	JNZ  quartet
	RET
short:
	LOAD2(0, Z0, Z1)
	LOAD2(256, Z4, Z5)
	LOAD2(512, Z8, Z9)
	LOAD2(768, Z12, Z13)
	HIDE2(0, Z0, Z1)
	HIDE2(1, Z4, Z5)
	HIDE2(2, Z8, Z9)
	HIDE2(3, Z12, Z13)
	MAX4(Z0, Z1, Z30, Z30, Z16)   // as above: NaN gives way
	MAX4(Z4, Z5, Z30, Z30, Z17)
	MAX4(Z8, Z9, Z30, Z30, Z18)
	MAX4(Z12, Z13, Z30, Z30, Z19)
	FOLD4(VMAXPS)
	VMULPS Z31, Z16, Z28
	VCOMPRESSPS Z28, K1, Z17
	VMOVUPS X17, (DX)
	FINITE
	WEIGHTS2(0, 0, Z0, Z1, 0, 1)
	WEIGHTS2(1, 128, Z4, Z5, 4, 5)
	WEIGHTS2(2, 256, Z8, Z9, 8, 9)
	WEIGHTS2(3, 384, Z12, Z13, 12, 13)
	JMP  next

// factors16 merges (m, l) of a chunk, at SI and R9, into the running ones, at DX
// and R10, for 16 rows, and writes how much of each sum counts at BX and R8:
//
//	M = max(m, mc)   α = 2^(m−M)   β = 2^(mc−M)   l = l·α + lc·β   m = M
TEXT factors16<>(SB), NOSPLIT|NOFRAME, $0
	VMOVUPS (DX), Z0
	VMOVUPS (SI), Z1
	VMAXPS Z0, Z1, Z2
	VMOVUPS Z2, (DX)
	VSUBPS Z2, Z0, Z0
	VSUBPS Z2, Z1, Z1
	STAGES(ON2, Z0, Z1, Z0, Z1)
	VMOVUPS Z0, (BX)
	VMOVUPS Z1, (R8)
	VMULPS (R10), Z0, Z0
	VFMADD231PS (R9), Z1, Z0
	VMOVUPS Z0, (R10)
	RET

// func attendTiles(t *attnTiles16)
//
// Tiles take long from operands to result, and vectors have the most to do. So
// one turn of the loop works on three stripes, whose operands are all there:
//
//	scores of stripe R12
//	sums of values of stripe R12−2
//	weights of stripe R12−1
//	merging of stripe R12−2
//
// s, p and the factors of merging alternate between two places.
//
//	DI   t        R13  queries of stripe R12        AX  the other of two places
TEXT ·attendTiles(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), DI
	LDTILECFG_DI(attnTiles16_config)
	VBROADCASTSS attnTiles16_scale(DI), Z31
	MOVQ attnTiles16_q(DI), R13
	XORQ R12, R12
stripe:
	CMPQ R12, attnTiles16_stripes(DI)
	JGE  values
	MOVQ R12, DX
	ANDQ $1, DX
	SHLQ $12, DX
	ADDQ attnTiles16_s(DI), DX
	MOVQ attnTiles16_depth(DI), CX
	MOVQ attnTiles16_k(DI), BX
	MOVQ attnTiles16_blockQ(DI), R8
	MOVQ R13, SI
	MOVL $64, R14
	MOVL $256, R15
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)
block:
	TILELOADD(0, rSI, rR14, 4)
	TILELOADD(0, rBX, rR14, 5)
	TDPBF16PS(5, 4, 0)
	TILELOADD(1024, rBX, rR14, 6)
	TDPBF16PS(6, 4, 1)
	TILELOADD(2048, rBX, rR14, 7)
	TDPBF16PS(7, 4, 2)
	TILELOADD(3072, rBX, rR14, 5)
	TDPBF16PS(5, 4, 3)
	ADDQ R8, SI
	ADDQ $4096, BX
	DECQ CX
	JNZ  block
	TILESTORED(0, 0, rDX, rR15)
	TILESTORED(1, 64, rDX, rR15)
	TILESTORED(2, 128, rDX, rR15)
	TILESTORED(3, 192, rDX, rR15)
	ADDQ $1024, R13
values:
	CMPQ R12, $2
	JLT  weigh
	MOVQ attnTiles16_seen(DI), R10
	MOVLQSX -4(R10), R10          // of the stripe before
	SUBQ attnTiles16_first(DI), R10 // keys that its last row sees
	MOVQ R12, SI
	ANDQ $1, SI
	SHLQ $11, SI
	ADDQ attnTiles16_p(DI), SI
	MOVQ attnTiles16_o(DI), DX
	CMPQ attnTiles16_merge(DI), $0
	JEQ  direct
	MOVQ attnTiles16_oc(DI), DX
direct:
	MOVQ attnTiles16_v(DI), BX
	MOVQ attnTiles16_ldo(DI), R9
	MOVQ attnTiles16_depth(DI), CX
	MOVL $128, R15
	MOVL $64, R14
	TILELOADD(0, rSI, rR15, 4)
	TILELOADD(64, rSI, rR15, 5)
panel:                            // 32 columns of V
	TILEZERO(0)
	TILEZERO(1)
	VALUES32(0, 4)
	CMPQ R10, $32
	JLE  summed
	VALUES32(2048, 5)
summed:
	TILESTORED(0, 0, rDX, rR9)
	TILESTORED(1, 64, rDX, rR9)
	ADDQ $4096, BX
	ADDQ $128, DX
	DECQ CX
	JNZ  panel
weigh:
	CMPQ R12, $1
	JLT  next
	CMPQ R12, attnTiles16_stripes(DI)
	JGT  merge
	LEAQ -1(R12), AX
	ANDQ $1, AX
	MOVQ AX, SI
	SHLQ $12, SI
	ADDQ attnTiles16_s(DI), SI
	MOVQ AX, BX
	SHLQ $11, BX
	ADDQ attnTiles16_p(DI), BX
	MOVQ attnTiles16_seen(DI), R10
	MOVQ attnTiles16_first(DI), R11
	MOVQ attnTiles16_m(DI), DX
	MOVQ attnTiles16_l(DI), R9
	MOVL $4, R8
	CMPQ attnTiles16_merge(DI), $0
	JEQ  first                    // nothing to merge with
	MOVQ attnTiles16_mc(DI), DX
	LEAQ 64(DX), R9
	CALL weights16<>(SB)
	LEAQ -1(R12), BX
	ANDQ $1, BX
	SHLQ $7, BX
	MOVQ attnTiles16_mc(DI), SI
	LEAQ 128(SI)(BX*1), BX
	LEAQ 64(BX), R8
	LEAQ 64(SI), R9
	MOVQ attnTiles16_m(DI), DX
	MOVQ attnTiles16_l(DI), R10
	CALL factors16<>(SB)
	JMP  weighed
first:
	CALL weights16<>(SB)
weighed:
	ADDQ $64, attnTiles16_m(DI)
	ADDQ $64, attnTiles16_l(DI)
	ADDQ $64, attnTiles16_seen(DI)
merge:
	CMPQ R12, $2
	JLT  next
	MOVQ attnTiles16_o(DI), DX
	MOVQ attnTiles16_ldo(DI), R9
	CMPQ attnTiles16_merge(DI), $0
	JEQ  pass
	MOVQ R12, R8
	ANDQ $1, R8
	SHLQ $7, R8
	ADDQ attnTiles16_mc(DI), R8
	MOVQ attnTiles16_oc(DI), SI
	MOVL $16, R11
row:                              // o = α·o + β·oc
	VBROADCASTSS 128(R8), Z0
	VBROADCASTSS 192(R8), Z1
	MOVQ attnTiles16_depth(DI), CX
pair:
	VMULPS (DX), Z0, Z2
	VMULPS 64(DX), Z0, Z3
	VFMADD231PS (SI), Z1, Z2
	VFMADD231PS 64(SI), Z1, Z3
	VMOVUPS Z2, (DX)
	VMOVUPS Z3, 64(DX)
	ADDQ $128, DX
	ADDQ $128, SI
	DECQ CX
	JNZ  pair
	ADDQ $4, R8
	DECL R11
	JNZ  row
	JMP  merged
pass:
	SHLQ $4, R9
	ADDQ R9, DX
merged:
	MOVQ DX, attnTiles16_o(DI)
next:
	INCQ R12
	LEAQ -2(R12), AX
	CMPQ AX, attnTiles16_stripes(DI)
	JLT  stripe
	TILERELEASE
	VZEROUPPER
	RET

// func weights512(p *uint32, s *float32, quartets int, seen *int32, c float32, m, l *float32)
//
// weights16 for rows of decoding.
TEXT ·weights512(SB), NOSPLIT, $8-56
	MOVQ p+0(FP), BX
	MOVQ s+8(FP), SI
	MOVQ quartets+16(FP), R8
	MOVQ seen+24(FP), R10
	VBROADCASTSS c+32(FP), Z31
	MOVQ m+40(FP), DX
	MOVQ l+48(FP), R9
	XORQ R11, R11
	CALL weights16<>(SB)
	VZEROUPPER
	RET

// func factors512(m, l, mc, lc, alpha, beta *float32, vectors int)
//
// factors16 for some vectors of rows.
TEXT ·factors512(SB), NOSPLIT, $8-56
	EXP2INIT
	MOVQ m+0(FP), DX
	MOVQ l+8(FP), R10
	MOVQ mc+16(FP), SI
	MOVQ lc+24(FP), R9
	MOVQ alpha+32(FP), BX
	MOVQ beta+40(FP), R8
	MOVQ vectors+48(FP), CX
vector:
	CALL factors16<>(SB)
	ADDQ $64, DX
	ADDQ $64, R10
	ADDQ $64, SI
	ADDQ $64, R9
	ADDQ $64, BX
	ADDQ $64, R8
	DECQ CX
	JNZ  vector
	VZEROUPPER
	RET

// func finite512(x *float32, vectors int) bool
//
// reports whether x holds neither NaN nor infinities: 0·x is 0 then.
TEXT ·finite512(SB), NOSPLIT, $0-17
	MOVQ x+0(FP), SI
	MOVQ vectors+8(FP), CX
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
vector:
	VFMADD231PS (SI), Z0, Z1
	ADDQ $64, SI
	DECQ CX
	JNZ  vector
	VCMPPS $3, Z1, Z1, K1         // NaN?
	KORTESTW K1, K1
	SETEQ ret+16(FP)
	VZEROUPPER
	RET

// func roundRows512(dst *uint32, row, block uintptr, src *float32, stride uintptr, rows, blocks int, ahead uintptr)
//
// Rows as bfloat16, 32 numbers to a block. What stands ahead bytes after each
// block is asked for, as far as the second-level cache.
//
//	for i := range rows { for d := range blocks { dst[i·row + d·block] = bf16(src[i·stride + 32·d]) } }
TEXT ·roundRows512(SB), NOSPLIT, $0-64
	MOVQ dst+0(FP), DI
	MOVQ row+8(FP), R8
	MOVQ block+16(FP), R9
	MOVQ src+24(FP), SI
	MOVQ stride+32(FP), R10
	MOVQ rows+40(FP), R11
	MOVQ blocks+48(FP), R13
	MOVQ ahead+56(FP), R12
row:
	MOVQ DI, DX
	MOVQ SI, BX
	MOVQ R13, CX
block:
	VMOVUPS (BX), Z0
	VMOVUPS 64(BX), Z1
	PREFETCHT1 (BX)(R12*1)
	PREFETCHT1 64(BX)(R12*1)
	VCVTNE2PS2BF16(0, 1, 2)
	VMOVDQU32 Z2, (DX)
	ADDQ $128, BX
	ADDQ R9, DX
	DECQ CX
	JNZ  block
	ADDQ R10, SI
	ADDQ R8, DI
	DECQ R11
	JNZ  row
	VZEROUPPER
	RET
