// Matrices of words are turned by way of memory: the four quarters of a vector are
// loaded from four rows, which costs no shuffle, and then 4 by 4 words are turned
// in every quarter.
//
// QUARTERS(p, q, r, s, z): 16 bytes of each make z. K1, K2, K3 select quarters
// 1, 2, 3: TURNMASKS.
#define QUARTERS(p, q, r, s, z) \
	VBROADCASTI32X4 p, z     \
	VBROADCASTI32X4 q, K1, z \
	VBROADCASTI32X4 r, K2, z \
	VBROADCASTI32X4 s, K3, z

// TURN4: the columns of Z0-Z3, quarter by quarter, become Z4-Z7.
#define TURN4 \
	VPUNPCKLDQ Z1, Z0, Z8      \ // 00 10 01 11
	VPUNPCKHDQ Z1, Z0, Z9      \ // 02 12 03 13
	VPUNPCKLDQ Z3, Z2, Z10     \ // 20 30 21 31
	VPUNPCKHDQ Z3, Z2, Z11     \
	VPUNPCKLQDQ Z10, Z8, Z4    \ // 00 10 20 30
	VPUNPCKHQDQ Z10, Z8, Z5    \
	VPUNPCKLQDQ Z11, Z9, Z6    \
	VPUNPCKHQDQ Z11, Z9, Z7

#define TURNMASKS \
	MOVL $0x00f0, AX \
	KMOVW AX, K1     \
	MOVL $0x0f00, AX \
	KMOVW AX, K2     \
	MOVL $0xf000, AX \
	KMOVW AX, K3
