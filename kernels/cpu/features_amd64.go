//go:build !purego

package cpu

import "github.com/klauspost/cpuid/v2"

// The processor's abilities, read once. cpuid also asks the operating system
// whether it saves the wide registers.
var (
	hasAVX2   = cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3)
	hasAVX512 = cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.FMA3, cpuid.AVX2, cpuid.BMI2)
	hasBF16   = hasAVX512 && cpuid.CPU.Supports(cpuid.AVX512BF16)
	hasAMX    = hasBF16 && cpuid.CPU.Supports(cpuid.AMXTILE, cpuid.AMXBF16) && allowTiles()
)

func available() []level {
	list := []level{levelGeneric}
	if hasAVX2 {
		list = append(list, levelAVX2)
	}
	if hasAVX512 {
		list = append(list, levelAVX512)
	}
	if hasBF16 {
		list = append(list, levelAVX512BF16)
	}
	if hasAMX {
		list = append(list, levelAMX)
	}
	return list
}

// family is a row of the table of processors that have AVX512_BF16: what the
// default is on them. Having an instruction says nothing about its speed, and
// measuring when a program starts would let chance decide about bits.
type family struct {
	vendor    cpuid.Vendor
	from      int // the first family to which the row applies
	amx       bool
	level     level
	rationale string
}

// families are searched from the top. A processor that no row names gets
// AVX-512 with factors widened to float32, which is never slower than f32.
var families = []family{
	{cpuid.Intel, 6, true, levelAMX,
		"Sapphire Rapids and later: TDPBF16PS 3080 GFLOP/s a core, 14 × f32 (measured)"},
	{cpuid.Intel, 6, false, levelAVX512,
		"Cooper Lake and later without tiles: VDPBF16PS at half the rate of f32 multiply-adds (measured: 112 and 220 GFLOP/s)"},
	{cpuid.AMD, 0x19, false, levelAVX512BF16,
		"Zen 4 and 5: VDPBF16PS at twice the rate of f32 multiply-adds (measured on Zen 5: 500 and 250 GFLOP/s)"},
}

// standard is the default level, a function of the processor's family alone.
func standard() level { return standardFor(available(), cpuid.CPU.VendorID, cpuid.CPU.Family) }

func standardFor(have []level, vendor cpuid.Vendor, number int) level {
	best := have[len(have)-1]
	if best < levelAVX512BF16 {
		return best
	}
	for _, f := range families {
		if f.vendor == vendor && number >= f.from && (!f.amx || best == levelAMX) {
			return f.level
		}
	}
	return levelAVX512
}
