// One step of the elementary functions, from SI to DI; see avx512_amd64.h for
// the words and mathTable for the formulas. MULADD: p = p·x + the constant at m.

#define MULADD(m, x, p) \
	CONST(m, V5)          \
	VFMADD213PS V5, x, p

// V1 = x·2²⁴ and V2 = x of WHERE's lanes, those with x (V0) below the smallest
// normal number, 1 and x elsewhere. The powers stand in the table.
#define NORMAL(power, none) \
	CONST(·mathTable+0(SB), V1) \
	WHERE(LESS, V1, V0)         \
	CONST(·mathTable+4(SB), V1) \
	VMULPS V1, V0, V1           \
	PICK(V1, V0, V1)            \
	CONST(power, V2)            \
	none                        \
	PICK(V2, V3, V2)

// V3 = ln V0.
#define LOGSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V0)                     \
	NORMAL(·mathTable+8(SB), ZEROV(V3))    \
	CONST(·mathTable+12(SB), V3)           \
	VPSUBD V3, V1, V3                      \
	VPSRAD $23, V3, V3                     \ // e
	VPSLLD $23, V3, V4                     \
	VPSUBD V4, V1, V1                      \ // m
	VCVTDQ2PS V3, V3                       \
	VSUBPS V2, V3, V2                      \
	CONST(·mathTable+16(SB), V3)           \
	VSUBPS V3, V1, V1                      \ // f
	CONST(·mathTable+20(SB), V3)           \
	MULADD(·mathTable+24(SB), V1, V3)      \
	MULADD(·mathTable+28(SB), V1, V3)      \
	MULADD(·mathTable+32(SB), V1, V3)      \
	MULADD(·mathTable+36(SB), V1, V3)      \
	MULADD(·mathTable+40(SB), V1, V3)      \
	MULADD(·mathTable+44(SB), V1, V3)      \
	MULADD(·mathTable+48(SB), V1, V3)      \
	MULADD(·mathTable+52(SB), V1, V3)      \ // f·(c0 + …) − ½
	VMULPS V1, V1, V4                      \
	CONST(·mathTable+56(SB), V5)           \
	VMULPS V2, V5, V5                      \
	VFMADD213PS V5, V4, V3                 \ // times f², plus e times the lower part of ln 2
	VADDPS V1, V3, V3                      \
	CONST(·mathTable+60(SB), V4)           \
	VFMADD231PS V4, V2, V3                 \
	CONST(·mathTable+64(SB), V4)           \
	WHERE(NOTLESS, V4, V0)                 \ // ∞ and NaN stay
	PICK(V0, V3, V3)                       \
	ZEROV(V4)                              \
	WHERE(LESS, V4, V0)                    \
	CONST(·mathTable+68(SB), V5)           \
	PICK(V5, V3, V3)                       \
	WHERE(EQUAL, V4, V0)                   \
	CONST(·mathTable+72(SB), V5)           \
	PICK(V5, V3, V3)                       \
	ST(V3, (DI)(DX*1))

// V3 = tanh V0 = sign·m/(m + 2) with m = e^2|x| − 1 = 2ⁿ·(e^r − 1) + (2ⁿ − 1),
// which keeps all digits where m is small. n, r and the polynomial are those of
// EXP.
#define TANHSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V0)                     \
	CONST(·mathTable+76(SB), V1)           \
	AND(V0, V1, V1)                        \
	VADDPS V1, V1, V1                      \
	CONST(·mathTable+80(SB), V2)           \
	VMINPS V1, V2, V1                      \ // NaN stays
	CONST(·expTable+0(SB), V2)             \
	VMULPS V1, V2, V2                      \
	ROUND(V2, V2)                          \ // n
	CONST(·expTable+32(SB), V3)            \
	VFMADD231PS V3, V2, V1                 \
	CONST(·expTable+64(SB), V3)            \
	VFMADD231PS V3, V2, V1                 \ // r
	CONST(·expTable+96(SB), V3)            \
	MULADD(·expTable+128(SB), V1, V3)      \
	MULADD(·expTable+160(SB), V1, V3)      \
	MULADD(·expTable+192(SB), V1, V3)      \
	MULADD(·expTable+224(SB), V1, V3)      \
	VMULPS V1, V1, V4                      \
	VFMADD213PS V1, V4, V3                 \ // e^r − 1
	CONST(·mathTable+16(SB), V4)           \
	VCVTPS2DQ V2, V2                       \
	VPSLLD $23, V2, V2                     \
	VPADDD V4, V2, V2                      \ // 2ⁿ
	VSUBPS V4, V2, V4                      \
	VFMADD213PS V4, V2, V3                 \ // m
	CONST(·mathTable+84(SB), V4)           \
	VADDPS V3, V4, V4                      \
	VDIVPS V4, V3, V3                      \
	CONST(·mathTable+112(SB), V4)                \
	AND(V0, V4, V4)                        \
	OR(V4, V3, V3)                         \
	ST(V3, (DI)(DX*1))

// V3 = 1/√V0.
#define RSQRTSTEP(LD, ST, FIX) \
	LD((SI)(DX*1), V0)                     \
	NORMAL(·mathTable+88(SB), CONST(·mathTable+16(SB), V3)) \
	CONST(·mathTable+108(SB), V3)          \
	VPSRLD $1, V1, V4                      \
	VPSUBD V4, V3, V3                      \ // y within 3.5 %
	VMULPS V1, V3, V4                      \
	CONST(·mathTable+16(SB), V6)           \
	VFNMADD231PS V4, V3, V6                \ // r
	CONST(·mathTable+92(SB), V4)           \
	MULADD(·mathTable+96(SB), V6, V4)      \
	MULADD(·mathTable+100(SB), V6, V4)     \
	MULADD(·mathTable+104(SB), V6, V4)     \
	VMULPS V6, V4, V4                      \
	VFMADD231PS V4, V3, V3                 \ // y within 4e-7
	VMULPS V1, V3, V4                      \
	VMOVAPS V4, V5                         \
	VFMSUB231PS V1, V3, V5                 \ // what x·y lost
	CONST(·mathTable+16(SB), V6)           \
	VFNMADD231PS V4, V3, V6                \
	VFNMADD231PS V5, V3, V6                \ // r
	CONST(·mathTable+104(SB), V4)          \
	VMULPS V3, V4, V4                      \
	VFMADD231PS V4, V6, V3                 \ // y + r·y/2
	VMULPS V2, V3, V3                      \
	CONST(·mathTable+64(SB), V5)           \
	ZEROV(V4)                              \
	WHERE(EQUAL, V5, V0)                   \
	PICK(V4, V3, V3)                       \ // 1/√∞
	OR(V0, V5, V5)                         \
	WHERE(EQUAL, V4, V0)                   \
	PICK(V5, V3, V3)                       \ // 1/√±0
	WHERE(LESS, V4, V0)                    \
	CONST(·mathTable+68(SB), V5)           \
	PICK(V5, V3, V3)                       \
	ST(V3, (DI)(DX*1))
