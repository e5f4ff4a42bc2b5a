package gguf

import (
	"fmt"

	"github.com/stepgrain/stepgrain/kernels"
)

// Type is how a tensor's numbers are stored.
type Type uint32

// The types that are read.
const (
	F32  Type = 0
	F16  Type = 1
	Q4_0 Type = 2
	Q4_1 Type = 3
	Q8_0 Type = 8
	BF16 Type = 30
)

// names of the types that occur, read or not.
var names = map[Type]string{
	F32: "F32", F16: "F16", BF16: "BF16", Q4_0: "Q4_0", Q4_1: "Q4_1", Q8_0: "Q8_0", 6: "Q5_0", 7: "Q5_1", 9: "Q8_1",
	10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
	19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
	29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
}

func (t Type) String() string {
	if s := names[t]; s != "" {
		return s
	}
	return fmt.Sprintf("number %d", uint32(t))
}

// block returns how many numbers are stored together and in how many bytes;
// 0 for types that are not read.
func (t Type) block() (numbers, bytes int) {
	switch t {
	case F32:
		return 1, 4
	case F16, BF16:
		return 1, 2
	case Q8_0:
		return 32, 2 + 32
	case Q4_0:
		return 32, 2 + 16
	case Q4_1:
		return 32, 2 + 2 + 16
	}
	return 0, 0
}

// blocks returns the format of quantised types, 0 for the others.
func (t Type) blocks() kernels.BlockFormat {
	switch t {
	case Q8_0:
		return kernels.Q8_0
	case Q4_0:
		return kernels.Q4_0
	case Q4_1:
		return kernels.Q4_1
	}
	return 0
}
