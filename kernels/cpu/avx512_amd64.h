// The vocabulary of the vector kernels for AVX-512. avx2_amd64.h has the same
// words, so that a kernel is written once, as the macro of one step.
//
// A kernel keeps the number of elements in CX and its operands' addresses in
// DI, SI, BX, R8, R9. LOOP counts DX in bytes from their start, so (SI)(DX*1)
// is the vector of this step. AX is for the moment.

#define V0 Z0
#define V1 Z1
#define V2 Z2
#define V3 Z3
#define V4 Z4
#define V5 Z5
#define V6 Z6
#define V7 Z7
#define V8 Z8
#define V9 Z9
#define V10 Z10
#define V11 Z11
#define V12 Z12
#define V13 Z13
#define LANES 16
#define BYTES 64

#define ZEROV(r) VPXORQ r, r, r

// A whole vector, and the first CX lanes of one (the other lanes read as 0 and
// are not written). OTHERS(x, r) puts x into the lanes of r beyond the tail.
#define LOAD(m, r) VMOVUPS m, r
#define STORE(r, m) VMOVUPS r, m
#define NOOTHERS(x, r)
#define LOADTAIL(m, r) VMOVUPS.Z m, K1, r
#define STORETAIL(r, m) VMOVUPS r, K1, m
#define OTHERS(x, r) VBLENDMPS r, x, K1, r

// STREAM stores past the caches; the address must be a multiple of BYTES, and
// SFENCE must follow before another core reads.
#define STREAM(r, m) VMOVNTPS r, m

// AHEAD is how far a kernel of several streams prefetches them, in bytes: the
// hardware stops at the end of a page, where all its streams are at once.
#define AHEAD 2048

// CONST(m, r): all lanes of r become the float32 at m. ROUND is to the nearest
// integer. AND, OR work on bits.
#define CONST(m, r) VBROADCASTSS m, r
#define ROUND(x, r) VRNDSCALEPS $8, x, r
#define AND(x, y, r) VPANDD x, y, r
#define OR(x, y, r) VPORD x, y, r

// WHERE(p, b, a) marks the lanes in which a p b holds; PICK(x, y, r) makes r x
// there and y elsewhere. For p see LESS and its like.
#define WHERE(p, b, a) VCMPPS p, b, a, K2
#define PICK(x, y, r) VBLENDMPS x, y, K2, r

// TAIL(n) makes the mask of the first n lanes. n must be CX.
#define TAIL(n) \
	MOVL $1, AX  \
	SHLL n, AX   \
	DECL AX      \
	KMOVW AX, K1

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
// lanes, by halves: 8, 4, 2, 1. V1 is lost.
#define FOLD(op) \
	VEXTRACTF64X4 $1, Z0, Y1 \
	op Y1, Y0, Y0            \
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
#define HALVES(m) VPMOVDW Z0, m

// EXP(x, n, y): y = e^x within one unit in the last place; x and n are lost.
// Below the smallest normal number the result is 0. See expTable.
#define EXP(x, n, y) \
	VCMPPS.BCST $5, ·expTable+320(SB), x, K2  \ // not too small? (NaN passes)
	VMINPS x, Z14, x                       \ // not so large that ∞ − ∞ arises
	VMULPS.BCST ·expTable+0(SB), x, n         \
	VRNDSCALEPS $8, n, n                      \ // n = round(x/ln 2)
	VFMADD231PS.BCST ·expTable+32(SB), n, x   \ // r = x − n·ln 2, in two parts
	VFMADD231PS.BCST ·expTable+64(SB), n, x   \
	VBROADCASTSS ·expTable+96(SB), y          \
	VFMADD213PS.BCST ·expTable+128(SB), x, y  \ // the polynomial
	VFMADD213PS.BCST ·expTable+160(SB), x, y  \
	VFMADD213PS.BCST ·expTable+192(SB), x, y  \
	VFMADD213PS.BCST ·expTable+224(SB), x, y  \
	VFMADD213PS.BCST ·expTable+256(SB), x, y  \
	VFMADD213PS.BCST ·expTable+256(SB), x, y  \
	VSCALEFPS.Z n, y, K2, y // times 2ⁿ

// EXPINIT prepares for EXP; Z14 is taken.
#define EXPINIT VBROADCASTSS ·expTable+288(SB), Z14

// SQUARES adds the squares of V1, as float64, to V10 and V11.
#define SQUARES \
	VEXTRACTF64X4 $1, Z1, Y2     \
	VCVTPS2PD Y1, Z1             \
	VCVTPS2PD Y2, Z2             \
	VFMADD231PD Z1, Z1, Z10      \
	VFMADD231PD Z2, Z2, Z11

// FOLD64: X0 becomes the sum of the float64 lanes of V0, by halves.
#define FOLD64 \
	VEXTRACTF64X4 $1, Z0, Y1     \
	VADDPD Y1, Y0, Y0            \
	VEXTRACTF128 $1, Y0, X1      \
	VADDPD X1, X0, X0            \
	VUNPCKHPD X0, X0, X1         \
	VADDSD X1, X0, X0
