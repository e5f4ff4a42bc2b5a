//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"

// Products of bfloat16 in tiles. A stands as [16 rows][32 k] and B as
// [16 pairs of k][16 columns][2], 1 KB each, block after block of 32 k; the two
// halves of a panel of B alternate. Each function is, for every panel,
//
//	C = 0, or the old C with chain
//	for b := range blocks { C += A[b]·B[b] }
//
// where C += A·B is, for each element, in this order, with every operation
// rounded to the nearest and subnormal numbers taken and given as 0:
//
//	even, odd := 0, 0
//	for p := range 16 {
//		even = fma(a[2p], b[2p], even)
//		odd = fma(a[2p+1], b[2p+1], odd)
//	}
//	c += even + odd
//
// Four tiles of C use two of A and two of B: a step of 4 KB loaded and 32768
// multiply-adds. Panels of B pass by while the rows of A stay, so that rows of
// C are written from left to right.
//
//	tiles 0 1 / 2 3   C           SI, R8   A, rows 0-15 and 16-31
//	4, 5              A           BX       B
//	6, 7              B           DX, R11  C, rows 0-15 and 16-31
//	R14  64, the bytes of a row of A and B    R15  bytes of a row of C
//	R9   panels left, CX blocks left          R13  bytes of a panel of B
//	AX, R12  A and C of the group of 32 rows

// START: the shapes of the tiles, and the operands.
#define START \
	MOVQ t+0(FP), DI            \
	LDTILECFG_DI(tiles16_config) \
	MOVQ tiles16_c(DI), DX      \
	MOVQ tiles16_b(DI), R10     \
	MOVQ tiles16_ldc(DI), R15   \
	MOVQ tiles16_panels(DI), R9 \
	MOVQ tiles16_strideB(DI), R13 \
	MOVL $64, R14

// FETCH(off): ask for 1 KB of B.
#define FETCH(off) FETCH4(off); FETCH4(off+256); FETCH4(off+512); FETCH4(off+768)
#define FETCH4(off) PREFETCHT0 (off)(BX); PREFETCHT0 (off+64)(BX); PREFETCHT0 (off+128)(BX); PREFETCHT0 (off+192)(BX)

// func tilePanels(t *tiles16)
TEXT ·tilePanels(SB), NOSPLIT, $0-8
	START
	MOVQ DX, R12
	MOVQ tiles16_a(DI), AX
group:
	MOVQ R15, R11
	SHLQ $4, R11
	ADDQ DX, R11
panel:
	MOVQ R10, BX
	MOVQ AX, SI
	MOVQ tiles16_blocks(DI), CX
	MOVQ CX, R8
	SHLQ $10, R8
	ADDQ SI, R8
	CMPQ tiles16_chain(DI), $0
	JNE  load
	CMPQ tiles16_claim(DI), $0
	JEQ  zero
	MOVQ DX, R8
	MOVL $16, CX
claim:                           // two rows of C
	PREFETCHW_R8
	PREFETCHW_R8_64
	PREFETCHW_R8_R15
	PREFETCHW_R8_R15_64
	LEAQ (R8)(R15*2), R8
	DECL CX
	JNZ  claim
	MOVQ tiles16_blocks(DI), CX
	MOVQ CX, R8
	SHLQ $10, R8
	ADDQ SI, R8
zero:
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)
	JMP  block
load:
	TILELOADD(0, rDX, rR15, 0)
	TILELOADD(0, rR11, rR15, 2)
	CMPQ tiles16_right(DI), $0
	JEQ  block
	TILELOADD(64, rDX, rR15, 1)
	TILELOADD(64, rR11, rR15, 3)
block:
	TILELOADD(0, rBX, rR14, 6)
	TILELOADD(0, rSI, rR14, 4)
	TDPBF16PS(6, 4, 0)
	TILELOADD(0, rR8, rR14, 5)
	TDPBF16PS(6, 5, 2)
	TILELOADD(1024, rBX, rR14, 7)
	TDPBF16PS(7, 4, 1)
	TDPBF16PS(7, 5, 3)
	ADDQ $2048, BX
	ADDQ $1024, SI
	ADDQ $1024, R8
	DECQ CX
	JNZ  block
	TILESTORED(0, 0, rDX, rR15)
	TILESTORED(2, 0, rR11, rR15)
	CMPQ tiles16_right(DI), $0
	JEQ  done
	TILESTORED(1, 64, rDX, rR15)
	TILESTORED(3, 64, rR11, rR15)
	ADDQ $128, DX
	ADDQ $128, R11
	ADDQ R13, R10
	DECQ R9
	JNZ  panel
done:
	DECQ tiles16_groups(DI)
	JE   end
	MOVQ tiles16_blocks(DI), CX
	SHLQ $11, CX
	ADDQ CX, AX
	MOVQ R15, CX
	SHLQ $5, CX
	ADDQ CX, R12
	MOVQ R12, DX
	MOVQ tiles16_b(DI), R10
	MOVQ tiles16_panels(DI), R9
	JMP  group
end:
	TILERELEASE
	RET

// func tileRows(t *tiles16)
//
// At most 16 rows: one tile of A, and the product waits for B, which comes from
// memory when a token is decoded. Asking 8 KB ahead reaches beyond the ends of
// panels, where the processor's own prefetcher begins anew.
TEXT ·tileRows(SB), NOSPLIT, $0-8
	START
panel:
	MOVQ R10, BX
	MOVQ tiles16_a(DI), SI
	MOVQ tiles16_blocks(DI), CX
	TILEZERO(0)
	TILEZERO(1)
	CMPQ tiles16_chain(DI), $0
	JEQ  block
	TILELOADD(0, rDX, rR15, 0)
	CMPQ tiles16_right(DI), $0
	JEQ  block
	TILELOADD(64, rDX, rR15, 1)
block:
	FETCH(8192)
	TILELOADD(0, rSI, rR14, 4)
	TILELOADD(0, rBX, rR14, 6)
	TDPBF16PS(6, 4, 0)
	FETCH(9216)
	TILELOADD(1024, rBX, rR14, 7)
	TDPBF16PS(7, 4, 1)
	ADDQ $2048, BX
	ADDQ $1024, SI
	DECQ CX
	JNZ  block
	TILESTORED(0, 0, rDX, rR15)
	CMPQ tiles16_right(DI), $0
	JEQ  done
	TILESTORED(1, 64, rDX, rR15)
	ADDQ $128, DX
	ADDQ R13, R10
	DECQ R9
	JNZ  panel
done:
	TILERELEASE
	RET
