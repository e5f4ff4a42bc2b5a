//go:build !purego

#include "textflag.h"
#include "avx512_amd64.h"
#include "rmsnorm_amd64.h"

// func dot512(x, y []float32) float32
TEXT ·dot512(SB), NOSPLIT, $0-52
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ y_base+24(FP), BX
	ZEROV(V0)
	LOOP(DOTSTEP)
	FOLD(VADDPS)
	MOVSS X0, ret+48(FP)
	VZEROUPPER
	RET

// func dot3512(x, y, z []float32) float32
TEXT ·dot3512(SB), NOSPLIT, $0-76
	MOVQ x_base+0(FP), SI
	MOVQ x_len+8(FP), CX
	MOVQ y_base+24(FP), BX
	MOVQ z_base+48(FP), R8
	ZEROV(V0)
	LOOP(DOT3STEP)
	FOLD(VADDPS)
	MOVSS X0, ret+72(FP)
	VZEROUPPER
	RET

// func addDot512(sum, x, r []float32) float32
TEXT ·addDot512(SB), NOSPLIT, $0-76
	MOVQ sum_base+0(FP), DI
	MOVQ sum_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ r_base+48(FP), BX
	ZEROV(V0)
	LOOP(ADDDOTSTEP)
	FOLD(VADDPS)
	MOVSS X0, ret+72(FP)
	VZEROUPPER
	RET

// func scaleMul512(y, x, w []float32, r float32, stream bool)
TEXT ·scaleMul512(SB), NOSPLIT, $0-77
	MOVQ y_base+0(FP), DI
	MOVQ y_len+8(FP), CX
	MOVQ x_base+24(FP), SI
	MOVQ w_base+48(FP), BX
	VBROADCASTSS r+72(FP), V5
	STREAMLOOP(SCALEMULSTEP, stream+76(FP))
	VZEROUPPER
	RET

// func normBackward512(dx, dy, w, x []float32, r, c float32)
TEXT ·normBackward512(SB), NOSPLIT, $0-104
	MOVQ dx_base+0(FP), DI
	MOVQ dx_len+8(FP), CX
	MOVQ dy_base+24(FP), SI
	MOVQ w_base+48(FP), BX
	MOVQ x_base+72(FP), R8
	VBROADCASTSS r+96(FP), V5
	VBROADCASTSS c+100(FP), V6
	LOOP(NORMBACKSTEP)
	VZEROUPPER
	RET

// func mulAdd512(s, y, x []float32, r float32)
TEXT ·mulAdd512(SB), NOSPLIT, $0-76
	MOVQ s_base+0(FP), DI
	MOVQ s_len+8(FP), CX
	MOVQ y_base+24(FP), SI
	MOVQ x_base+48(FP), BX
	VBROADCASTSS r+72(FP), V5
	LOOP(MULADDSTEP)
	VZEROUPPER
	RET
