//go:build !purego

package cpu

import (
	"testing"

	"github.com/klauspost/cpuid/v2"
)

// The default is a function of vendor, family and features alone.
func TestStandardLevel(t *testing.T) {
	all := []level{levelGeneric, levelAVX2, levelAVX512, levelAVX512BF16, levelAMX}
	for _, c := range []struct {
		name   string
		have   []level
		vendor cpuid.Vendor
		family int
		want   level
	}{
		{"Sapphire Rapids", all, cpuid.Intel, 6, levelAMX},
		{"Diamond Rapids", all, cpuid.Intel, 19, levelAMX},
		{"Cooper Lake, or tiles not granted", all[:4], cpuid.Intel, 6, levelAVX512},
		{"Zen 4", all[:4], cpuid.AMD, 0x19, levelAVX512BF16},
		{"Zen 5", all[:4], cpuid.AMD, 0x1a, levelAVX512BF16},
		{"a processor that the table does not know", all[:4], cpuid.VIA, 7, levelAVX512},
		{"Skylake", all[:3], cpuid.Intel, 6, levelAVX512},
		{"Haswell", all[:2], cpuid.Intel, 6, levelAVX2},
		{"Nehalem", all[:1], cpuid.Intel, 6, levelGeneric},
	} {
		if got := standardFor(c.have, c.vendor, c.family); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
