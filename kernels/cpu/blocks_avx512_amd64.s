//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Products with weights in blocks, AVX-512. See packedBlocks for the layout of
// a panel of 16 columns: lane n of a register belongs to column n, and holds
// four numbers along k, one in a byte.
//
//	BX   this block                  SI, R8, R9, R10, R12, R13   rows 0, 3, 6, 9, 12, 15
//	CX   blocks left                 R11                         bytes between rows
//
// Weights stream from memory, so each block asks for the one FAR bytes on: the
// end of a panel is the beginning of the next.
#define FAR 2048

// With rounded activations: rows of records (see blockRecord), integers.
//
//	Z0-Z7    the quants of the block as unsigned bytes, k = 4i…4i+3 in Zi
//	Z8, Z9   scales and minima as float32
//	Z10, Z11 the integer dot product; the product of the two scales
//	Z14      mask 0x0f, or the sign bits 0x80
//	Z16-Z31  float32 sums of the rows

// QUANTS8: numbers −128…127 become 0…255; blockRecord.shift makes up for it.
#define QUANTS8 \
	VPXORD (BX), Z14, Z0    \
	VPXORD 64(BX), Z14, Z1  \
	VPXORD 128(BX), Z14, Z2 \
	VPXORD 192(BX), Z14, Z3 \
	VPXORD 256(BX), Z14, Z4 \
	VPXORD 320(BX), Z14, Z5 \
	VPXORD 384(BX), Z14, Z6 \
	VPXORD 448(BX), Z14, Z7 \
	VCVTPH2PS 512(BX), Z8   \
	PREFETCHT0 FAR(BX)      \
	PREFETCHT0 FAR+64(BX)   \
	PREFETCHT0 FAR+128(BX)  \
	PREFETCHT0 FAR+192(BX)  \
	PREFETCHT0 FAR+256(BX)  \
	PREFETCHT0 FAR+320(BX)  \
	PREFETCHT0 FAR+384(BX)  \
	PREFETCHT0 FAR+448(BX)  \
	PREFETCHT0 FAR+512(BX)  \
	ADDQ $544, BX

// NIBBLES(m, lo, hi): the low halves of the bytes stand 16 before the high ones.
#define NIBBLES(m, lo, hi) \
	VMOVDQU32 m, lo    \
	VPSRLW $4, lo, hi  \
	VPANDD Z14, lo, lo \
	VPANDD Z14, hi, hi

#define QUANTS4 \
	NIBBLES((BX), Z0, Z4)    \
	NIBBLES(64(BX), Z1, Z5)  \
	NIBBLES(128(BX), Z2, Z6) \
	NIBBLES(192(BX), Z3, Z7) \
	VCVTPH2PS 256(BX), Z8    \
	PREFETCHT0 FAR(BX)       \
	PREFETCHT0 FAR+64(BX)    \
	PREFETCHT0 FAR+128(BX)   \
	PREFETCHT0 FAR+192(BX)   \
	PREFETCHT0 FAR+256(BX)

#define QUANTS40 QUANTS4; ADDQ $288, BX
#define QUANTS41 QUANTS4; VCVTPH2PS 288(BX), Z9; ADDQ $320, BX

// DOT(x): Z10 = shift + Σ_k w[k]·x[k] of the record at x.
#define DOT(x) \
	VPBROADCASTD 36 x, Z10         \
	VPDPBUSD.BCST 0 x, Z0, Z10     \
	VPDPBUSD.BCST 4 x, Z1, Z10     \
	VPDPBUSD.BCST 8 x, Z2, Z10     \
	VPDPBUSD.BCST 12 x, Z3, Z10    \
	VPDPBUSD.BCST 16 x, Z4, Z10    \
	VPDPBUSD.BCST 20 x, Z5, Z10    \
	VPDPBUSD.BCST 24 x, Z6, Z10    \
	VPDPBUSD.BCST 28 x, Z7, Z10

// ROW(x, sum): sum += dot · (d_x·d_w); ROWMIN also sum += (d_x·Σx)·m.
#define ROW(x, sum) \
	DOT(x)                         \
	VCVTDQ2PS Z10, Z10             \
	VMULPS.BCST 32 x, Z8, Z11      \
	VFMADD231PS Z11, Z10, sum

#define ROWMIN(x, sum) \
	ROW(x, sum)                    \
	VFMADD231PS.BCST 40 x, Z9, sum

// ROWSr(f): f for each of r rows.
#define ROWS1(f) f((SI), Z16)
#define ROWS2(f) ROWS1(f); f((SI)(R11*1), Z17)
#define ROWS4(f) ROWS2(f); f((SI)(R11*2), Z18); f((R8), Z19)
#define ROWS8(f) ROWS4(f); f((R8)(R11*1), Z20); f((R8)(R11*2), Z21); f((R9), Z22); f((R9)(R11*1), Z23)
#define ROWS16(f) ROWS8(f); f((R9)(R11*2), Z24); f((R10), Z25); f((R10)(R11*1), Z26); f((R10)(R11*2), Z27); \
	f((R12), Z28); f((R12)(R11*1), Z29); f((R12)(R11*2), Z30); f((R13), Z31)

#define ZEROSUM(x, sum) VPXORQ sum, sum, sum
#define STORESUM(x, sum) VMOVUPS sum, (DI); ADDQ AX, DI

// ADDRESSES: what all functions begin with; t in DI. K/32 is at least 1.
#define ADDRESSES \
	MOVQ blockTile_x(DI), SI       \
	MOVQ blockTile_ldx(DI), R11    \
	LEAQ (R11)(R11*2), AX          \ // three rows
	LEAQ (SI)(AX*1), R8            \
	LEAQ (SI)(AX*2), R9            \
	LEAQ (R8)(AX*2), R10           \
	LEAQ (SI)(AX*4), R12           \
	LEAQ (R8)(AX*4), R13           \
	MOVQ blockTile_q(DI), BX       \
	MOVQ blockTile_blocks(DI), CX

// INTEGER(mask, scale, quants, rows, row): a whole function on rounded activations.
#define INTEGER(mask, quants, rows, row) \
	MOVQ t+0(FP), DI               \
	ADDRESSES                      \
	MOVL $mask, AX                 \
	VPBROADCASTD AX, Z14           \
	rows(ZEROSUM)                  \
	PCALIGN $32                    \
loop:                              \
	quants                         \
	rows(row)                      \
	ADDQ $const_recordBytes, SI    \
	ADDQ $const_recordBytes, R8    \
	ADDQ $const_recordBytes, R9    \
	ADDQ $const_recordBytes, R10   \
	ADDQ $const_recordBytes, R12   \
	ADDQ $const_recordBytes, R13   \
	DECQ CX                        \
	JNZ  loop                      \
	MOVQ t+0(FP), DI               \
	MOVQ blockTile_ldc(DI), AX     \
	MOVQ blockTile_c(DI), DI       \
	rows(STORESUM)                 \
	VZEROUPPER                     \
	RET

// func q80x1VNNI(t *blockTile)
TEXT ·q80x1VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x80808080, QUANTS8, ROWS1, ROW)

// func q80x2VNNI(t *blockTile)
TEXT ·q80x2VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x80808080, QUANTS8, ROWS2, ROW)

// func q80x4VNNI(t *blockTile)
TEXT ·q80x4VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x80808080, QUANTS8, ROWS4, ROW)

// func q80x8VNNI(t *blockTile)
TEXT ·q80x8VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x80808080, QUANTS8, ROWS8, ROW)

// func q80x16VNNI(t *blockTile)
TEXT ·q80x16VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x80808080, QUANTS8, ROWS16, ROW)

// func q40x1VNNI(t *blockTile)
TEXT ·q40x1VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS40, ROWS1, ROW)

// func q40x2VNNI(t *blockTile)
TEXT ·q40x2VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS40, ROWS2, ROW)

// func q40x4VNNI(t *blockTile)
TEXT ·q40x4VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS40, ROWS4, ROW)

// func q40x8VNNI(t *blockTile)
TEXT ·q40x8VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS40, ROWS8, ROW)

// func q40x16VNNI(t *blockTile)
TEXT ·q40x16VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS40, ROWS16, ROW)

// func q41x1VNNI(t *blockTile)
TEXT ·q41x1VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS41, ROWS1, ROWMIN)

// func q41x2VNNI(t *blockTile)
TEXT ·q41x2VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS41, ROWS2, ROWMIN)

// func q41x4VNNI(t *blockTile)
TEXT ·q41x4VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS41, ROWS4, ROWMIN)

// func q41x8VNNI(t *blockTile)
TEXT ·q41x8VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS41, ROWS8, ROWMIN)

// func q41x16VNNI(t *blockTile)
TEXT ·q41x16VNNI(SB), NOSPLIT, $0-8
	INTEGER(0x0f0f0f0f, QUANTS41, ROWS16, ROWMIN)

// With activations in float32: two panels, 32 columns, one number along k at a
// time, in ascending order.
//
//	Z0, Z1    the bytes of four k, of the two panels
//	Z2, Z3    the numbers of one k as float32
//	Z8, Z9    scales        Z10, Z11   what is added: minima, or −8·scale
//	R14       bytes from the first panel to the second
//	Z16-Z23   sums of row i in Z(16+2i), Z(17+2i)

// TAKE(n, off): Z2, Z3 go to all rows, whose next number is at off; or, for a
// panel in float32, to memory.
#define MULADD(x, a, b) VFMADD231PS.BCST x, Z2, a; VFMADD231PS.BCST x, Z3, b
#define TAKE1(off) MULADD(off(SI), Z16, Z17)
#define TAKE2(off) TAKE1(off); MULADD(off(SI)(R11*1), Z18, Z19)
#define TAKE4(off) TAKE2(off); MULADD(off(SI)(R11*2), Z20, Z21); MULADD(off(R8), Z22, Z23)
#define TAKEPANEL(off) VMOVUPS Z2, (32*(off))(DI); VMOVUPS Z3, (32*(off)+64)(DI)

// BYTE8(left, take, off): a signed byte, shifted to the top first.
#define BYTE8(left, take, off) \
	VPSLLD $left, Z0, Z2   \
	VPSLLD $left, Z1, Z3   \
	VPSRAD $24, Z2, Z2     \
	VPSRAD $24, Z3, Z3     \
	VCVTDQ2PS Z2, Z2       \
	VCVTDQ2PS Z3, Z3       \
	VMULPS Z8, Z2, Z2      \
	VMULPS Z9, Z3, Z3      \
	take(off)

// FOUR8(m, take, k): k is four times the number of the register, in bytes.
#define FOUR8(m, take, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	BYTE8(24, take, k)         \
	BYTE8(16, take, k+4)       \
	BYTE8(8, take, k+8)        \
	BYTE8(0, take, k+12)

#define FLOATS8(take) \
	VCVTPH2PS 512(BX), Z8        \
	VCVTPH2PS 512(BX)(R14*1), Z9 \
	FOUR8(0, take, 0)          \
	FOUR8(64, take, 16)        \
	FOUR8(128, take, 32)       \
	FOUR8(192, take, 48)       \
	FOUR8(256, take, 64)       \
	FOUR8(320, take, 80)       \
	FOUR8(384, take, 96)       \
	FOUR8(448, take, 112)      \
	ADDQ $544, BX

// NIBBLE(right, take, off): four bits, d·q plus what is added in one rounding.
#define NIBBLE(right, take, off) \
	VPSRLD $right, Z0, Z2      \
	VPSRLD $right, Z1, Z3      \
	VPANDD Z14, Z2, Z2         \
	VPANDD Z14, Z3, Z3         \
	VCVTDQ2PS Z2, Z2           \
	VCVTDQ2PS Z3, Z3           \
	VFMADD213PS Z10, Z8, Z2    \
	VFMADD213PS Z11, Z9, Z3    \
	take(off)

// FOUR4(m, low, take, k): low is 0 for the low halves, 4 for the high ones.
#define FOUR4(m, low, take, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	NIBBLE(low, take, k)       \
	NIBBLE(low+8, take, k+4)   \
	NIBBLE(low+16, take, k+8)  \
	NIBBLE(low+24, take, k+12)

#define FLOATS4(take) \
	FOUR4(0, 0, take, 0)       \
	FOUR4(64, 0, take, 16)     \
	FOUR4(128, 0, take, 32)    \
	FOUR4(192, 0, take, 48)    \
	FOUR4(0, 4, take, 64)      \
	FOUR4(64, 4, take, 80)     \
	FOUR4(128, 4, take, 96)    \
	FOUR4(192, 4, take, 112)

#define FLOATS40(take) \
	VCVTPH2PS 256(BX), Z8             \
	VCVTPH2PS 256(BX)(R14*1), Z9      \
	VMULPS Z15, Z8, Z10               \
	VMULPS Z15, Z9, Z11               \
	FLOATS4(take)                     \
	ADDQ $288, BX

#define FLOATS41(take) \
	VCVTPH2PS 256(BX), Z8             \
	VCVTPH2PS 256(BX)(R14*1), Z9      \
	VCVTPH2PS 288(BX), Z10            \
	VCVTPH2PS 288(BX)(R14*1), Z11     \
	FLOATS4(take)                     \
	ADDQ $320, BX

#define CONSTANTS \
	MOVL $15, AX                   \
	VPBROADCASTD AX, Z14           \
	MOVL $0xc1000000, AX           \ // −8
	VPBROADCASTD AX, Z15

// FLOAT(floats, take, rows): a whole function on activations in float32.
#define FLOAT(floats, take, rows) \
	MOVQ t+0(FP), DI               \
	ADDRESSES                      \
	MOVQ blockTile_half(DI), R14   \
	CONSTANTS                      \
	rows(ZEROPAIR)                 \
loop:                              \
	floats(take)                   \
	ADDQ $128, SI                  \
	ADDQ $128, R8                  \
	DECQ CX                        \
	JNZ  loop                      \
	MOVQ t+0(FP), DI               \
	MOVQ blockTile_ldc(DI), AX     \
	MOVQ blockTile_c(DI), DI       \
	rows(STOREPAIR)                \
	VZEROUPPER                     \
	RET

#define PAIRS1(f) f(Z16, Z17)
#define PAIRS2(f) PAIRS1(f); f(Z18, Z19)
#define PAIRS4(f) PAIRS2(f); f(Z20, Z21); f(Z22, Z23)
#define ZEROPAIR(a, b) VPXORQ a, a, a; VPXORQ b, b, b
#define STOREPAIR(a, b) VMOVUPS a, (DI); VMOVUPS b, 64(DI); ADDQ AX, DI

// func q80x1F512(t *blockTile)
TEXT ·q80x1F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS8, TAKE1, PAIRS1)

// func q80x2F512(t *blockTile)
TEXT ·q80x2F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS8, TAKE2, PAIRS2)

// func q80x4F512(t *blockTile)
TEXT ·q80x4F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS8, TAKE4, PAIRS4)

// func q40x1F512(t *blockTile)
TEXT ·q40x1F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS40, TAKE1, PAIRS1)

// func q40x2F512(t *blockTile)
TEXT ·q40x2F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS40, TAKE2, PAIRS2)

// func q40x4F512(t *blockTile)
TEXT ·q40x4F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS40, TAKE4, PAIRS4)

// func q41x1F512(t *blockTile)
TEXT ·q41x1F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS41, TAKE1, PAIRS1)

// func q41x2F512(t *blockTile)
TEXT ·q41x2F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS41, TAKE2, PAIRS2)

// func q41x4F512(t *blockTile)
TEXT ·q41x4F512(SB), NOSPLIT, $0-8
	FLOAT(FLOATS41, TAKE4, PAIRS4)

// PANEL(floats): a whole function that writes blocks as rows of 32 columns.
#define PANEL(floats) \
	MOVQ t+0(FP), DI               \
	ADDRESSES                      \
	MOVQ blockTile_half(DI), R14   \
	CONSTANTS                      \
	MOVQ blockTile_c(DI), DI       \
loop:                              \
	floats(TAKEPANEL)              \
	ADDQ $(32*128), DI             \
	DECQ CX                        \
	JNZ  loop                      \
	VZEROUPPER                     \
	RET

// func q80Panel512(t *blockTile)
TEXT ·q80Panel512(SB), NOSPLIT, $0-8
	PANEL(FLOATS8)

// func q40Panel512(t *blockTile)
TEXT ·q40Panel512(SB), NOSPLIT, $0-8
	PANEL(FLOATS40)

// func q41Panel512(t *blockTile)
TEXT ·q41Panel512(SB), NOSPLIT, $0-8
	PANEL(FLOATS41)

// func quantise512(record *byte, x *float32, blocks int, minus int32)
//
// Rounds 32 numbers at a time: see quantiseGeneric.
TEXT ·quantise512(SB), NOSPLIT, $0-28
	MOVQ record+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ blocks+16(FP), CX
	MOVL minus+24(FP), DX
	MOVL $0x7fffffff, AX
	VPBROADCASTD AX, Z14
	MOVL $0x42fe0000, AX // 127
	VMOVD AX, X13
	MOVL $0x01010101, AX
	VPBROADCASTD AX, Y12
loop:
	VMOVUPS (SI), Z0
	VMOVUPS 64(SI), Z1
	VPANDD Z14, Z0, Z2
	VPANDD Z14, Z1, Z3
	VPMAXUD Z2, Z3, Z2   // bit patterns of |x|: NaN is above everything
	VEXTRACTI64X4 $1, Z2, Y3
	VPMAXUD Y3, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPMAXUD X3, X2, X2
	VPSHUFD $0x4e, X2, X3
	VPMAXUD X3, X2, X2
	VPSHUFD $0xb1, X2, X3
	VPMAXUD X3, X2, X2   // a
	VMOVD X2, AX
	VPXOR X4, X4, X4     // without quants
	XORL R8, R8          // d
	CMPL AX, $0x0d800000 // 2⁻¹⁰⁰
	JB   none
	MOVL $0x7fc00000, R8 // NaN
	CMPL AX, $0x7f800000 // ∞
	JAE  none
	VDIVSS X2, X13, X5   // 127/a
	VBROADCASTSS X5, Z5
	VMULPS Z5, Z0, Z0
	VMULPS Z5, Z1, Z1
	VCVTPS2DQ Z0, Z0     // to the nearest, ties to even
	VCVTPS2DQ Z1, Z1
	VPMOVSDB Z0, X0
	VPMOVSDB Z1, X1
	VINSERTI128 $1, X1, Y0, Y0
	VMOVDQU Y0, (DI)
	VPXOR Y4, Y4, Y4
	VPDPBUSD Y0, Y12, Y4 // sums of four
	VEXTRACTI128 $1, Y4, X5
	VPADDD X5, X4, X4
	VPSHUFD $0x4e, X4, X5
	VPADDD X5, X4, X4
	VPSHUFD $0xb1, X4, X5
	VPADDD X5, X4, X4
	VMOVD X4, AX         // Σq
	VDIVSS X13, X2, X5   // d = a/127
	VCVTDQ2PS X4, X6
	VMULSS X5, X6, X6    // d·Σq
	VMOVSS X5, 32(DI)
	VMOVSS X6, 40(DI)
	IMULL DX, AX
	MOVL AX, 36(DI)
	JMP  next
none:
	VPXOR Y0, Y0, Y0
	VMOVDQU Y0, (DI)
	MOVL R8, 32(DI)
	MOVL $0, 36(DI)
	MOVL R8, 40(DI)
next:
	ADDQ $128, SI
	ADDQ $const_recordBytes, DI
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
