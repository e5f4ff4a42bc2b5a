// Words for instructions that Go's assembler does not know: bfloat16 in vectors,
// and the tiles of AMX. Operands stand in Go's order, the destination last.
// Registers are given by number, general ones as r·. A tile operand in memory
// is base + disp, its rows index bytes apart.

// EVEX(pp, op, rm, v, d): EVEX.512.pp.0F38.W0 op /r on whole vectors.
#define EVEX(pp, op, rm, v, d) \
	BYTE $0x62; \
	BYTE $(((1-(((d)>>3)&1))<<7)|((1-((rm)>>4))<<6)|((1-(((rm)>>3)&1))<<5)|((1-((d)>>4))<<4)|2); \
	BYTE $(((15-((v)&15))<<3)|4|(pp)); \
	BYTE $(0x40|((1-((v)>>4))<<3)); \
	BYTE $(op); \
	BYTE $(0xc0|(((d)&7)<<3)|((rm)&7))

// VCVTNE2PS2BF16 low, high, d: 32 bfloat16 of two vectors of float32.
#define VCVTNE2PS2BF16(low, high, d) EVEX(3, 0x72, low, high, d)

// VDPBF16PS b, a, d: d += a[2i+1]·b[2i+1], then d += a[2i]·b[2i].
#define VDPBF16PS(b, a, d) EVEX(2, 0x52, b, a, d)

// PREFETCHW disp(R8)(R15*1), 0F 0D /1, with or without an index and 64: the
// line is about to be written.
#define PREFETCHW_R8 BYTE $0x41; BYTE $0x0f; BYTE $0x0d; BYTE $0x08
#define PREFETCHW_R8_64 BYTE $0x41; BYTE $0x0f; BYTE $0x0d; BYTE $0x48; BYTE $64
#define PREFETCHW_R8_R15 BYTE $0x43; BYTE $0x0f; BYTE $0x0d; BYTE $0x0c; BYTE $0x38
#define PREFETCHW_R8_R15_64 BYTE $0x43; BYTE $0x0f; BYTE $0x0d; BYTE $0x4c; BYTE $0x38; BYTE $64

#define rAX 0
#define rCX 1
#define rDX 2
#define rBX 3
#define rSI 6
#define rDI 7
#define rR8 8
#define rR9 9
#define rR10 10
#define rR11 11
#define rR12 12
#define rR13 13
#define rR14 14
#define rR15 15

// LDTILECFG disp(DI): VEX.128.NP.0F38.W0 49 /0, the shapes of the eight tiles.
// TILERELEASE forgets them, and with them the state that a switch of threads
// would save.
#define LDTILECFG_DI(disp) BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0x87; LONG $(disp)
#define TILERELEASE BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0xc0

// TILEZERO t: VEX.128.F2.0F38.W0 49 11:t:000.
#define TILEZERO(t) BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $(0xc0|((t)<<3))

// TILELOADD disp(base)(index*1), t: VEX.128.F2.0F38.W0 4B /r;
// TILESTORED t, disp(base)(index*1): the same with F3.
#define TILEMEM(pp, disp, base, index, t) \
	BYTE $0xc4; BYTE $(0xe2-(((index)>>3)<<6)-(((base)>>3)<<5)); BYTE $(0x78|(pp)); BYTE $0x4b; \
	BYTE $(0x84|((t)<<3)); BYTE $((((index)&7)<<3)|((base)&7)); LONG $(disp)
#define TILELOADD(disp, base, index, t) TILEMEM(3, disp, base, index, t)
#define TILESTORED(t, disp, base, index) TILEMEM(2, disp, base, index, t)

// TDPBF16PS b, a, d: d += a·b, VEX.128.F3.0F38.W0 5C 11:d:a, b in vvvv.
#define TDPBF16PS(b, a, d) BYTE $0xc4; BYTE $0xe2; BYTE $(((15-(b))<<3)|2); BYTE $0x5c; BYTE $(0xc0|((d)<<3)|(a))
