// FOLD4(op): each of the four lanes of 128 bits of Z16 becomes the sum (op
// VADDPS) or maximum of the lanes of Z16, Z17, Z18, Z19, by halves as in FOLD.
// Z20-Z23 are lost.
#define FOLD4(op) \
	VSHUFF64X2 $0x44, Z17, Z16, Z20 \ // 8 + 8 lanes
	VSHUFF64X2 $0xee, Z17, Z16, Z21 \
	VSHUFF64X2 $0x44, Z19, Z18, Z22 \
	VSHUFF64X2 $0xee, Z19, Z18, Z23 \
	op Z21, Z20, Z20                \
	op Z23, Z22, Z22                \
	VSHUFF64X2 $0x88, Z22, Z20, Z16 \ // 4 + 4
	VSHUFF64X2 $0xdd, Z22, Z20, Z17 \
	op Z17, Z16, Z16                \
	VPERMILPS $0x4e, Z16, Z17       \ // 2 + 2
	op Z17, Z16, Z16                \
	VPERMILPS $0xb1, Z16, Z17       \ // 1 + 1
	op Z17, Z16, Z16
