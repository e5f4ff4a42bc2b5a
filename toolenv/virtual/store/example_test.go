package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// Answers in a folder become answers in one file.
func ExampleCopy() {
	dir, err := os.MkdirTemp("", "cache")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	folder, err := store.OpenDir(filepath.Join(dir, "cache"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer folder.Close()
	name := store.Name{Category: "Movies", Tool: "imdb_for_Movies", API: "search"}
	answer := pyliteral.Dict{{Key: "error", Value: ""}, {Key: "response", Value: "1979"}}
	if err := folder.Put(ctx, name, store.Entry{Key: "{'q': 'Alien'}", Value: answer}); err != nil {
		panic(err)
	}

	file, err := store.OpenFile(filepath.Join(dir, "cache.db"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer file.Close()
	n, err := store.Copy(ctx, folder, file)
	fmt.Println(n, err)
	value, found, err := file.Get(ctx, name, "{'q': 'Alien'}")
	fmt.Println(pyliteral.Repr(value), found, err)
	// Output:
	// 1 <nil>
	// {'error': '', 'response': '1979'} true <nil>
}
