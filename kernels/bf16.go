package kernels

import "math"

// RoundBF16 rounds to the nearest bfloat16, ties to even. NaN stays NaN.
func RoundBF16(f float32) BFloat16 {
	b := math.Float32bits(f)
	if f != f {
		return BFloat16(b>>16 | 0x40) // quiet, and never rounded to infinity
	}
	return BFloat16((b + 0x7fff + b>>16&1) >> 16)
}

// Float32 widens exactly.
func (h BFloat16) Float32() float32 { return math.Float32frombits(uint32(h) << 16) }
