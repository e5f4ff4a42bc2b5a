//go:build !purego

#include "textflag.h"

// func pause()
TEXT ·pause(SB), NOSPLIT, $0-0
	PAUSE // let the neighbour hyperthread and the memory system breathe
	RET

// func prefetchLines(at uintptr, lines int)
TEXT ·prefetchLines(SB), NOSPLIT, $0-16
	MOVQ at+0(FP), SI
	MOVQ lines+8(FP), CX
loop:
	PREFETCHT1 (SI)
	ADDQ $64, SI
	DECQ CX
	JNZ  loop
	RET
