//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "bytes_amd64.h"
#include "attention_bf16_amd64.h"

// Decoding in bfloat16: the query of one sequence, all heads, against a chunk of
// 64 keys as they lie in the cache. Rows of keys are tiles of the left factor as
// they are, and a query is one of the right with a single column, so nothing is
// turned; a column of scores, written with rows 4 bytes apart, is a row of S.

// ASK1K: 1 KB from R9 on.
#define ASK4(off) PREFETCHT1 (off)(R9); PREFETCHT1 (off+64)(R9); PREFETCHT1 (off+128)(R9); PREFETCHT1 (off+192)(R9)
#define ASK1K ASK4(0); ASK4(256); ASK4(512); ASK4(768); ADDQ $1024, R9

// func decodeScores16(t *decodeTiles16)
//
//	for h := range heads { for g := range group { for j := range 16 * blocks {
//		s[h·group+g][j] = Σ_i q[h·group+g][i]·k[j][h][i]
//	} } }
//
//	SI   keys of the head               R8   bytes between keys
//	R10  q of the head                  R11  scores of the head
//	R12  key heads left                 R13  heads of the group left
//	AX   keys                           BX   q
TEXT ·decodeScores16(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI
	LDTILECFG_DI(decodeTiles16_config)
	MOVQ decodeTiles16_k(DI), SI
	MOVQ decodeTiles16_stride(DI), R8
	MOVQ decodeTiles16_q(DI), R10
	MOVQ decodeTiles16_s(DI), R11
	MOVQ decodeTiles16_heads(DI), R12
	MOVQ decodeTiles16_ahead(DI), R9
	MOVL $4, R14
	MOVQ R8, R15
	SHLQ $4, R15                  // bytes of 16 keys
head:
	MOVQ decodeTiles16_group(DI), R13
group:
	MOVQ SI, AX
	MOVQ R10, BX
	MOVQ decodeTiles16_depth(DI), CX
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)
depth:
	TILELOADD(0, rBX, rR14, 5)
	TILELOADD(0, rAX, rR8, 4)
	TDPBF16PS(5, 4, 0)
	CMPQ R13, decodeTiles16_group(DI)
	JNE  asked
	ASK1K
	ASK1K
	ASK1K
	ASK1K
asked:
	CMPQ decodeTiles16_blocks(DI), $2
	JLT  next
	LEAQ (AX)(R15*1), DX
	TILELOADD(0, rDX, rR8, 6)
	TDPBF16PS(5, 6, 1)
	JEQ  next
	LEAQ (AX)(R15*2), DX
	TILELOADD(0, rDX, rR8, 7)
	TDPBF16PS(5, 7, 2)
	CMPQ decodeTiles16_blocks(DI), $3
	JEQ  next
	ADDQ R15, DX
	TILELOADD(0, rDX, rR8, 4)
	TDPBF16PS(5, 4, 3)
next:
	ADDQ $64, AX
	ADDQ $64, BX
	DECQ CX
	JNZ  depth
	MOVQ BX, R10                  // the next head
	TILESTORED(0, 0, rR11, rR14)
	TILESTORED(1, 64, rR11, rR14) // of blocks that are not there, 0
	TILESTORED(2, 128, rR11, rR14)
	TILESTORED(3, 192, rR11, rR14)
	ADDQ $256, R11
	DECQ R13
	JNZ  group
	MOVQ AX, SI
	DECQ R12
	JNZ  head
	TILERELEASE
	VZEROUPPER
	RET

// pairLow, pairHigh: words 0, 32, 1, 33, … and 16, 48, 17, 49, … of two rows.
DATA ·pairLow+0(SB)/8, $0x0021000100200000
DATA ·pairLow+8(SB)/8, $0x0023000300220002
DATA ·pairLow+16(SB)/8, $0x0025000500240004
DATA ·pairLow+24(SB)/8, $0x0027000700260006
DATA ·pairLow+32(SB)/8, $0x0029000900280008
DATA ·pairLow+40(SB)/8, $0x002b000b002a000a
DATA ·pairLow+48(SB)/8, $0x002d000d002c000c
DATA ·pairLow+56(SB)/8, $0x002f000f002e000e
GLOBL ·pairLow(SB), RODATA|NOPTR, $64
DATA ·pairHigh+0(SB)/8, $0x0031001100300010
DATA ·pairHigh+8(SB)/8, $0x0033001300320012
DATA ·pairHigh+16(SB)/8, $0x0035001500340014
DATA ·pairHigh+24(SB)/8, $0x0037001700360016
DATA ·pairHigh+32(SB)/8, $0x0039001900380018
DATA ·pairHigh+40(SB)/8, $0x003b001b003a001a
DATA ·pairHigh+48(SB)/8, $0x003d001d003c001c
DATA ·pairHigh+56(SB)/8, $0x003f001f003e001e
GLOBL ·pairHigh(SB), RODATA|NOPTR, $64

// pairs16 writes 32 columns of values in bfloat16 as pairs of keys, and zeros up
// to the next multiple of 32 keys. The row of key j begins at BX + j·R8, there
// are CX; lines are asked for from SI on, as many.
//
//	for j := range CX { for i := range 32 { DX[j/32][i/16][j%32/2][i%16][j%2] = BX[j][i] } }
TEXT pairs16<>(SB), NOSPLIT|NOFRAME, $0
	VMOVDQU32 ·pairLow(SB), Z30
	VMOVDQU32 ·pairHigh(SB), Z31
half:
	MOVL $16, AX
pair:
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	CMPQ CX, $1
	JLT  write
	VMOVDQU32 (BX), Z0
	JEQ  write
	VMOVDQU32 (BX)(R8*1), Z1
write:
	PREFETCHT1 (SI)
	PREFETCHT1 64(SI)
	VMOVDQA64 Z0, Z2
	VPERMT2W Z1, Z30, Z2
	VPERMT2W Z1, Z31, Z0
	VMOVDQU32 Z2, (DX)
	VMOVDQU32 Z0, 1024(DX)
	LEAQ (BX)(R8*2), BX
	ADDQ $128, SI
	ADDQ $64, DX
	SUBQ $2, CX
	DECL AX
	JNZ  pair
	ADDQ $1024, DX
	TESTQ CX, CX
	JGT  half
	RET

// func pairKeys512(dst, src *byte, stride, step uintptr, keys, panels int)
//
// pairs16 for panels of 32 columns, step bytes apart in src and 4 KB in dst.
TEXT ·pairKeys512(SB), NOSPLIT, $8-48
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), R9
	MOVQ stride+16(FP), R8
	MOVQ panels+40(FP), R10
panel:
	MOVQ DI, DX
	MOVQ R9, BX
	MOVQ R9, SI
	MOVQ keys+32(FP), CX
	CALL pairs16<>(SB)
	ADDQ $4096, DI
	ADDQ step+24(FP), R9
	DECQ R10
	JNZ  panel
	VZEROUPPER
	RET

// func decodeValues16(t *decodeTiles16)
//
//	for h := range heads { for g := range group { for i := range 32 * depth {
//		o[h·group+g][i] = Σ_j p[h·group+g][j]·v[j][h][i]
//	} } }
//
// with at most 16 heads to a group.
//
//	R13  values of the head and panel   R12  heads left
//	R11  weights of the head            R10  o of the head and panel
//	R9   panels of 32 columns left      SI   what to ask for
TEXT ·decodeValues16(SB), NOSPLIT, $8-8
	MOVQ t+0(FP), DI
	LDTILECFG_DI(decodeTiles16_config)
	MOVQ decodeTiles16_v(DI), R13
	MOVQ decodeTiles16_p(DI), R11
	MOVQ decodeTiles16_o(DI), R10
	MOVQ decodeTiles16_heads(DI), R12
	MOVQ decodeTiles16_ahead(DI), SI
	MOVQ decodeTiles16_depth(DI), R15
	SHLQ $7, R15                  // bytes of a row of o
	MOVL $64, R14
head:
	MOVL $128, AX
	TILELOADD(0, rR11, rAX, 4)
	TILELOADD(64, rR11, rAX, 5)
	MOVQ decodeTiles16_depth(DI), R9
panel:
	MOVQ decodeTiles16_pairs(DI), DX
	MOVQ R13, BX
	MOVQ decodeTiles16_stride(DI), R8
	MOVQ decodeTiles16_keys(DI), CX
	CALL pairs16<>(SB)
	MOVQ decodeTiles16_pairs(DI), BX
	TILEZERO(0)
	TILEZERO(1)
	VALUES32(0, 4)
	CMPQ decodeTiles16_keys(DI), $32
	JLE  half
	VALUES32(2048, 5)
half:
	TILESTORED(0, 0, rR10, rR15)
	TILESTORED(1, 64, rR10, rR15)
	ADDQ $64, R13
	ADDQ $128, R10
	DECQ R9
	JNZ  panel
	MOVQ decodeTiles16_group(DI), AX
	MOVQ AX, CX
	SHLQ $7, CX
	ADDQ CX, R11
	DECQ AX
	IMULQ R15, AX
	ADDQ AX, R10
	DECQ R12
	JNZ  head
	TILERELEASE
	VZEROUPPER
	RET
