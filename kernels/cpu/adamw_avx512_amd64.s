//go:build !purego

#include "go_asm.h"
#include "textflag.h"
#include "avx512_amd64.h"
#include "adamw_amd64.h"

// func adamw512(p, g, m, v []float32, s *adamScalars)
TEXT ·adamw512(SB), NOSPLIT, $0-104
	MOVQ p_base+0(FP), DI
	MOVQ p_len+8(FP), CX
	MOVQ g_base+24(FP), SI
	MOVQ m_base+48(FP), BX
	MOVQ v_base+72(FP), R8
	MOVQ s+96(FP), R9
	LOOP(ADAMWSTEP)
	VZEROUPPER
	RET

// func adamwCopy512(p, g, m, v []float32, h []kernels.BFloat16, s *adamScalars)
TEXT ·adamwCopy512(SB), NOSPLIT, $0-128
	MOVQ p_base+0(FP), DI
	MOVQ p_len+8(FP), CX
	MOVQ g_base+24(FP), SI
	MOVQ m_base+48(FP), BX
	MOVQ v_base+72(FP), R8
	MOVQ h_base+96(FP), R10
	MOVQ s+120(FP), R9
	LOOP(ADAMWCOPYSTEP)
	VZEROUPPER
	RET

// func sumSquares512(x []float32) float64
TEXT ·sumSquares512(SB), NOSPLIT, $0-32
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	ZEROV(V10)
	ZEROV(V11)
	LOOP(SQUARESTEP)
	VADDPD V11, V10, V0
	FOLD64
	MOVSD X0, ret+24(FP)
	VZEROUPPER
	RET
