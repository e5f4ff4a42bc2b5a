package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
)

// Float32 reads a floating-point tensor as float32. F16 and BF16 are widened
// exactly, F64 is rounded.
func (f *File) Float32(name string) ([]float32, error) {
	t, err := f.want(name)
	if err != nil {
		return nil, err
	}
	dst := make([]float32, t.Len())
	return dst, f.ReadInto(name, kernels.Of(dst))
}

// Float64 reads a floating-point tensor as float64, exactly.
func (f *File) Float64(name string) ([]float64, error) {
	t, err := f.want(name)
	if err != nil {
		return nil, err
	}
	dst := make([]float64, t.Len())
	return dst, f.ReadInto(name, kernels.Of(dst))
}

// ReadInto reads a floating-point tensor into dst, which must have its length,
// converting to dst's type. It panics when the lengths differ, and returns an
// error when the tensor holds integers.
func (f *File) ReadInto(name string, dst kernels.Buffer) error {
	t, err := f.want(name)
	if err != nil {
		return err
	}
	if dst.Len() != t.Len() {
		panic(fmt.Sprintf("safetensors: ReadInto: tensor %q is %v, the buffer has %d elements", name, t.Shape, dst.Len()))
	}
	size, at := t.DType.Size(), 0
	switch t.DType {
	case F64, F32, F16, BF16:
	default:
		return fmt.Errorf("safetensors: %s: tensor %q holds %s, not floating-point numbers (F64, F32, F16, BF16)", f.Path, name, t.DType)
	}
	return f.chunks(t, func(b []byte) {
		n := len(b) / size
		decodeFloats(dst.Slice(at, at+n), b, t.DType)
		at += n
	})
}

func decodeFloats(dst kernels.Buffer, b []byte, dt DType) {
	switch dst.DType {
	case kernels.F32:
		decodeFloat32(dst.F32(), b, dt)
	case kernels.F64:
		out := dst.F64()
		if dt == F64 {
			for i := range out {
				out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
			}
			return
		}
		wide := make([]float32, len(out))
		decodeFloat32(wide, b, dt)
		for i, v := range wide {
			out[i] = float64(v)
		}
	case kernels.BF16:
		wide := make([]float32, dst.Len())
		decodeFloat32(wide, b, dt)
		out := dst.BF16()
		for i, v := range wide {
			out[i] = kernels.RoundBF16(v)
		}
	}
}

func decodeFloat32(out []float32, b []byte, dt DType) {
	le := binary.LittleEndian
	switch dt {
	case F32:
		for i := range out {
			out[i] = math.Float32frombits(le.Uint32(b[4*i:]))
		}
	case F64:
		for i := range out {
			out[i] = float32(math.Float64frombits(le.Uint64(b[8*i:])))
		}
	case F16:
		for i := range out {
			out[i] = float16.Frombits(le.Uint16(b[2*i:])).Float32()
		}
	case BF16:
		for i := range out {
			out[i] = kernels.BFloat16(le.Uint16(b[2*i:])).Float32()
		}
	}
}

// Int64 reads an integer tensor (I64, I32, U8).
func (f *File) Int64(name string) ([]int64, error) {
	t, err := f.want(name)
	if err != nil {
		return nil, err
	}
	b, err := f.Bytes(name)
	if err != nil {
		return nil, err
	}
	out := make([]int64, t.Len())
	le := binary.LittleEndian
	for i := range out {
		switch t.DType {
		case I64:
			out[i] = int64(le.Uint64(b[8*i:]))
		case I32:
			out[i] = int64(int32(le.Uint32(b[4*i:])))
		case U8:
			out[i] = int64(b[i])
		default:
			return nil, fmt.Errorf("safetensors: %s: tensor %q holds %s, not integers (I64, I32, U8)", f.Path, name, t.DType)
		}
	}
	return out, nil
}

// appendData appends the elements of data to b as dt stores them. It panics
// when data has no such form; [Write] checks before.
func appendData(b []byte, data any, dt DType) []byte {
	le := binary.LittleEndian
	switch v := data.(type) {
	case []byte:
		return append(b, v...)
	case []int64:
		for _, x := range v {
			if dt == I32 {
				b = le.AppendUint32(b, uint32(x))
			} else {
				b = le.AppendUint64(b, uint64(x))
			}
		}
		return b
	case []int32:
		for _, x := range v {
			if dt == I64 {
				b = le.AppendUint64(b, uint64(x))
			} else {
				b = le.AppendUint32(b, uint32(x))
			}
		}
		return b
	case []float32:
		for _, x := range v {
			b = appendFloat(b, float64(x), x, dt)
		}
		return b
	case []float64:
		for _, x := range v {
			b = appendFloat(b, x, float32(x), dt)
		}
		return b
	case kernels.Buffer:
		for i := range v.Len() {
			x := v.At(i)
			b = appendFloat(b, x, float32(x), dt)
		}
		return b
	}
	panic(fmt.Sprintf("safetensors: Write: data of type %T", data))
}

func appendFloat(b []byte, x float64, x32 float32, dt DType) []byte {
	le := binary.LittleEndian
	switch dt {
	case F64:
		return le.AppendUint64(b, math.Float64bits(x))
	case F16:
		return le.AppendUint16(b, float16.Fromfloat32(x32).Bits())
	case BF16:
		return le.AppendUint16(b, uint16(kernels.RoundBF16(x32)))
	}
	return le.AppendUint32(b, math.Float32bits(x32))
}
