//go:build !purego

#include "textflag.h"

// func copyPanels256(dst, src *float32, stride uintptr, rows, panels int)
//
// Row p of src is cut into pieces of 32 numbers; piece q goes to
// dst + (q·rows + p)·128 bytes.
TEXT ·copyPanels256(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ rows+24(FP), CX
	MOVQ panels+32(FP), R9
	MOVQ CX, R10
	SHLQ $7, R10                // bytes from panel to panel
	LEAQ (R8)(R8*1), R13        // two rows ahead
row:
	MOVQ SI, R11
	MOVQ DI, R12
	MOVQ R9, DX
piece:
	PREFETCHT0 (R11)(R13*1)
	PREFETCHT0 64(R11)(R13*1)
	VMOVUPS (R11), Y0
	VMOVUPS 32(R11), Y1
	VMOVUPS 64(R11), Y2
	VMOVUPS 96(R11), Y3
	VMOVUPS Y0, (R12)
	VMOVUPS Y1, 32(R12)
	VMOVUPS Y2, 64(R12)
	VMOVUPS Y3, 96(R12)
	ADDQ $128, R11
	ADDQ R10, R12
	DECQ DX
	JNZ  piece
	ADDQ R8, SI
	ADDQ $128, DI
	DECQ CX
	JNZ  row
	VZEROUPPER
	RET

// func packTiles512(dst, src *float32, stride uintptr, rows, steps int)
//
// Rows of src are cut into pieces of twelve numbers; piece i of step p goes to
// dst + (i·steps + p)·48 bytes. Four steps of a piece are three lines of the
// cache, which are put together from six masked loads:
//
//	line 0: a0…a11 b0…b3    line 1: b4…b11 c0…c7    line 2: c8…c11 d0…d11
//
// Written step by step the lines of all pieces, which often lie a multiple of
// 4 KiB apart, would drive each other from the first-level cache half full.
TEXT ·packTiles512(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R8
	MOVQ steps+32(FP), DX
	LEAQ (DX)(DX*2), R9
	SHLQ $4, R9                 // 48·steps: bytes from piece to piece
	LEAQ (R8)(R8*2), R12        // three rows
	MOVL $0x0fff, AX
	KMOVW AX, K1                // lanes 0-11
	MOVL $0xf000, AX
	KMOVW AX, K3                // 12-15
	MOVL $0x00ff, AX
	KMOVW AX, K4                // 0-7
	MOVL $0xff00, AX
	KMOVW AX, K5                // 8-15
	MOVL $0x000f, AX
	KMOVW AX, K6                // 0-3
	MOVL $0xfff0, AX
	KMOVW AX, K7                // 4-15
	MOVQ rows+24(FP), CX
	MOVL $1, AX
	MOVQ $12, BX
	XORQ R13, R13
	// K2: the numbers of the last, short piece: rows mod 12
short:
	CMPQ CX, BX
	JLT  mask
	SUBQ BX, CX
	JMP  short
mask:
	MOVQ CX, R13
	SHLL CX, AX
	DECL AX
	KMOVW AX, K2
	SUBQ $4, DX
	JLT  rest
four:
	MOVQ rows+24(FP), CX
	MOVQ SI, R10
	MOVQ DI, R11
	SUBQ $12, CX
	JLT  fourlast
fourpiece:
	VMOVUPS.Z (R10), K1, Z0
	VMOVUPS -48(R10)(R8*1), K3, Z0
	VMOVUPS.Z 16(R10)(R8*1), K4, Z1
	VMOVUPS -32(R10)(R8*2), K5, Z1
	VMOVUPS.Z 32(R10)(R8*2), K6, Z2
	VMOVUPS -16(R10)(R12*1), K7, Z2
	VMOVUPS Z0, (R11)
	VMOVUPS Z1, 64(R11)
	VMOVUPS Z2, 128(R11)
	ADDQ $48, R10
	ADDQ R9, R11
	SUBQ $12, CX
	JGE  fourpiece
fourlast:
	TESTQ R13, R13
	JZ   fournext
	VMOVUPS.Z (R10), K2, Z0
	VMOVUPS.Z (R10)(R8*1), K2, Z1
	VMOVUPS.Z (R10)(R8*2), K2, Z2
	VMOVUPS.Z (R10)(R12*1), K2, Z3
	VMOVUPS Z0, K1, (R11)       // padded with zeros
	VMOVUPS Z1, K1, 48(R11)
	VMOVUPS Z2, K1, 96(R11)
	VMOVUPS Z3, K1, 144(R11)
fournext:
	LEAQ (SI)(R8*4), SI
	ADDQ $192, DI
	SUBQ $4, DX
	JGE  four
rest:
	ADDQ $4, DX                 // the last one to three steps
	JZ   done
step:
	MOVQ rows+24(FP), CX
	MOVQ SI, R10
	MOVQ DI, R11
	SUBQ $12, CX
	JLT  last
piece:
	VMOVUPS.Z (R10), K1, Z0
	VMOVUPS Z0, K1, (R11)
	ADDQ $48, R10
	ADDQ R9, R11
	SUBQ $12, CX
	JGE  piece
last:
	TESTQ R13, R13
	JZ   next
	VMOVUPS.Z (R10), K2, Z0
	VMOVUPS Z0, K1, (R11)
next:
	ADDQ R8, SI
	ADDQ $48, DI
	DECQ DX
	JNZ  step
done:
	VZEROUPPER
	RET

// func packRows512(dst, src *float32, stride uintptr, blocks int)
//
// Twelve rows by 4·blocks columns become 4·blocks rows of twelve; the way of
// transpose512 (see there) with three lanes.
TEXT ·packRows512(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), R11
	MOVQ blocks+24(FP), CX
	LEAQ (R11)(R11*2), R12
	LEAQ (SI)(R11*4), R8   // row 4
	LEAQ (R8)(R11*4), R9   // row 8
	MOVL $0xfff, AX
	KMOVW AX, K1           // twelve lanes
block:
	// Z0-Z3: lane q of Zi holds four columns of row 4q+i.
	VMOVUPS (SI), X0
	VMOVUPS (SI)(R11*1), X1
	VMOVUPS (SI)(R11*2), X2
	VMOVUPS (SI)(R12*1), X3
	VINSERTF128 $1, (R8), Y0, Y0
	VINSERTF128 $1, (R8)(R11*1), Y1, Y1
	VINSERTF128 $1, (R8)(R11*2), Y2, Y2
	VINSERTF128 $1, (R8)(R12*1), Y3, Y3
	VINSERTF32X4 $2, (R9), Z0, Z0
	VINSERTF32X4 $2, (R9)(R11*1), Z1, Z1
	VINSERTF32X4 $2, (R9)(R11*2), Z2, Z2
	VINSERTF32X4 $2, (R9)(R12*1), Z3, Z3
	// Each lane is a 4×4 matrix; transpose all three.
	VUNPCKLPS Z1, Z0, Z4   // a0 b0 a1 b1
	VUNPCKHPS Z1, Z0, Z5   // a2 b2 a3 b3
	VUNPCKLPS Z3, Z2, Z6   // c0 d0 c1 d1
	VUNPCKHPS Z3, Z2, Z7   // c2 d2 c3 d3
	VUNPCKLPD Z6, Z4, Z0   // a0 b0 c0 d0: the first column
	VUNPCKHPD Z6, Z4, Z1
	VUNPCKLPD Z7, Z5, Z2
	VUNPCKHPD Z7, Z5, Z3
	VMOVUPS Z0, K1, (DI)
	VMOVUPS Z1, K1, 48(DI)
	VMOVUPS Z2, K1, 96(DI)
	VMOVUPS Z3, K1, 144(DI)
	ADDQ $16, SI           // four columns on
	ADDQ $16, R8
	ADDQ $16, R9
	ADDQ $192, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET
