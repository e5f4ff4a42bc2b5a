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
// A conversion costs no instruction where the bits of a quant can be made the
// mantissa of a float32 in their place: with the field at bit s, the exponent
// 23−s makes 2²³⁻ˢ + q of it. One multiply-add then gives
//
//	d·(2²³⁻ˢ + q) − d·(2²³⁻ˢ + o) = d·(q − o)
//
// which is exact, as d has 11 bits: so is what is subtracted for s ≥ 8, and the
// result. Fields elsewhere are shifted there. Four bits may also go through a
// table, of which VPERMPS looks at no more than four bits of the index.
//
//	Z0, Z1    the bytes of four k, of the two panels
//	Z2, Z3    the numbers of one k as float32
//	Z8, Z9    scales
//	Z10, Z11  Q8_0: −d·(2¹⁵+128); Q4_0: −d·(2¹⁵+8); Q4_1: minima
//	Z4, Z5    Q4_0: −d·(2¹¹+8)       Z6, Z7   Q4_0: −d·(2⁷+8)
//	Z12       Q4_0: the numbers −8…7; Q4_1: 0…15
//	Z13-Z15   the fields at s = 8, 12, 16; Z24-Z26 2²³⁻ˢ; Z27-Z29 −(2²³⁻ˢ+o)
//	R14       bytes from the first panel to the second
//	Z16-Z23   sums of row i in Z(16+2i), Z(17+2i)

// TAKE(n, off): Z2, Z3 go to all rows, whose next number is at off; or, for a
// panel in float32, to memory.
#define MULADD(x, a, b) VFMADD231PS.BCST x, Z2, a; VFMADD231PS.BCST x, Z3, b
#define TAKE1(off) MULADD(off(SI), Z16, Z17)
#define TAKE2(off) TAKE1(off); MULADD(off(SI)(R11*1), Z18, Z19)
#define TAKE4(off) TAKE2(off); MULADD(off(SI)(R11*2), Z20, Z21); MULADD(off(R8), Z22, Z23)
#define TAKEPANEL(off) VMOVUPS Z2, (32*(off))(DI); VMOVUPS Z3, (32*(off)+64)(DI)

// AHEAD(m) asks for weights that one pass over a panel meets in a while.
#define AHEAD(m) PREFETCHT0 FAR+m(BX); PREFETCHT0 FAR+m(BX)(R14*1)
#define NOTAHEAD(m)

// LEFT, RIGHT, STAY: Z0, Z1 shifted, in Z2, Z3.
#define LEFT(n) VPSLLD $n, Z0, Z2; VPSLLD $n, Z1, Z3
#define RIGHT(n) VPSRLD $n, Z0, Z2; VPSRLD $n, Z1, Z3
#define STAY VMOVDQA32 Z0, Z2; VMOVDQA32 Z1, Z3

// MANTISSA(field, power, a, b): Z2, Z3 = d·(q − o), with a, b to be added.
// 0x6a is (Z2 & field) ^ power.
#define MANTISSA(field, power, a, b) \
	VPTERNLOGD $0x6a, power, field, Z2 \
	VPTERNLOGD $0x6a, power, field, Z3 \
	VFMADD213PS a, Z8, Z2      \
	VFMADD213PS b, Z9, Z3

// FOUR8(m, take, ahead, k): signed bytes; bit 15 of the power turns them into 128 more.
// k is four times the number of the register, in bytes.
#define BYTE8 MANTISSA(Z13, Z24, Z10, Z11)
#define FOUR8(m, take, ahead, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	ahead(m)                   \
	LEFT(8); BYTE8; take(k)    \
	STAY; BYTE8; take(k+4)     \
	RIGHT(8); BYTE8; take(k+8) \
	RIGHT(16); BYTE8; take(k+12)

#define FLOATS8(take, ahead) \
	VCVTPH2PS 512(BX), Z8        \
	VCVTPH2PS 512(BX)(R14*1), Z9 \
	VMULPS Z27, Z8, Z10        \
	VMULPS Z27, Z9, Z11        \
	ahead(512)                 \
	FOUR8(0, take, ahead, 0)   \
	FOUR8(64, take, ahead, 16) \
	FOUR8(128, take, ahead, 32) \
	FOUR8(192, take, ahead, 48) \
	FOUR8(256, take, ahead, 64) \
	FOUR8(320, take, ahead, 80) \
	FOUR8(384, take, ahead, 96) \
	FOUR8(448, take, ahead, 112) \
	ADDQ $544, BX

#define BYTES \
	CONSTANT(0x0000ff00, Z13)      \
	CONSTANT(0x47008000, Z24)      \ // 2¹⁵, and the sign bit of the field
	CONSTANT(0xc7008000, Z27)      \ // −(2¹⁵+128)

// Four bits without minima: the low halves, bits 0, 8, 16 and 24, and the high
// ones, bits 4, 12, 20 and 28.
#define AT8 MANTISSA(Z13, Z24, Z10, Z11)
#define AT12 MANTISSA(Z14, Z25, Z4, Z5)
#define AT16 MANTISSA(Z15, Z26, Z6, Z7)
#define LOOKUP(a, b) VPERMPS Z12, a, Z2; VPERMPS Z12, b, Z3
#define SCALED VMULPS Z8, Z2, Z2; VMULPS Z9, Z3, Z3

#define LOW40(m, take, ahead, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	ahead(m)                   \
	LOOKUP(Z0, Z1); SCALED; take(k) \
	STAY; AT8; take(k+4)       \
	STAY; AT16; take(k+8)      \
	RIGHT(16); AT8; take(k+12)

#define HIGH40(m, take, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	RIGHT(4); LOOKUP(Z2, Z3); SCALED; take(k) \
	STAY; AT12; take(k+4)      \
	RIGHT(12); AT8; take(k+8)  \
	RIGHT(12); AT16; take(k+12)

#define FLOATS40(take, ahead) \
	VCVTPH2PS 256(BX), Z8             \
	VCVTPH2PS 256(BX)(R14*1), Z9      \
	VMULPS Z27, Z8, Z10               \
	VMULPS Z27, Z9, Z11               \
	VMULPS Z28, Z8, Z4                \
	VMULPS Z28, Z9, Z5                \
	VMULPS Z29, Z8, Z6                \
	VMULPS Z29, Z9, Z7                \
	ahead(256)                        \
	LOW40(0, take, ahead, 0)          \
	LOW40(64, take, ahead, 16)        \
	LOW40(128, take, ahead, 32)       \
	LOW40(192, take, ahead, 48)       \
	HIGH40(0, take, 64)               \
	HIGH40(64, take, 80)              \
	HIGH40(128, take, 96)             \
	HIGH40(192, take, 112)            \
	ADDQ $288, BX

#define NIBBLES40 \
	VMOVUPS minus8to7<>(SB), Z12   \
	CONSTANT(0x00000f00, Z13)      \
	CONSTANT(0x0000f000, Z14)      \
	CONSTANT(0x000f0000, Z15)      \
	CONSTANT(0x47000000, Z24)      \ // 2¹⁵
	CONSTANT(0x45000000, Z25)      \ // 2¹¹
	CONSTANT(0x43000000, Z26)      \ // 2⁷
	CONSTANT(0xc7000800, Z27)      \ // −(2¹⁵+8)
	CONSTANT(0xc5008000, Z28)      \ // −(2¹¹+8)
	CONSTANT(0xc3080000, Z29)      \ // −(2⁷+8)

// Four bits and a minimum: d·q + m is rounded, once.
#define WITHMIN VFMADD213PS Z10, Z8, Z2; VFMADD213PS Z11, Z9, Z3
#define NIBBLE(n, take, off) RIGHT(n); LOOKUP(Z2, Z3); WITHMIN; take(off)

#define LOW41(m, take, ahead, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	ahead(m)                   \
	LOOKUP(Z0, Z1); WITHMIN; take(k) \
	NIBBLE(8, take, k+4)       \
	NIBBLE(16, take, k+8)      \
	NIBBLE(24, take, k+12)

#define HIGH41(m, take, k) \
	VMOVDQU32 m(BX), Z0        \
	VMOVDQU32 m(BX)(R14*1), Z1 \
	NIBBLE(4, take, k)         \
	NIBBLE(12, take, k+4)      \
	NIBBLE(20, take, k+8)      \
	NIBBLE(28, take, k+12)

#define FLOATS41(take, ahead) \
	VCVTPH2PS 256(BX), Z8             \
	VCVTPH2PS 256(BX)(R14*1), Z9      \
	VCVTPH2PS 288(BX), Z10            \
	VCVTPH2PS 288(BX)(R14*1), Z11     \
	ahead(256)                        \
	LOW41(0, take, ahead, 0)          \
	LOW41(64, take, ahead, 16)        \
	LOW41(128, take, ahead, 32)       \
	LOW41(192, take, ahead, 48)       \
	HIGH41(0, take, 64)               \
	HIGH41(64, take, 80)              \
	HIGH41(128, take, 96)             \
	HIGH41(192, take, 112)            \
	ADDQ $320, BX

#define NIBBLES41 VMOVUPS zeroTo15<>(SB), Z12

#define CONSTANT(bits, z) MOVL $bits, AX; VPBROADCASTD AX, z

DATA minus8to7<>+0(SB)/8, $0xc0e00000c1000000
DATA minus8to7<>+8(SB)/8, $0xc0a00000c0c00000
DATA minus8to7<>+16(SB)/8, $0xc0400000c0800000
DATA minus8to7<>+24(SB)/8, $0xbf800000c0000000
DATA minus8to7<>+32(SB)/8, $0x3f80000000000000
DATA minus8to7<>+40(SB)/8, $0x4040000040000000
DATA minus8to7<>+48(SB)/8, $0x40a0000040800000
DATA minus8to7<>+56(SB)/8, $0x40e0000040c00000
GLOBL minus8to7<>(SB), RODATA|NOPTR, $64

DATA zeroTo15<>+0(SB)/8, $0x3f80000000000000
DATA zeroTo15<>+8(SB)/8, $0x4040000040000000
DATA zeroTo15<>+16(SB)/8, $0x40a0000040800000
DATA zeroTo15<>+24(SB)/8, $0x40e0000040c00000
DATA zeroTo15<>+32(SB)/8, $0x4110000041000000
DATA zeroTo15<>+40(SB)/8, $0x4130000041200000
DATA zeroTo15<>+48(SB)/8, $0x4150000041400000
DATA zeroTo15<>+56(SB)/8, $0x4170000041600000
GLOBL zeroTo15<>(SB), RODATA|NOPTR, $64

// FLOAT(constants, floats, take, rows): a whole function on activations in float32.
#define FLOAT(constants, floats, take, rows) \
	MOVQ t+0(FP), DI               \
	ADDRESSES                      \
	MOVQ blockTile_half(DI), R14   \
	constants                      \
	rows(ZEROPAIR)                 \
loop:                              \
	floats(take, AHEAD)            \
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
	FLOAT(BYTES, FLOATS8, TAKE1, PAIRS1)

// func q80x2F512(t *blockTile)
TEXT ·q80x2F512(SB), NOSPLIT, $0-8
	FLOAT(BYTES, FLOATS8, TAKE2, PAIRS2)

// func q80x4F512(t *blockTile)
TEXT ·q80x4F512(SB), NOSPLIT, $0-8
	FLOAT(BYTES, FLOATS8, TAKE4, PAIRS4)

// func q40x1F512(t *blockTile)
TEXT ·q40x1F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES40, FLOATS40, TAKE1, PAIRS1)

// func q40x2F512(t *blockTile)
TEXT ·q40x2F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES40, FLOATS40, TAKE2, PAIRS2)

// func q40x4F512(t *blockTile)
TEXT ·q40x4F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES40, FLOATS40, TAKE4, PAIRS4)

// func q41x1F512(t *blockTile)
TEXT ·q41x1F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES41, FLOATS41, TAKE1, PAIRS1)

// func q41x2F512(t *blockTile)
TEXT ·q41x2F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES41, FLOATS41, TAKE2, PAIRS2)

// func q41x4F512(t *blockTile)
TEXT ·q41x4F512(SB), NOSPLIT, $0-8
	FLOAT(NIBBLES41, FLOATS41, TAKE4, PAIRS4)

// PANEL(constants, floats): a whole function that writes blocks as rows of 32 columns.
#define PANEL(constants, floats) \
	MOVQ t+0(FP), DI               \
	ADDRESSES                      \
	MOVQ blockTile_half(DI), R14   \
	constants                      \
	MOVQ blockTile_c(DI), DI       \
loop:                              \
	floats(TAKEPANEL, NOTAHEAD)    \
	ADDQ $(32*128), DI             \
	DECQ CX                        \
	JNZ  loop                      \
	VZEROUPPER                     \
	RET

// func q80Panel512(t *blockTile)
TEXT ·q80Panel512(SB), NOSPLIT, $0-8
	PANEL(BYTES, FLOATS8)

// func q40Panel512(t *blockTile)
TEXT ·q40Panel512(SB), NOSPLIT, $0-8
	PANEL(NIBBLES40, FLOATS40)

// func q41Panel512(t *blockTile)
TEXT ·q41Panel512(SB), NOSPLIT, $0-8
	PANEL(NIBBLES41, FLOATS41)

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
