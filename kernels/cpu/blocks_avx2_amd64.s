//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Products with weights in blocks, AVX2: 8 of the 16 columns of a panel at a
// time. See packedBlocks for the layout. Sums of integers are exact, so these
// are the bits of every other implementation.
//
//	BX   quants of this block, of 8 columns     SI, R8        rows 0, 3
//	R14  their scales; minima 32 bytes on       R11           bytes between rows
//	CX   blocks left                            DX            0, then 32: which half
//
//	Y0-Y3    float32 sums of the rows       Y8       weights of four k
//	Y4-Y7    integer sums of the rows       Y9, Y10  |weights|; products of a row
//	Y12, Y13 scales, minima                 Y14, Y15 the mask 0x0f, 16-bit ones

// Q8_0. VPMADDUBSW wants one factor unsigned: |w|·(x with the sign of w), which
// is exact as |x| ≤ 127, and so are its sums of two, at most 2·128·127 < 2¹⁵.
#define DOT8(x, sum) \
	VPBROADCASTD x, Y10        \
	VPSIGNB Y8, Y10, Y10       \
	VPMADDUBSW Y10, Y9, Y10    \
	VPMADDWD Y15, Y10, Y10     \
	VPADDD Y10, sum, sum

// Four bits. The sums of a block fit in 16 bits: 16·15·127 < 2¹⁵.
#define DOTLOW(x, sum)  VPBROADCASTD x, Y10; VPMADDUBSW Y10, Y8, Y10; VPADDW Y10, sum, sum
#define DOTHIGH(x, sum) VPBROADCASTD x, Y10; VPMADDUBSW Y10, Y9, Y10; VPADDW Y10, sum, sum

// EACHr(dot, off): dot for r rows, whose quants are at off.
#define EACH1(dot, off) dot(off(SI), Y4)
#define EACH2(dot, off) EACH1(dot, off); dot(off(SI)(R11*1), Y5)
#define EACH4(dot, off) EACH2(dot, off); dot(off(SI)(R11*2), Y6); dot(off(R8), Y7)

#define PART8(i, each) VMOVDQU (64*i)(BX), Y8; VPABSB Y8, Y9; each(DOT8, 4*i)

#define PART4(i, each) \
	VMOVDQU (64*i)(BX), Y8 \
	VPSRLW $4, Y8, Y9      \
	VPAND Y14, Y8, Y8      \
	VPAND Y14, Y9, Y9      \
	each(DOTLOW, 4*i)      \
	each(DOTHIGH, 4*i+16)

// SCALE(x, dot, sum): sum += dot · (d_x·d_w).
#define SCALE(x, dot, sum) \
	VCVTDQ2PS dot, dot            \
	VBROADCASTSS 32 x, Y10        \
	VMULPS Y10, Y12, Y10          \
	VFMADD231PS Y10, dot, sum

#define END8(x, dot, sum) SCALE(x, dot, sum)

// END40: four bits are 8 too high, which the record's shift makes up for.
#define END40(x, dot, sum) \
	VPMADDWD Y15, dot, dot        \
	VPBROADCASTD 36 x, Y10        \
	VPADDD Y10, dot, dot          \
	SCALE(x, dot, sum)

#define END41(x, dot, sum) \
	END40(x, dot, sum)            \
	VBROADCASTSS 40 x, Y10        \
	VFMADD231PS Y10, Y13, sum

#define ROWS1(f) f((SI), Y4, Y0)
#define ROWS2(f) ROWS1(f); f((SI)(R11*1), Y5, Y1)
#define ROWS4(f) ROWS2(f); f((SI)(R11*2), Y6, Y2); f((R8), Y7, Y3)

#define ZERODOT(x, dot, sum) VPXOR dot, dot, dot
#define ZEROSUM(x, dot, sum) VXORPS sum, sum, sum
#define STORESUM(x, dot, sum) VMOVUPS sum, (DI); ADDQ AX, DI

#define BLOCK8(rows, each) \
	rows(ZERODOT)                       \
	PART8(0, each); PART8(1, each); PART8(2, each); PART8(3, each) \
	PART8(4, each); PART8(5, each); PART8(6, each); PART8(7, each) \
	VCVTPH2PS (R14), Y12                \
	rows(END8)                          \
	PREFETCHT0 1088(BX)                 \
	ADDQ $544, BX                       \
	ADDQ $544, R14

#define BLOCK40(rows, each) \
	rows(ZERODOT)                       \
	PART4(0, each); PART4(1, each); PART4(2, each); PART4(3, each) \
	VCVTPH2PS (R14), Y12                \
	rows(END40)                         \
	ADDQ $288, BX                       \
	ADDQ $288, R14

#define BLOCK41(rows, each) \
	rows(ZERODOT)                       \
	PART4(0, each); PART4(1, each); PART4(2, each); PART4(3, each) \
	VCVTPH2PS (R14), Y12                \
	VCVTPH2PS 32(R14), Y13              \
	rows(END41)                         \
	ADDQ $320, BX                       \
	ADDQ $320, R14

// INTEGER: a whole function. quants are the bytes of the quants of a block.
#define INTEGER(quants, block, rows, each) \
	MOVL $0x0f0f0f0f, AX           \
	VMOVD AX, X14                  \
	VPBROADCASTD X14, Y14          \
	MOVL $0x00010001, AX           \
	VMOVD AX, X15                  \
	VPBROADCASTD X15, Y15          \
	XORL DX, DX                    \
half:                              \
	MOVQ t+0(FP), DI               \
	MOVQ blockTile_x(DI), SI       \
	MOVQ blockTile_ldx(DI), R11    \
	LEAQ (R11)(R11*2), R8          \
	ADDQ SI, R8                    \
	MOVQ blockTile_q(DI), R14      \
	LEAQ (R14)(DX*1), BX           \
	MOVQ DX, AX                    \
	SHRQ $1, AX                    \ // a scale is half as wide as four quants
	LEAQ quants(R14)(AX*1), R14    \
	MOVQ blockTile_blocks(DI), CX  \
	rows(ZEROSUM)                  \
loop:                              \
	block(rows, each)              \
	ADDQ $const_recordBytes, SI    \
	ADDQ $const_recordBytes, R8    \
	DECQ CX                        \
	JNZ  loop                      \
	MOVQ blockTile_ldc(DI), AX     \
	MOVQ blockTile_c(DI), DI       \
	ADDQ DX, DI                    \
	rows(STORESUM)                 \
	ADDQ $32, DX                   \
	CMPQ DX, $64                   \
	JB   half                      \
	VZEROUPPER                     \
	RET

// func q80x1I256(t *blockTile)
TEXT ·q80x1I256(SB), NOSPLIT, $0-8
	INTEGER(512, BLOCK8, ROWS1, EACH1)

// func q80x2I256(t *blockTile)
TEXT ·q80x2I256(SB), NOSPLIT, $0-8
	INTEGER(512, BLOCK8, ROWS2, EACH2)

// func q80x4I256(t *blockTile)
TEXT ·q80x4I256(SB), NOSPLIT, $0-8
	INTEGER(512, BLOCK8, ROWS4, EACH4)

// func q40x1I256(t *blockTile)
TEXT ·q40x1I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK40, ROWS1, EACH1)

// func q40x2I256(t *blockTile)
TEXT ·q40x2I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK40, ROWS2, EACH2)

// func q40x4I256(t *blockTile)
TEXT ·q40x4I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK40, ROWS4, EACH4)

// func q41x1I256(t *blockTile)
TEXT ·q41x1I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK41, ROWS1, EACH1)

// func q41x2I256(t *blockTile)
TEXT ·q41x2I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK41, ROWS2, EACH2)

// func q41x4I256(t *blockTile)
TEXT ·q41x4I256(SB), NOSPLIT, $0-8
	INTEGER(256, BLOCK41, ROWS4, EACH4)

// Blocks as rows of float32, for the product of matrices: for each k the 32
// columns of two panels, and see widenGeneric.
//
//	BX, R14   first panel, and to the second    Y8       scales of 8 columns
//	DI        the rows                          Y12      what is added to d·q
//	AX, R8    quants and outputs of 8 columns   Y14, Y15 the mask 15; −8

// BYTEK(left, k): a signed byte, shifted to the top first.
#define BYTEK(left, k) \
	VPSLLD $left, Y0, Y1      \
	VPSRAD $24, Y1, Y1        \
	VCVTDQ2PS Y1, Y1          \
	VMULPS Y8, Y1, Y1         \
	VMOVUPS Y1, (128*(k))(R8)

#define COLUMNS8(i) VMOVDQU (64*i)(AX), Y0; BYTEK(24, 4*i); BYTEK(16, 4*i+1); BYTEK(8, 4*i+2); BYTEK(0, 4*i+3)

// NIBBLEK(right, k): d·q, which is exact, plus what is added, in one rounding.
#define NIBBLEK(right, k) \
	VPSRLD $right, Y0, Y1     \
	VPAND Y14, Y1, Y1         \
	VCVTDQ2PS Y1, Y1          \
	VFMADD213PS Y12, Y8, Y1   \
	VMOVUPS Y1, (128*(k))(R8)

#define COLUMNS4(i) \
	VMOVDQU (64*i)(AX), Y0    \
	NIBBLEK(0, 4*i); NIBBLEK(8, 4*i+1); NIBBLEK(16, 4*i+2); NIBBLEK(24, 4*i+3) \
	NIBBLEK(4, 4*i+16); NIBBLEK(12, 4*i+17); NIBBLEK(20, 4*i+18); NIBBLEK(28, 4*i+19)

#define SCALES8(off, at) VCVTPH2PS (512+off)at, Y8
#define SCALES40(off, at) VCVTPH2PS (256+off)at, Y8; VMULPS Y15, Y8, Y12
#define SCALES41(off, at) VCVTPH2PS (256+off)at, Y8; VCVTPH2PS (288+off)at, Y12
#define ALL8 COLUMNS8(0); COLUMNS8(1); COLUMNS8(2); COLUMNS8(3); COLUMNS8(4); COLUMNS8(5); COLUMNS8(6); COLUMNS8(7)
#define ALL4 COLUMNS4(0); COLUMNS4(1); COLUMNS4(2); COLUMNS4(3)

// PANEL: a whole function. 8 columns after 8 columns.
#define PANEL(size, scales, all) \
	MOVQ t+0(FP), DX               \
	MOVQ blockTile_q(DX), BX       \
	MOVQ blockTile_half(DX), R14   \
	MOVQ blockTile_blocks(DX), CX  \
	MOVQ blockTile_c(DX), DI       \
	MOVL $15, AX                   \
	VMOVD AX, X14                  \
	VPBROADCASTD X14, Y14          \
	MOVL $0xc1000000, AX           \ // −8
	VMOVD AX, X15                  \
	VPBROADCASTD X15, Y15          \
loop:                              \
	MOVQ BX, AX                    \
	MOVQ DI, R8                    \
	scales(0, (BX))                \
	all                            \
	ADDQ $32, AX                   \
	ADDQ $32, R8                   \
	scales(16, (BX))               \
	all                            \
	LEAQ (BX)(R14*1), AX           \
	ADDQ $32, R8                   \
	scales(0, (BX)(R14*1))         \
	all                            \
	ADDQ $32, AX                   \
	ADDQ $32, R8                   \
	scales(16, (BX)(R14*1))        \
	all                            \
	ADDQ $size, BX                 \
	ADDQ $(32*128), DI             \
	DECQ CX                        \
	JNZ  loop                      \
	VZEROUPPER                     \
	RET

// func q80Panel256(t *blockTile)
TEXT ·q80Panel256(SB), NOSPLIT, $0-8
	PANEL(544, SCALES8, ALL8)

// func q40Panel256(t *blockTile)
TEXT ·q40Panel256(SB), NOSPLIT, $0-8
	PANEL(288, SCALES40, ALL4)

// func q41Panel256(t *blockTile)
TEXT ·q41Panel256(SB), NOSPLIT, $0-8
	PANEL(320, SCALES41, ALL4)
