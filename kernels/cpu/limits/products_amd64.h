// Instructions that Go's assembler does not know, as bytes. acc, d: number of
// a register below 8; the other factors are fixed.

// VDPBF16PS Z24, Z25, Z(acc): EVEX.512.F3.0F38.W0 52 /r.
#define VDPBF16PS_0(acc)  BYTE $0x62; BYTE $0x92; BYTE $0x3e; BYTE $0x40; BYTE $0x52; BYTE $(0xc1+8*acc) // Z0…Z7
#define VDPBF16PS_8(acc)  BYTE $0x62; BYTE $0x12; BYTE $0x3e; BYTE $0x40; BYTE $0x52; BYTE $(0xc1+8*acc) // Z8…Z15
#define VDPBF16PS_16(acc) BYTE $0x62; BYTE $0x82; BYTE $0x3e; BYTE $0x40; BYTE $0x52; BYTE $(0xc1+8*acc) // Z16…Z23

// LDTILECFG (AX): VEX.128.NP.0F38.W0 49 /0, and TILERELEASE.
#define LDTILECFG_AX BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0x00
#define TILERELEASE  BYTE $0xc4; BYTE $0xe2; BYTE $0x78; BYTE $0x49; BYTE $0xc0

// TILEZERO TMM(d): VEX.128.F2.0F38.W0 49 11:d:000.
#define TILEZERO(d)  BYTE $0xc4; BYTE $0xe2; BYTE $0x7b; BYTE $0x49; BYTE $(0xc0+8*d)

// TDPBF16PS TMM7, TMM6, TMM(d): VEX.128.F3.0F38.W0 5C; TDPBSSD: …F2… 5E.
#define TDPBF16PS(d) BYTE $0xc4; BYTE $0xe2; BYTE $0x42; BYTE $0x5c; BYTE $(0xc6+8*d)
#define TDPBSSD(d)   BYTE $0xc4; BYTE $0xe2; BYTE $0x43; BYTE $0x5e; BYTE $(0xc6+8*d)
