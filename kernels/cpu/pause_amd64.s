//go:build !purego

#include "textflag.h"

// func pause()
TEXT ·pause(SB), NOSPLIT, $0-0
	PAUSE // let the neighbour hyperthread and the memory system breathe
	RET
