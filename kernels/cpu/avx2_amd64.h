// The vocabulary of the vector kernels for AVX2 with FMA; see avx512_amd64.h.

#define V0 Y0
#define V1 Y1
#define V2 Y2
#define V3 Y3
#define V4 Y4
#define V5 Y5
#define V6 Y6
#define V7 Y7
#define V8 Y8
#define V9 Y9
#define V10 Y10
#define V11 Y11
#define V12 Y12
#define V13 Y13
#define LANES 8
#define BYTES 32

#define ZEROV(r) VXORPS r, r, r

// A whole vector, and the first CX lanes of one (the other lanes read as 0 and
// are not written). OTHERS(x, r) puts x into the lanes of r beyond the tail.
#define LOAD(m, r) VMOVUPS m, r
#define STORE(r, m) VMOVUPS r, m
#define NOOTHERS(x, r)
#define LOADTAIL(m, r) VMASKMOVPS m, Y15, r
#define STORETAIL(r, m) VMASKMOVPS r, Y15, m
#define OTHERS(x, r) VBLENDVPS Y15, r, x, r

// STREAM stores past the caches; the address must be a multiple of BYTES, and
// SFENCE must follow before another core reads.
#define STREAM(r, m) VMOVNTPS r, m

// AHEAD is how far a kernel of several streams prefetches them, in bytes: the
// hardware stops at the end of a page, where all its streams are at once.
#define AHEAD 2048

// CONST(m, r): all lanes of r become the float32 at m. ROUND is to the nearest
// integer. AND, OR work on bits.
#define CONST(m, r) VBROADCASTSS m, r
#define ROUND(x, r) VROUNDPS $8, x, r
#define AND(x, y, r) VANDPS x, y, r
#define OR(x, y, r) VORPS x, y, r

// WHERE(p, b, a) marks the lanes in which a p b holds; PICK(x, y, r) makes r x
// there and y elsewhere. For p see LESS and its like.
#define WHERE(p, b, a) VCMPPS p, b, a, Y13
#define PICK(x, y, r) VBLENDVPS Y13, x, y, r

// TAIL(n) makes the mask of the first n lanes. n must be CX.
#define TAIL(n) \
	LEAQ ·tailTable+32(SB), AX \ // eight ones end here, zeros follow
	SHLQ $2, n                 \
	SUBQ n, AX                 \
	SHRQ $2, n                 \
	VMOVUPS (AX), Y15

// LOOP(step) runs a step over all elements.
#define LOOP(step) \
	XORQ DX, DX                     \
	REST(step)

// STREAMLOOP(step, flag) is LOOP that stores whole vectors with STREAM when the
// byte flag is not 0. SFENCE is left to the caller.
#define STREAMLOOP(step, flag) \
	XORQ DX, DX                     \
	CMPB flag, $0                   \
	JEQ  rest                       \
	SUBQ $LANES, CX                 \
	JLT  short                      \
stream:                             \
	step(LOAD, STREAM, NOOTHERS)    \
	ADDQ $BYTES, DX                 \
	SUBQ $LANES, CX                 \
	JGE  stream                     \
short:                              \
	ADDQ $LANES, CX                 \
rest:                               \
	REST(step)

// REST(step) runs a step over the CX elements from DX on.
#define REST(step) \
	SUBQ $LANES, CX                 \
	JLT  tail                       \
full:                               \
	step(LOAD, STORE, NOOTHERS)     \
	ADDQ $BYTES, DX                 \
	SUBQ $LANES, CX                 \
	JGE  full                       \
tail:                               \
	ADDQ $LANES, CX                 \
	JZ   done                       \
	TAIL(CX)                        \
	step(LOADTAIL, STORETAIL, OTHERS) \
done:

// FOLD(op): lane 0 of V0 becomes the sum (op VADDPS) or maximum (VMAXPS) of its
// lanes, by halves: 4, 2, 1. V1 is lost.
#define FOLD(op) \
	VEXTRACTF128 $1, Y0, X1  \
	op X1, X0, X0            \
	VMOVHLPS X0, X0, X1      \
	op X1, X0, X0            \
	VMOVSHDUP X0, X1         \
	op X1, X0, X0

// The ways to compare for WHERE; NaN is in none of the first two.
#define EQUAL $0x00
#define LESS $0x11
#define NOTLESS $0x15
#define UNORDERED $0x03 // one is NaN

// HALVES(m) stores the lower 16 bits of the lanes of V0. V1 is lost.
#define HALVES(m) \
	VEXTRACTI128 $1, Y0, X1      \
	VPACKUSDW X1, X0, X0         \
	VMOVDQU X0, m

// EXP(x, n, y): y = e^x within one unit in the last place; x and n are lost.
// Below the smallest normal number the result is 0. See expTable. 2ⁿ is
// applied in two factors, because 2¹²⁸ is not a float32.
#define EXP(x, n, y) \
	VCMPPS $5, ·expTable+320(SB), x, Y13  \ // not too small? (NaN passes)
	VMINPS x, Y14, x                      \ // not so large that ∞ − ∞ arises
	VMULPS ·expTable+0(SB), x, n          \
	VROUNDPS $8, n, n                     \ // n = round(x/ln 2)
	VFMADD231PS ·expTable+32(SB), n, x    \ // r = x − n·ln 2, in two parts
	VFMADD231PS ·expTable+64(SB), n, x    \
	VMOVUPS ·expTable+96(SB), y           \
	VFMADD213PS ·expTable+128(SB), x, y   \ // the polynomial
	VFMADD213PS ·expTable+160(SB), x, y   \
	VFMADD213PS ·expTable+192(SB), x, y   \
	VFMADD213PS ·expTable+224(SB), x, y   \
	VFMADD213PS ·expTable+256(SB), x, y   \
	VFMADD213PS ·expTable+256(SB), x, y   \
	VCVTPS2DQ n, n                        \
	VPSRAD $1, n, x                       \ // n/2 and the rest
	VPSUBD x, n, n                        \
	VPADDD ·expBias(SB), x, x             \ // as exponents
	VPADDD ·expBias(SB), n, n             \
	VPSLLD $23, x, x                      \
	VPSLLD $23, n, n                      \
	VMULPS x, y, y                        \
	VMULPS n, y, y                        \
	VANDPS Y13, y, y

// EXPINIT prepares for EXP; Y13 and Y14 are taken.
#define EXPINIT VMOVUPS ·expTable+288(SB), Y14

// SQUARES adds the squares of V1, as float64, to V10 and V11.
#define SQUARES \
	VEXTRACTF128 $1, Y1, X2      \
	VCVTPS2PD X1, Y1             \
	VCVTPS2PD X2, Y2             \
	VFMADD231PD Y1, Y1, Y10      \
	VFMADD231PD Y2, Y2, Y11

// FOLD64: X0 becomes the sum of the float64 lanes of V0, by halves.
#define FOLD64 \
	VEXTRACTF128 $1, Y0, X1      \
	VADDPD X1, X0, X0            \
	VUNPCKHPD X0, X0, X1         \
	VADDSD X1, X0, X0
