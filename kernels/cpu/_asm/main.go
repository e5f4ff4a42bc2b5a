package main

import (
	"bytes"
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// files are what the command writes, and the functions that fill them.
var files = []struct {
	name string
	fill func(c *build.Context)
}{
	{"gemm_micro512_amd64.s", micro512},
	{"gemm_micro256_amd64.s", micro256},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . FOLDER")
	}
	for _, f := range files {
		text, err := generate(f.fill)
		if err == nil {
			err = os.WriteFile(filepath.Join(os.Args[1], f.name), text, 0o644)
		}
		if err != nil {
			log.Fatalf("%s: %v", f.name, err)
		}
	}
}

// generate returns the text of one assembly file.
func generate(fill func(c *build.Context)) ([]byte, error) {
	c := build.NewContext()
	c.ConstraintExpr("!purego")
	fill(c)
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	file.Includes = []string{"go_asm.h", "textflag.h"}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	text, err := printer.NewGoAsm(printer.Config{Argv: []string{"go", "run", ".", ".."}}).Print(file)
	return bytes.ReplaceAll(text, []byte("+0(DI)"), []byte("(DI)")), err // tile_c+0(DI) → tile_c(DI)
}
