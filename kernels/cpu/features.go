package cpu

// isa is an implementation of the float32 kernels, named by its instruction set.
type isa uint8

const (
	generic isa = iota
	avx2
	avx512
)

// level is what [Options].Impl chooses. It is an isa, and how products are
// computed whose factors are bfloat16:
//
//	level        f32 kernels   bf16 products
//	generic      generic       factors widened, the f32 micro-kernel
//	avx2         avx2          the same
//	avx512       avx512        the same
//	avx512bf16   avx512        VDPBF16PS, two products at a time
//	amx          avx512        TDPBF16PS, tiles of 16 × 32 by 32 × 16
//
// So the last three give the same bits in everything but bf16 products.
type level uint8

const (
	levelGeneric level = iota
	levelAVX2
	levelAVX512
	levelAVX512BF16
	levelAMX
)

func (l level) String() string {
	return [...]string{"generic", "avx2", "avx512", "avx512bf16", "amx"}[l]
}

// isa is the implementation of the float32 kernels at this level.
func (l level) isa() isa { return min(isa(l), avx512) }

func parseLevel(s string) (level, bool) {
	for _, l := range available() {
		if l.String() == s {
			return l, true
		}
	}
	return 0, false
}
