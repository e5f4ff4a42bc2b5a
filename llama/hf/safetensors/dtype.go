package safetensors

// DType names the element type of a tensor as the header spells it.
type DType string

// The element types that this package converts to and from numbers of Go.
const (
	F64  DType = "F64"
	F32  DType = "F32"
	F16  DType = "F16"  // IEEE 754 half precision
	BF16 DType = "BF16" // the upper half of a float32
	I64  DType = "I64"
	I32  DType = "I32"
	U8   DType = "U8"
)

// Size returns the bytes of one element, 0 for a type the format does not have.
// It knows every type of the format, so that files with tensors of other types
// can be opened and their other tensors read.
func (d DType) Size() int {
	switch d {
	case F64, I64, "U64":
		return 8
	case F32, I32, "U32":
		return 4
	case F16, BF16, "I16", "U16":
		return 2
	case U8, "I8", "BOOL", "F8_E4M3", "F8_E5M2":
		return 1
	}
	return 0
}
