//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"

// The backward pass of attention in bfloat16: a chunk of 64 keys meets groups of
// 32 queries. Scores stand as [keys][queries], because then every product takes
// its factors as tiles want them, rows of A along k and pairs of B, without a
// matrix being turned between them:
//
//	S  = K·Qᵀ       A = K, V             B = Q, dO in pairs of numbers
//	dP = V·dOᵀ
//	dV += P·dO      A = P, dS            B = dO, Q in pairs of queries
//	dK += dS·Q
//	dQᵀ += Kᵀ·dS    A = Kᵀ               B = dS in pairs of keys
//
// The pairs of keys come of two rows of dS by VPUNPCKLWD and VPUNPCKHWD, which
// put queries 0-3, 8-11, 16-19, 24-27 into one tile and the others into the next:
// the columns of dQᵀ, put back in order when it is turned.
//
//	group of queries, H = 64·headDim bytes   chunk           work
//	0   Q, pairs of numbers                  K, V, Kᵀ        0      S, 32 keys
//	H   dO                                   dK, dV, f32     4096   dP
//	2H  Q, pairs of queries                                  8192   dS, pairs of keys
//	3H  dO                                                   12288  P of up to four groups
//	4H  dQᵀ, f32                                             28672  dS
//	6H  lse·log₂e, then scale·δ
//
//	tiles 0 1 / 2 3   C           4, 5   A        6, 7   B
//	DI   t                                        R14   64, the bytes of a row of A and B
//	R9   the group                                R15   H
//	R10  P of the group, R11 dS in pairs          R12   H for the keys 32…63 of the chunk
//	R13  the position of the first key, from that of the first query on
//
//	Z16  −126        Z19-Z23  c4 … c1, 1 of exp2Table
//	Z17  scale·log₂e Z28, Z29 lse·log₂e of the queries
//	Z18  scale       Z30, Z31 scale·δ
//
//	count, left   groups of the unit, and how many of them are left

#define WORKDP 4096
#define WORKPAIRS 8192
#define WORKP 12288
#define PTODS 16384

#define ZEROTILES TILEZERO(0); TILEZERO(1); TILEZERO(2); TILEZERO(3)

// STEP(second): C += A·B for two tiles of A, at SI and at second, and two of B at
// BX.
#define STEP(disp, second) \
	TILELOADD(0, rBX, rR14, 6)       \
	TILELOADD(0, rSI, rR14, 4)       \
	TDPBF16PS(6, 4, 0)               \
	TILELOADD(disp, second, rR14, 5) \
	TDPBF16PS(6, 5, 2)               \
	TILELOADD(1024, rBX, rR14, 7)    \
	TDPBF16PS(7, 4, 1)               \
	TDPBF16PS(7, 5, 3)

// SCORES(left, right, to, loop): 32 keys by 32 queries of the product of left
// and right go to work+to, rows of 128 bytes.
#define SCORES(left, right, to, loop) \
	MOVQ left(DI), SI            \
	ADDQ R12, SI                 \
	LEAQ right, BX               \
	MOVQ back16_blocks(DI), CX   \
	MOVQ CX, R8                  \
	SHLQ $10, R8                 \
	ADDQ SI, R8                  \ // the next 16 keys
	ZEROTILES                    \
loop:                            \
	STEP(0, rR8)                 \
	ADDQ $2048, BX               \
	ADDQ $1024, SI               \
	ADDQ $1024, R8               \
	DECQ CX                      \
	JNZ  loop                    \
	MOVQ back16_work(DI), DX     \
	MOVL $128, AX                \
	TILESTORED(0, to, rDX, rAX)      \
	TILESTORED(1, to+64, rDX, rAX)   \
	TILESTORED(2, to+2048, rDX, rAX) \
	TILESTORED(3, to+2112, rDX, rAX)

// Words for two keys by 32 queries: four vectors x of scores, of which y becomes
// p and d, from dP, dS; k marks what counts.
#define QUERIES4(stage) \
	stage(0, Z28, Z30, Z0, Z4, Z8, Z12, K1)   \
	stage(64, Z29, Z31, Z1, Z5, Z9, Z13, K2)  \
	stage(128, Z28, Z30, Z2, Z6, Z10, Z14, K3) \
	stage(192, Z29, Z31, Z3, Z7, Z11, Z15, K4)

#define EXPONENT(off, lse, del, x, r, y, d, k) VMOVUPS off(SI), x; VFMSUB213PS lse, Z17, x
#define NOTSMALL(off, lse, del, x, r, y, d, k) VCMPPS $5, Z16, x, k
#define NOTSMALLSEEN(off, lse, del, x, r, y, d, k) VCMPPS $5, Z16, x, k, k
#define FRACTION(off, lse, del, x, r, y, d, k) VREDUCEPS $9, x, r
#define POLY3(off, lse, del, x, r, y, d, k) VMOVAPS Z19, y; VFMADD213PS Z20, r, y
#define POLY2(off, lse, del, x, r, y, d, k) VFMADD213PS Z21, r, y
#define POLY1(off, lse, del, x, r, y, d, k) VFMADD213PS Z22, r, y
#define POLY0(off, lse, del, x, r, y, d, k) VFMADD213PS Z23, r, y
#define POWER(off, lse, del, x, r, y, d, k) VSCALEFPS.Z x, y, k, y
#define SLOPE(off, lse, del, x, r, y, d, k) VMOVUPS WORKDP+off(SI), d; VFMSUB213PS del, Z18, d
#define WEIGHTED(off, lse, del, x, r, y, d, k) VMULPS.Z y, d, k, d

// WEIGHTS(notsmall): two keys, S and dP at SI. K1-K4 are the queries that see
// them, if notsmall reads them.
#define WEIGHTS(notsmall) \
	QUERIES4(EXPONENT)                        \
	QUERIES4(notsmall)                        \
	QUERIES4(FRACTION)                        \
	QUERIES4(POLY3)                           \
	QUERIES4(POLY2)                           \
	QUERIES4(POLY1)                           \
	QUERIES4(POLY0)                           \
	QUERIES4(POWER)                           \
	QUERIES4(SLOPE)                           \
	QUERIES4(WEIGHTED)                        \
	VCVTNE2PS2BF16(8, 9, 0)              \
	VCVTNE2PS2BF16(10, 11, 1)            \
	VCVTNE2PS2BF16(12, 13, 2)            \
	VCVTNE2PS2BF16(14, 15, 3)            \
	VMOVDQU32 Z0, (R10)                  \
	VMOVDQU32 Z1, 64(R10)                \
	VMOVDQU32 Z2, PTODS(R10)             \
	VMOVDQU32 Z3, PTODS+64(R10)          \
	VPUNPCKLWD Z3, Z2, Z4                \
	VPUNPCKHWD Z3, Z2, Z5                \
	VMOVDQU32 Z4, (R11)                  \
	VMOVDQU32 Z5, 1024(R11)              \
	ADDQ $256, SI                        \
	ADDQ $128, R10                       \
	ADDQ $64, R11

// SEEN(low, high): the masks of a key for queries 0-15 and 16-31, when the query
// at its position is number AX.
#define SEEN(low, high) \
	XORL DX, DX             \
	TESTQ AX, AX            \
	CMOVQGT AX, DX          \
	SHLXQ DX, R8, DX        \
	KMOVD DX, low           \
	KSHIFTRD $16, low, high \
	INCQ AX

// GRADIENTS(to, from, form, keys, dims, loop): C[64 keys][headDim] += A·B for all
// groups of the unit, A at work+from, B at form of the group at R9, whose
// distance is R8.
#define GRADIENTS(to, from, form, keys, dims, loop) \
	MOVQ to(DI), DX                \
	MOVQ back16_blocks(DI), AX     \
	SHLQ $7, AX                    \ // bytes of a row of C
	MOVQ back16_work(DI), R10      \
	ADDQ $from, R10                \
	MOVL $2, R13                   \
keys:                              \
	LEAQ form, R12                 \
	MOVQ back16_blocks(DI), CX     \
dims:                              \
	LEAQ (DX)(R15*1), R11          \ // 16 rows on
	TILELOADD(0, rDX, rAX, 0)      \
	TILELOADD(64, rDX, rAX, 1)     \
	TILELOADD(0, rR11, rAX, 2)     \
	TILELOADD(64, rR11, rAX, 3)    \
	MOVQ R10, SI                   \
	MOVQ R12, BX                   \
	MOVQ count-8(SP), R11     \
loop:                              \
	STEP(1024, rSI)                \
	ADDQ $4096, SI                 \
	ADDQ R8, BX                    \
	DECQ R11                       \
	JNZ  loop                      \
	LEAQ (DX)(R15*1), R11          \
	TILESTORED(0, 0, rDX, rAX)     \
	TILESTORED(1, 64, rDX, rAX)    \
	TILESTORED(2, 0, rR11, rAX)    \
	TILESTORED(3, 64, rR11, rAX)   \
	ADDQ $128, DX                  \
	ADDQ $2048, R12                \
	DECQ CX                        \
	JNZ  dims                      \
	SUBQ AX, DX                    \
	LEAQ (DX)(R15*2), DX           \
	ADDQ $2048, R10                \
	DECQ R13                       \
	JNZ  keys

// func backward16(t *back16)
//
//	for i := range 32 * groups { for j := range min(64, ahead+i+1) { // not below 0
//		p := 2^(scale·log₂e·Σ_d k[j][d]·q[i][d] − lse2[i]), or 0 below 2⁻¹²⁶
//		ds := p·(scale·Σ_d v[j][d]·do[i][d] − del[i])
//		dv[j] += bf16(p)·do[i]; dk[j] += bf16(ds)·q[i]; dq[i] += bf16(ds)·k[j]
//	} }
//
// where sums over d, over i in groups of 32 and over j in halves of 32 are as in
// tilePanels, hidden terms as 0. ahead and groups are used up.
TEXT ·backward16(SB), NOSPLIT, $16-8
	MOVQ t+0(FP), DI
	LDTILECFG_DI(back16_config)
	MOVL $64, R14
	MOVQ back16_queries(DI), R9
	MOVQ back16_blocks(DI), R15
	SHLQ $11, R15
	VBROADCASTSS ·exp2Table+20(SB), Z16
	VBROADCASTSS back16_scale2(DI), Z17
	VBROADCASTSS back16_scale(DI), Z18
	VBROADCASTSS ·exp2Table+0(SB), Z19
	VBROADCASTSS ·exp2Table+4(SB), Z20
	VBROADCASTSS ·exp2Table+8(SB), Z21
	VBROADCASTSS ·exp2Table+12(SB), Z22
	VBROADCASTSS ·exp2Table+16(SB), Z23
unit:
	MOVQ back16_groups(DI), AX
	MOVL $4, CX
	CMPQ AX, CX
	CMOVQGT CX, AX
	MOVQ AX, count-8(SP)
	SUBQ AX, back16_groups(DI)
	MOVQ AX, left-16(SP)
	MOVQ back16_work(DI), R10
	ADDQ $WORKP, R10
group:
	LEAQ (R15)(R15*2), AX
	LEAQ (R9)(AX*2), AX
	VMOVUPS (AX), Z28
	VMOVUPS 64(AX), Z29
	VMOVUPS 128(AX), Z30
	VMOVUPS 192(AX), Z31
	MOVQ back16_work(DI), R11
	ADDQ $WORKPAIRS, R11
	MOVQ back16_ahead(DI), R13
	NEGQ R13
	XORL R12, R12
half:
	CMPQ R13, $32
	JGE  hidden
	SCORES(back16_k, (R9), 0, scores)
	SCORES(back16_v, (R9)(R15*1), WORKDP, slopes)
	MOVQ back16_work(DI), SI
	MOVL $16, CX
	CMPQ R13, $-31
	JGT  border
	PCALIGN $32
seen:
	WEIGHTS(NOTSMALL)
	DECL CX
	JNZ  seen
	JMP  next
border:
	MOVQ R13, AX
	MOVQ $-1, R8
some:
	SEEN(K1, K2)
	SEEN(K3, K4)
	WEIGHTS(NOTSMALLSEEN)
	DECL CX
	JNZ  some
	JMP  next
hidden:                          // no query sees these keys
	VPXORQ Z0, Z0, Z0
	MOVL $16, CX
clear:
	VMOVDQU32 Z0, (R10)
	VMOVDQU32 Z0, 64(R10)
	VMOVDQU32 Z0, PTODS(R10)
	VMOVDQU32 Z0, PTODS+64(R10)
	VMOVDQU32 Z0, (R11)
	VMOVDQU32 Z0, 1024(R11)
	ADDQ $128, R10
	ADDQ $64, R11
	DECL CX
	JNZ  clear
next:
	ADDQ $1024, R11              // the second tile of the pairs was written along
	ADDQ $32, R13
	MOVQ R15, AX
	SUBQ R12, AX
	MOVQ AX, R12
	JNZ  half

	// dQᵀ of the group
	MOVQ back16_kt(DI), SI
	LEAQ (R9)(R15*4), DX
	MOVQ back16_blocks(DI), CX
	MOVQ back16_work(DI), BX
	ADDQ $WORKPAIRS, BX
dims:
	TILELOADD(0, rDX, rR14, 0)
	TILELOADD(1024, rDX, rR14, 1)
	TILELOADD(2048, rDX, rR14, 2)
	TILELOADD(3072, rDX, rR14, 3)
	STEP(2048, rSI)
	ADDQ $1024, SI
	ADDQ $2048, BX
	STEP(2048, rSI)
	TILESTORED(0, 0, rDX, rR14)
	TILESTORED(1, 1024, rDX, rR14)
	TILESTORED(2, 2048, rDX, rR14)
	TILESTORED(3, 3072, rDX, rR14)
	ADDQ $3072, SI
	SUBQ $2048, BX
	ADDQ $4096, DX
	DECQ CX
	JNZ  dims
	ADDQ back16_size(DI), R9
	ADDQ $32, back16_ahead(DI)
	DECQ left-16(SP)
	JNZ  group

	// dV and dK of the unit
	MOVQ back16_size(DI), R8
	MOVQ R8, AX
	IMULQ count-8(SP), AX
	SUBQ AX, R9
	GRADIENTS(back16_dk, WORKP+PTODS, (R9)(R15*2), keysK, dimsK, queriesK)
	ADDQ R15, R9
	GRADIENTS(back16_dv, WORKP, (R9)(R15*2), keysV, dimsV, queriesV)
	SUBQ R15, R9
	MOVQ R8, AX
	IMULQ count-8(SP), AX
	ADDQ AX, R9
	CMPQ back16_groups(DI), $0
	JNE  unit
	TILERELEASE
	VZEROUPPER
	RET
