//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx512_amd64.h"

// The products of attention for AVX-512. Each works on six rows of C by up to
// four vectors, so that 24 sums stand in registers:
//
//	Z0-Z3, Z4-Z7, … Z20-Z23   rows 0 … 5 of C
//	Z24-Z27                   a row of B
//	Z28-Z31                   an element of A in all lanes, in turn
//
// A step costs 4 loads, 6 broadcasts and 24 multiply-adds. A call goes over
// many groups of six rows, because a group alone is done in some 200 ns.
//
//	DI         the attnTile
//	SI, DX     A and C at the first row of the group
//	BX, R13    a row of B, bytes between its rows
//	R10, R12   seen of the group, groups left
//	CX, AX     steps left, A at this step

// TAKEw(x, t, a, b, c, d): the sums of one row take a step over w vectors.
#define TAKE1(x, t, a, b, c, d) VBROADCASTSS x, t; VFMADD231PS Z24, t, a
#define TAKE2(x, t, a, b, c, d) TAKE1(x, t, a, b, c, d); VFMADD231PS Z25, t, b
#define TAKE3(x, t, a, b, c, d) TAKE2(x, t, a, b, c, d); VFMADD231PS Z26, t, c
#define TAKE4(x, t, a, b, c, d) TAKE3(x, t, a, b, c, d); VFMADD231PS Z27, t, d

// LOADBw(o) reads the row of B o bytes on.
#define LOADB1(o) VMOVUPS o(BX), Z24
#define LOADB2(o) LOADB1(o); VMOVUPS o+64(BX), Z25
#define LOADB3(o) LOADB2(o); VMOVUPS o+128(BX), Z26
#define LOADB4(o) LOADB3(o); VMOVUPS o+192(BX), Z27

// ROWi(take, x): row i takes a step with x = A[i,k].
#define ROW0(take, x) take(x, Z28, Z0, Z1, Z2, Z3)
#define ROW1(take, x) take(x, Z29, Z4, Z5, Z6, Z7)
#define ROW2(take, x) take(x, Z30, Z8, Z9, Z10, Z11)
#define ROW3(take, x) take(x, Z31, Z12, Z13, Z14, Z15)
#define ROW4(take, x) take(x, Z28, Z16, Z17, Z18, Z19)
#define ROW5(take, x) take(x, Z29, Z20, Z21, Z22, Z23)

#define ZEROS4(a, b, c, d) VPXORQ a, a, a; VPXORQ b, b, b; VPXORQ c, c, c; VPXORQ d, d, d
#define ZEROS \
	ZEROS4(Z0, Z1, Z2, Z3)     \
	ZEROS4(Z4, Z5, Z6, Z7)     \
	ZEROS4(Z8, Z9, Z10, Z11)   \
	ZEROS4(Z12, Z13, Z14, Z15) \
	ZEROS4(Z16, Z17, Z18, Z19) \
	ZEROS4(Z20, Z21, Z22, Z23)

// WRITE4(off, a, b, c, d): 64 numbers of a row of scores.
#define WRITE4(off, a, b, c, d) \
	VMOVUPS a, off(DX)      \
	VMOVUPS b, off+64(DX)   \
	VMOVUPS c, off+128(DX)  \
	VMOVUPS d, off+192(DX)

// SCORESTEP(k, loadb, take): step k from here. Rows 0-2 of A begin at R9, rows
// 3-5 at R8, R11 bytes apart; rows of B have 256 bytes.
#define SCORESTEP(k, loadb, take) \
	loadb(256*k)                   \
	ROW0(take, 4*k(R9))            \
	ROW1(take, 4*k(R9)(R11*1))     \
	ROW2(take, 4*k(R9)(R11*2))     \
	ROW3(take, 4*k(R8))            \
	ROW4(take, 4*k(R8)(R11*1))     \
	ROW5(take, 4*k(R8)(R11*2))

// SCORES(four, one, loadb, take): CX steps.
#define SCORES(four, one, loadb, take) \
	SUBQ $4, CX               \
	JLT  one                  \
	PCALIGN $32               \
four:                         \
	SCORESTEP(0, loadb, take) \
	SCORESTEP(1, loadb, take) \
	SCORESTEP(2, loadb, take) \
	SCORESTEP(3, loadb, take) \
	ADDQ $16, R9              \
	ADDQ $16, R8              \
	ADDQ $1024, BX            \
	SUBQ $4, CX               \
	JGE  four                 \
one:                          \
	ADDQ $4, CX               \
	JZ   write                \
	SCORESTEP(0, loadb, take) \
	ADDQ $4, R9               \
	ADDQ $4, R8               \
	ADDQ $256, BX             \
	SUBQ $5, CX               \
	JMP  one

// func scores512(t *attnTile)
//
//	for i := range 6 * groups { for j := range 64 { c[i][j] = Σ_d a[i][d]·b[d][j] } }
//
// Vectors of keys that no row of the group sees are left 0. Meanwhile rows of
// width numbers at ahead are asked for, six a group; ahead is used up.
TEXT ·scores512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI
	MOVQ attnTile_a(DI), SI
	MOVQ attnTile_lda(DI), R11
	MOVQ attnTile_c(DI), DX
	MOVQ attnTile_seen(DI), R10
	MOVQ attnTile_groups(DI), R12
	LEAQ (R11)(R11*2), R13        // three rows of A
group:
	MOVQ attnTile_ahead(DI), R8
	MOVQ attnTile_stride(DI), R9
	LEAQ (R9)(R9*2), AX           // three rows
	LEAQ (R8)(AX*1), BX
	MOVQ attnTile_width(DI), CX
	JMP  asked
ask:
	PREFETCHT1 (R8)
	PREFETCHT1 (R8)(R9*1)
	PREFETCHT1 (R8)(R9*2)
	PREFETCHT1 (BX)
	PREFETCHT1 (BX)(R9*1)
	PREFETCHT1 (BX)(R9*2)
	ADDQ $64, R8
	ADDQ $64, BX
	SUBQ $16, CX
asked:
	TESTQ CX, CX
	JGT  ask
	ADDQ AX, AX
	ADDQ AX, attnTile_ahead(DI)
	MOVQ SI, R9
	LEAQ (SI)(R13*1), R8
	MOVQ attnTile_b(DI), BX
	MOVQ attnTile_depth(DI), CX
	ZEROS
	MOVLQSX 20(R10), AX
	SUBQ attnTile_first(DI), AX   // keys that the last row sees: the most
	CMPQ AX, $48
	JGT  four
	CMPQ AX, $32
	JGT  three
	CMPQ AX, $16
	JGT  two
	SCORES(four1, one1, LOADB1, TAKE1)
two:
	SCORES(four2, one2, LOADB2, TAKE2)
three:
	SCORES(four3, one3, LOADB3, TAKE3)
four:
	SCORES(four4, one4, LOADB4, TAKE4)
write:
	WRITE4(0, Z0, Z1, Z2, Z3)
	WRITE4(256, Z4, Z5, Z6, Z7)
	WRITE4(512, Z8, Z9, Z10, Z11)
	WRITE4(768, Z12, Z13, Z14, Z15)
	WRITE4(1024, Z16, Z17, Z18, Z19)
	WRITE4(1280, Z20, Z21, Z22, Z23)
	LEAQ (SI)(R13*2), SI
	ADDQ $1536, DX
	ADDQ $24, R10
	DECQ R12
	JNZ  group
	VZEROUPPER
	RET

// Endings of a row of C at DX, R15 bytes to the next; K1 tells which lanes of
// the last vector exist.

// GETw(a, b, c, d): the sums start from C.
#define GET1(a, b, c, d) VMOVUPS.Z (DX), K1, a
#define GET2(a, b, c, d) VMOVUPS (DX), a; VMOVUPS.Z 64(DX), K1, b
#define GET3(a, b, c, d) VMOVUPS (DX), a; VMOVUPS 64(DX), b; VMOVUPS.Z 128(DX), K1, c
#define GET4(a, b, c, d) VMOVUPS (DX), a; VMOVUPS 64(DX), b; VMOVUPS 128(DX), c; VMOVUPS.Z 192(DX), K1, d

// PUTw(a, b, c, d): C = sums.
#define PUT1(a, b, c, d) VMOVUPS a, K1, (DX)
#define PUT2(a, b, c, d) VMOVUPS a, (DX); VMOVUPS b, K1, 64(DX)
#define PUT3(a, b, c, d) VMOVUPS a, (DX); VMOVUPS b, 64(DX); VMOVUPS c, K1, 128(DX)
#define PUT4(a, b, c, d) VMOVUPS a, (DX); VMOVUPS b, 64(DX); VMOVUPS c, 128(DX); VMOVUPS d, K1, 192(DX)

// MERGEw(a, b, c, d): C = α·C + β·sums, with α in Z24 and β in Z25.
#define MERGE1(a, b, c, d) VMULPS (DX), Z24, Z26; VFMADD231PS a, Z25, Z26; VMOVUPS Z26, (DX)
#define MERGE2(a, b, c, d) MERGE1(a, b, c, d); VMULPS 64(DX), Z24, Z27; VFMADD231PS b, Z25, Z27; VMOVUPS Z27, 64(DX)
#define MERGE3(a, b, c, d) MERGE2(a, b, c, d); VMULPS 128(DX), Z24, Z28; VFMADD231PS c, Z25, Z28; VMOVUPS Z28, 128(DX)
#define MERGE4(a, b, c, d) MERGE3(a, b, c, d); VMULPS 192(DX), Z24, Z29; VFMADD231PS d, Z25, Z29; VMOVUPS Z29, 192(DX)

// EACHROW(f, done): f for the rows of C that exist; CX counts them.
#define EACHROW(f, done) \
	f(Z0, Z1, Z2, Z3)     \
	ADDQ R15, DX          \
	DECQ CX               \
	JZ   done             \
	f(Z4, Z5, Z6, Z7)     \
	ADDQ R15, DX          \
	DECQ CX               \
	JZ   done             \
	f(Z8, Z9, Z10, Z11)   \
	ADDQ R15, DX          \
	DECQ CX               \
	JZ   done             \
	f(Z12, Z13, Z14, Z15) \
	ADDQ R15, DX          \
	DECQ CX               \
	JZ   done             \
	f(Z16, Z17, Z18, Z19) \
	ADDQ R15, DX          \
	DECQ CX               \
	JZ   done             \
	f(Z20, Z21, Z22, Z23) \
	ADDQ R15, DX          \
done:

#define MERGEROW(i, f, a, b, c, d) \
	VBROADCASTSS 4*i(R8), Z24 \
	VBROADCASTSS 4*i(R9), Z25 \
	f(a, b, c, d)             \
	ADDQ R15, DX

// TAILROW(i, row, take): if row i sees key CX, it takes a step, else no row
// before it does.
#define TAILROW(i, row, take) \
	CMPL CX, 4*i(R10)     \
	JGE  step             \
	row(take, 256*i(AX))

// ROWSUMS(loadb, take, get, put, merge): see rowSums512x4.
#define ROWSUMS(loadb, take, get, put, merge) \
	MOVQ t+0(FP), DI                \
	MOVQ attnTile_a(DI), SI         \
	MOVQ attnTile_c(DI), DX         \
	MOVQ attnTile_ldc(DI), R15      \
	MOVQ attnTile_ldb(DI), R13      \
	MOVQ attnTile_seen(DI), R10     \
	MOVQ attnTile_groups(DI), R12   \
	MOVQ attnTile_lanes(DI), AX     \
	KMOVW AX, K1                    \
group:                              \
	MOVQ SI, AX                     \
	MOVQ attnTile_b(DI), BX         \
	ZEROS                           \
	CMPQ attnTile_end(DI), $const_sumOn \
	JNE  count                      \
	MOVQ DX, R9                     \
	MOVQ attnTile_rows(DI), CX      \
	EACHROW(get, got)               \
	MOVQ R9, DX                     \
count:                              \
	MOVL $64, R9                    \
	MOVLQSX (R10), CX               \
	SUBQ attnTile_first(DI), CX     \ // keys that all six rows see
	CMPQ CX, R9                     \
	CMOVQGT R9, CX                  \
	MOVLQSX 20(R10), R8             \
	SUBQ attnTile_first(DI), R8     \ // keys that the last row sees
	CMPQ R8, R9                     \
	CMOVQGT R9, R8                  \
	SUBQ CX, R8                     \
	PCALIGN $32                     \
loop:                               \
	loadb(0)                        \
	ROW0(take, (AX))                \
	ROW1(take, 256(AX))             \
	ROW2(take, 512(AX))             \
	ROW3(take, 768(AX))             \
	ROW4(take, 1024(AX))            \
	ROW5(take, 1280(AX))            \
	ADDQ $4, AX                     \
	ADDQ R13, BX                    \
	DECQ CX                         \
	JNZ  loop                       \
	TESTQ R8, R8                    \
	JZ   ending                     \
	MOVLQSX (R10), CX               \ // the position of the next key
tail:                               \
	loadb(0)                        \
	ROW5(take, 1280(AX))            \
	TAILROW(4, ROW4, take)          \
	TAILROW(3, ROW3, take)          \
	TAILROW(2, ROW2, take)          \
	TAILROW(1, ROW1, take)          \
step:                               \
	ADDQ $4, AX                     \
	ADDQ R13, BX                    \
	INCQ CX                         \
	DECQ R8                         \
	JNZ  tail                       \
ending:                             \
	CMPQ attnTile_end(DI), $const_sumMerge \
	JEQ  merges                     \
	MOVQ attnTile_rows(DI), CX      \
	EACHROW(put, next)              \
	SUBQ $6, attnTile_rows(DI)      \
	ADDQ $1536, SI                  \
	ADDQ $24, R10                   \
	DECQ R12                        \
	JNZ  group                      \
	VZEROUPPER                      \
	RET                             \
merges:                             \
	MOVQ attnTile_alpha(DI), R8     \
	MOVQ attnTile_beta(DI), R9      \
	MERGEROW(0, merge, Z0, Z1, Z2, Z3)     \
	MERGEROW(1, merge, Z4, Z5, Z6, Z7)     \
	MERGEROW(2, merge, Z8, Z9, Z10, Z11)   \
	MERGEROW(3, merge, Z12, Z13, Z14, Z15) \
	MERGEROW(4, merge, Z16, Z17, Z18, Z19) \
	MERGEROW(5, merge, Z20, Z21, Z22, Z23) \
	ADDQ $24, attnTile_alpha(DI)    \
	ADDQ $24, attnTile_beta(DI)     \
	ADDQ $1536, SI                  \
	ADDQ $24, R10                   \
	DECQ R12                        \
	JNZ  group                      \
	VZEROUPPER                      \
	RET

// func rowSums512x1(t *attnTile)
TEXT ·rowSums512x1(SB), NOSPLIT, $0-8
	ROWSUMS(LOADB1, TAKE1, GET1, PUT1, MERGE1)

// func rowSums512x2(t *attnTile)
TEXT ·rowSums512x2(SB), NOSPLIT, $0-8
	ROWSUMS(LOADB2, TAKE2, GET2, PUT2, MERGE2)

// func rowSums512x3(t *attnTile)
TEXT ·rowSums512x3(SB), NOSPLIT, $0-8
	ROWSUMS(LOADB3, TAKE3, GET3, PUT3, MERGE3)

// func rowSums512x4(t *attnTile)
//
//	for i := range 6 * groups {
//		sum := 0, or with sumOn c[i]
//		for j := range min(64, seen[i]-first) { sum = fma(a[i][j], b[j], sum) }
//		c[i] = sum, or with sumMerge fma(beta[i], sum, alpha[i]·c[i])
//	}
//
// for rows of a of 64 numbers and rows of b and c of 64 numbers, of which the
// last lanes of c may not exist. Without sumMerge only rows of c are written;
// rows, alpha and beta of t are used up.
TEXT ·rowSums512x4(SB), NOSPLIT, $0-8
	ROWSUMS(LOADB4, TAKE4, GET4, PUT4, MERGE4)

// KEYROW(i, row, take): key i of the group takes a step, if the row of A sees it.
#define KEYROW(i, row, take) \
	CMPQ R8, $i    \
	JLE  step      \
	row(take, 4*i(AX))

// KEYSUMS(loadb, take, get, put): see keySums512x4.
#define KEYSUMS(loadb, take, get, put) \
	MOVQ t+0(FP), DI                \
	MOVQ attnTile_a(DI), SI         \
	MOVQ attnTile_c(DI), DX         \
	MOVQ attnTile_ldc(DI), R15      \
	MOVQ attnTile_ldb(DI), R13      \
	MOVQ attnTile_groups(DI), R12   \
	MOVQ attnTile_first(DI), R10    \ // keys of this group that row 0 sees
	MOVQ $-1, AX                    \
	KMOVW AX, K1                    \
group:                              \
	MOVQ SI, AX                     \
	MOVQ attnTile_b(DI), BX         \
	MOVQ attnTile_rows(DI), CX      \
	MOVQ R10, R8                    \
	CMPQ R8, $1                     \
	JGE  begin                      \
	SUBQ $1, R8                     \ // leave out the rows that see none
	NEGQ R8                         \ // 1 − seen
	SUBQ R8, CX                     \
	JLE  done                       \ // so do all further groups
	MOVQ R8, R9                     \
	SHLQ $8, R9                     \
	ADDQ R9, AX                     \
	IMULQ R13, R8                   \
	ADDQ R8, BX                     \
	MOVQ $1, R8                     \
begin:                              \
	MOVQ DX, R9                     \
	get(Z0, Z1, Z2, Z3)             \
	ADDQ R15, DX                    \
	get(Z4, Z5, Z6, Z7)             \
	ADDQ R15, DX                    \
	get(Z8, Z9, Z10, Z11)           \
	ADDQ R15, DX                    \
	get(Z12, Z13, Z14, Z15)         \
	ADDQ R15, DX                    \
	get(Z16, Z17, Z18, Z19)         \
	ADDQ R15, DX                    \
	get(Z20, Z21, Z22, Z23)         \
	MOVQ R9, DX                     \
ramp:                               \
	CMPQ R8, $6                     \
	JGE  loop                       \
	loadb(0)                        \
	ROW0(take, (AX))                \
	KEYROW(1, ROW1, take)           \
	KEYROW(2, ROW2, take)           \
	KEYROW(3, ROW3, take)           \
	KEYROW(4, ROW4, take)           \
step:                               \
	ADDQ $256, AX                   \
	ADDQ R13, BX                    \
	INCQ R8                         \
	DECQ CX                         \
	JNZ  ramp                       \
	JMP  write                      \
	PCALIGN $32                     \
loop:                               \
	loadb(0)                        \
	ROW0(take, (AX))                \
	ROW1(take, 4(AX))               \
	ROW2(take, 8(AX))               \
	ROW3(take, 12(AX))              \
	ROW4(take, 16(AX))              \
	ROW5(take, 20(AX))              \
	ADDQ $256, AX                   \
	ADDQ R13, BX                    \
	DECQ CX                         \
	JNZ  loop                       \
write:                              \
	put(Z0, Z1, Z2, Z3)             \
	ADDQ R15, DX                    \
	put(Z4, Z5, Z6, Z7)             \
	ADDQ R15, DX                    \
	put(Z8, Z9, Z10, Z11)           \
	ADDQ R15, DX                    \
	put(Z12, Z13, Z14, Z15)         \
	ADDQ R15, DX                    \
	put(Z16, Z17, Z18, Z19)         \
	ADDQ R15, DX                    \
	put(Z20, Z21, Z22, Z23)         \
	ADDQ R15, DX                    \
	ADDQ $24, SI                    \
	SUBQ $6, R10                    \
	DECQ R12                        \
	JNZ  group                      \
done:                               \
	VZEROUPPER                      \
	RET

// func keySums512x1(t *attnTile)
TEXT ·keySums512x1(SB), NOSPLIT, $0-8
	KEYSUMS(LOADB1, TAKE1, GET1, PUT1)

// func keySums512x2(t *attnTile)
TEXT ·keySums512x2(SB), NOSPLIT, $0-8
	KEYSUMS(LOADB2, TAKE2, GET2, PUT2)

// func keySums512x3(t *attnTile)
TEXT ·keySums512x3(SB), NOSPLIT, $0-8
	KEYSUMS(LOADB3, TAKE3, GET3, PUT3)

// func keySums512x4(t *attnTile)
//
//	for j := range 6 * groups {
//		for i := range rows { if j < first+i { c[j] = fma(a[i][j], b[i], c[j]) } }
//	}
//
// first is here the number of keys that row 0 sees; each further row sees one
// more. Rows of a have 64 numbers.
TEXT ·keySums512x4(SB), NOSPLIT, $0-8
	KEYSUMS(LOADB4, TAKE4, GET4, PUT4)
