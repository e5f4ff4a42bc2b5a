package cpu

import (
	"math"
	"unsafe"

	"github.com/x448/float16"

	"github.com/stepgrain/stepgrain/kernels"
)

// quantiseGeneric rounds activations, 32 at a time; see [kernels.QuantiseI8].
func quantiseGeneric(r []blockRecord, x []float32, minus int32) {
	for i := range r {
		v := x[i*kernels.BlockSize:][:kernels.BlockSize]
		r[i].d = kernels.QuantiseI8(r[i].q[:], v)
		r[i].finish(minus)
	}
}

// finish fills in what follows from the integers and their scale.
func (r *blockRecord) finish(minus int32) {
	sum := int32(0)
	for _, q := range r.q {
		sum += int32(q)
	}
	r.shift, r.sum = minus*sum, r.d*float32(sum)
}

// integerGeneric computes one row by 16 columns of a product in integers, as
// linearBlocks says.
func integerGeneric(f kernels.BlockFormat, t *blockTile) {
	var sum [16]float32
	for i, r := range unsafe.Slice((*blockRecord)(t.x), t.blocks) {
		quants, scales, minima := t.group(f, 0, i)
		for n := range sum {
			dot := int32(0)
			if f != kernels.Q8_0 {
				dot = r.shift
			}
			for p := range quants {
				for k, b := range quants[p][n] {
					if f == kernels.Q8_0 {
						dot += int32(int8(b)) * int32(r.q[4*p+k])
					} else {
						dot += int32(b&15)*int32(r.q[4*p+k]) + int32(b>>4)*int32(r.q[16+4*p+k])
					}
				}
			}
			sum[n] = fma32(float32(dot), r.d*half(scales[n]), sum[n])
			if minima != nil {
				sum[n] = fma32(r.sum, half(minima[n]), sum[n])
			}
		}
	}
	copy(unsafe.Slice((*float32)(t.c), 16), sum[:])
}

// widenGeneric writes t.blocks blocks of two panels as rows of 32 float32.
func widenGeneric(f kernels.BlockFormat, t *blockTile) {
	out := unsafe.Slice((*[32][nr]float32)(t.c), t.blocks)
	for i := range out {
		for n := range nr {
			quants, scales, minima := t.group(f, n/16, i)
			d := half(scales[n%16])
			m := -8 * d
			if minima != nil {
				m = half(minima[n%16])
			}
			for p := range quants {
				for k, b := range quants[p][n%16] {
					if f == kernels.Q8_0 {
						out[i][4*p+k][n] = d * float32(int8(b))
					} else { // d·q is exact: one rounding
						out[i][4*p+k][n] = float32(d*float32(b&15)) + m
						out[i][16+4*p+k][n] = float32(d*float32(b>>4)) + m
					}
				}
			}
		}
	}
}

// half widens a float16.
func half(h uint16) float32 { return float16.Frombits(h).Float32() }

// fma32 is a·b + c with one rounding, as the vector instruction computes it. The
// product is exact in float64. Their sum is rounded to odd there (its last bit is
// set when it is not exact), after which rounding to float32 gives what rounding
// the exact sum would (Boldo & Melquiond 2008).
func fma32(a, b, c float32) float32 {
	p, z := float64(a)*float64(b), float64(c)
	s := float64(p + z)
	v := float64(s - p)
	err := float64(p-float64(s-v)) + float64(z-v)
	if bits := math.Float64bits(s); err != 0 && bits&1 == 0 && !math.IsNaN(err) {
		if (err > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return float32(s)
}
