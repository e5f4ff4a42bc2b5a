// VALUES32(off, w): tiles 0 and 1, 32 columns of the output, += the weights of 32
// keys in tile w by their values at off(BX), in pairs of keys, a tile for each 16
// columns. R14 = 64.
#define VALUES32(off, w) \
	TILELOADD(off, rBX, rR14, 6)        \
	TDPBF16PS(6, w, 0)                  \
	TILELOADD((off+1024), rBX, rR14, 7) \
	TDPBF16PS(7, w, 1)
