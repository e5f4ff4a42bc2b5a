//go:build !purego

#include "textflag.h"
#include "bytes_amd64.h"
#include "turn4_avx512_amd64.h"

// Conversion of float32 to pairs of bfloat16, 32 by 32 numbers at a time, by
// VCVTNE2PS2BF16, which rounds to the nearest and flushes subnormal numbers.

// DATA interleave: words 0, 16, 1, 17, … of a vector, so that the two numbers of
// a column stand side by side.
DATA ·interleave16+0(SB)/8, $0x0011000100100000
DATA ·interleave16+8(SB)/8, $0x0013000300120002
DATA ·interleave16+16(SB)/8, $0x0015000500140004
DATA ·interleave16+24(SB)/8, $0x0017000700160006
DATA ·interleave16+32(SB)/8, $0x0019000900180008
DATA ·interleave16+40(SB)/8, $0x001b000b001a000a
DATA ·interleave16+48(SB)/8, $0x001d000d001c000c
DATA ·interleave16+56(SB)/8, $0x001f000f001e000e
GLOBL ·interleave16(SB), RODATA|NOPTR, $64

// PAIR(off, to): two rows at SI, 16 columns from off on, become a vector of pairs.
#define PAIR(off, to) \
	VMOVUPS off(SI), Z0            \
	VMOVUPS off(SI)(R8*1), Z1      \
	VCVTNE2PS2BF16(0, 1, 2)        \
	VPERMW Z2, Z31, Z2             \
	VMOVDQU32 Z2, to

// ROWS4(off, z): rows off/64 + 4l of the 16 by 16 words at R12, columns from AX,
// as quarters l of z.
#define ROWS4(off, z) QUARTERS(off(R12)(AX*1), (off+256)(R12)(AX*1), (off+512)(R12)(AX*1), (off+768)(R12)(AX*1), z)

// COLUMNS4: columns AX/4 … AX/4+3 become Z4 … Z7.
#define COLUMNS4 ROWS4(0, Z0); ROWS4(64, Z1); ROWS4(128, Z2); ROWS4(192, Z3); TURN4

// func pairsRows512(dst *uint32, step uintptr, src *float32, stride uintptr, halves int)
//
// Row after row, because memory gives most when it is read in order.
TEXT ·pairsRows512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ step+8(FP), R9
	MOVQ src+16(FP), BX
	MOVQ stride+24(FP), R8
	MOVQ halves+32(FP), R10
	VMOVDQU32 ·interleave16(SB), Z31
	MOVL $16, CX
pair:
	MOVQ BX, SI
	MOVQ DI, R11
	MOVQ R10, AX
panel:
	PAIR(0, (R11))
	DECQ AX
	JZ   next
	PAIR(64, 1024(R11))
	ADDQ $128, SI
	ADDQ R9, R11
	DECQ AX
	JNZ  panel
next:
	LEAQ (BX)(R8*2), BX
	ADDQ $64, DI
	DECL CX
	JNZ  pair
	VZEROUPPER
	RET

// func convertRow512(dst *uint32, step uintptr, src *float32, blocks int)
TEXT ·convertRow512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ step+8(FP), R8
	MOVQ src+16(FP), SI
	MOVQ blocks+24(FP), CX
block:
	VMOVUPS (SI), Z0
	VMOVUPS 64(SI), Z1
	VCVTNE2PS2BF16(0, 1, 2)
	VMOVDQU32 Z2, (DI)
	ADDQ $128, SI
	ADDQ R8, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func convertRows512(dst *uint32, src *float32, stride uintptr, rows, blocks int)
//
// Sixteen rows of every block, then the next sixteen. What comes after the
// rows, as many bytes, is asked for meanwhile.
TEXT ·convertRows512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ rows+24(FP), R9
	MOVQ R9, R12
	IMULQ R8, R12                // bytes of the rows
	MOVQ blocks+32(FP), R10
	LEAQ -1(R10), R13
	SHLQ $10, R13                // bytes of a stripe but for one block
	XORQ AX, AX                  // rows done
row:
	MOVQ SI, BX
	MOVQ DI, DX
	MOVQ R10, CX
block:
	VMOVUPS (BX), Z0
	VMOVUPS 64(BX), Z1
	PREFETCHT0 (BX)(R12*1)
	PREFETCHT0 64(BX)(R12*1)
	VCVTNE2PS2BF16(0, 1, 2)
	VMOVDQU32 Z2, (DX)
	ADDQ $128, BX
	ADDQ $1024, DX
	DECQ CX
	JNZ  block
	ADDQ R8, SI
	ADDQ $64, DI
	INCQ AX
	TESTQ $15, AX
	JNZ  next
	ADDQ R13, DI                 // the next stripe
next:
	CMPQ AX, R9
	JLT  row
	VZEROUPPER
	RET

// func rowsBlock512(dst *uint32, src *float32, stride uintptr)
TEXT ·rowsBlock512(SB), 0, $1088-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	TURNMASKS
	LEAQ 63(SP), R12             // on a border of 64 bytes
	ANDQ $~63, R12
	MOVL $2, DX
half:
	XORQ AX, AX
row:                             // sixteen rows, as pairs
	VMOVUPS (SI), Z0
	VMOVUPS 64(SI), Z1
	VCVTNE2PS2BF16(0, 1, 2)
	VMOVDQU32 Z2, (R12)(AX*1)
	ADDQ R8, SI
	ADDQ $64, AX
	CMPQ AX, $1024
	JLT  row
	XORQ AX, AX
turn:
	COLUMNS4
	VMOVDQU32 Z4, (DI)
	VMOVDQU32 Z5, 64(DI)
	VMOVDQU32 Z6, 128(DI)
	VMOVDQU32 Z7, 192(DI)
	ADDQ $256, DI
	ADDQ $16, AX
	CMPQ AX, $64
	JLT  turn
	DECQ DX
	JNZ  half
	VZEROUPPER
	RET

// func turnPairs512(dst *uint32, half, step uintptr, src *uint32, halves int)
TEXT ·turnPairs512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ half+8(FP), R13
	MOVQ step+16(FP), R9
	MOVQ src+24(FP), R12
	MOVQ halves+32(FP), DX
	TURNMASKS
	LEAQ (R9)(R9*2), R10
half:
	XORQ AX, AX
	MOVQ DI, R11
turn:
	COLUMNS4
	VMOVDQU32 Z4, (R11)
	VMOVDQU32 Z5, (R11)(R9*1)
	VMOVDQU32 Z6, (R11)(R9*2)
	VMOVDQU32 Z7, (R11)(R10*1)
	LEAQ (R11)(R9*4), R11
	ADDQ $16, AX
	CMPQ AX, $64
	JLT  turn
	ADDQ $1024, R12
	ADDQ R13, DI
	DECQ DX
	JNZ  half
	VZEROUPPER
	RET
