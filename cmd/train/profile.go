package main

import (
	"fmt"
	"io"
	"os"
	"runtime/pprof"
)

// profiled runs f and writes where its time went to a file that `go tool pprof`
// reads. No file: f alone.
func profiled(path string, stderr io.Writer, f func() error) error {
	if path == "" {
		return f()
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("-cpuprofile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		file.Close()
		return fmt.Errorf("-cpuprofile: %w", err)
	}
	defer func() { // what f did counts, whatever becomes of the profile
		pprof.StopCPUProfile()
		if err := file.Close(); err != nil {
			fmt.Fprintf(stderr, "train: -cpuprofile: %v\n", err)
		}
	}()
	return f()
}
