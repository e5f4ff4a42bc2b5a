package main

import (
	"fmt"
	"os"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen docs/world.md")
		os.Exit(2)
	}
	if err := renameio.WriteFile(os.Args[1], catalog.Page(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}
