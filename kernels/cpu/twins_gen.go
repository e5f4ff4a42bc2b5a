//go:build ignore

// Command twins_gen writes the AVX2 twins of the row kernels.
package main

import (
	"log"
	"os"

	"github.com/stepgrain/stepgrain/kernels/cpu/internal/twins"
)

func main() {
	for _, name := range twins.Names {
		source, twin := twins.Files(".", name)
		text, err := twins.Make(source)
		if err == nil {
			err = os.WriteFile(twin, []byte(text), 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}
