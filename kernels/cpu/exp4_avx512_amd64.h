// Four vectors of exponentials at a time. The uops of one exponential wait for
// each other some sixty cycles; side by side, four keep both ports busy. A word
// of four arguments does one stage for one vector: x its argument, n its whole
// part, y the result, k its mask.
//
//	Z16-Z19 x   Z20-Z23 n   Z24-Z27 y   K2-K5 masks   Z28-Z31 as a kernel likes
#define ON4(stage) \
	stage(Z16, Z20, Z24, K2) \
	stage(Z17, Z21, Z25, K3) \
	stage(Z18, Z22, Z26, K4) \
	stage(Z19, Z23, Z27, K5)

#define NOTSMALL(x, n, y, k) VCMPPS.BCST $5, ·expTable+320(SB), x, k
#define OVERLN2(x, n, y, k) VMULPS.BCST ·expTable+0(SB), x, n
#define NEAREST(x, n, y, k) VRNDSCALEPS $8, n, n
#define LESSLN2(x, n, y, k) VFMADD231PS.BCST ·expTable+32(SB), n, x
#define LESSLN2B(x, n, y, k) VFMADD231PS.BCST ·expTable+64(SB), n, x
#define POLY6(x, n, y, k) VBROADCASTSS ·expTable+96(SB), y
#define POLY5(x, n, y, k) VFMADD213PS.BCST ·expTable+128(SB), x, y
#define POLY4(x, n, y, k) VFMADD213PS.BCST ·expTable+160(SB), x, y
#define POLY3(x, n, y, k) VFMADD213PS.BCST ·expTable+192(SB), x, y
#define POLY2(x, n, y, k) VFMADD213PS.BCST ·expTable+224(SB), x, y
#define POLY1(x, n, y, k) VFMADD213PS.BCST ·expTable+256(SB), x, y
#define POWER(x, n, y, k) VSCALEFPS.Z n, y, k, y

// EXP4 is EXP of four vectors, for arguments that are not above 88 (or NaN): it
// leaves out the comparison with what overflows, and has the same bits.
#define EXP4 \
	ON4(NOTSMALL)  \
	ON4(OVERLN2)   \
	ON4(NEAREST)   \
	ON4(LESSLN2)   \
	ON4(LESSLN2B)  \
	ON4(POLY6)     \
	ON4(POLY5)     \
	ON4(POLY4)     \
	ON4(POLY3)     \
	ON4(POLY2)     \
	ON4(POLY1)     \
	ON4(POLY1)     \
	ON4(POWER)

// STORE4(p) stores the results where DX points to in the row at p.
#define STORE4(p) \
	VMOVUPS Z24, (p)(DX*1)    \
	VMOVUPS Z25, 64(p)(DX*1)  \
	VMOVUPS Z26, 128(p)(DX*1) \
	VMOVUPS Z27, 192(p)(DX*1)
