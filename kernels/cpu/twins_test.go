package cpu

import (
	"os"
	"testing"

	"github.com/stepgrain/stepgrain/kernels/cpu/internal/twins"
)

// The AVX2 files are what their AVX-512 twins make.
func TestTwins(t *testing.T) {
	for _, name := range twins.Names {
		source, twin := twins.Files(".", name)
		want, err := twins.Make(source)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(twin); err != nil || string(got) != want {
			t.Errorf("%s is not what %s makes: run go generate (%v)", twin, source, err)
		}
	}
}
