//go:build !race

// With the race detector on, the compiler checks pointers too, and ends the process
// at bbolt's, which cannot be recovered from.
package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestDamagedBolt: a file with pages overwritten or cut off is an error, never a
// panic.
func TestDamagedBolt(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	b, err := OpenFile(whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		var entries []Entry
		for k := range 50 {
			entries = append(entries, Entry{fmt.Sprint(k), answer("words")})
		}
		if err := b.Put(ctx, Name{"c", "t", fmt.Sprint(i)}, entries...); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	good := []byte(readText(t, whole))
	const meta = 8192 // two pages, which have a sum of their own
	r := rand.New(rand.NewPCG(1, 1))
	failed := 0
	for i := range 20 {
		text := append([]byte(nil), good...)
		if i%4 == 0 {
			text = text[:meta+r.IntN(len(text)-meta)]
		}
		for range len(text) / 500 {
			text[meta+r.IntN(len(text)-meta)] = byte(r.Uint32())
		}
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		b, err := OpenFile(path, Options{})
		if err != nil {
			failed++
			continue
		}
		_, _, err1 := b.Get(ctx, Name{"c", "t", "7"}, "7")
		_, err2 := b.First(ctx, Name{"c", "t", "8"}, 5)
		err3 := b.Walk(ctx, func(Name, []Entry) error { return nil })
		if err1 != nil || err2 != nil || err3 != nil {
			failed++
		}
		b.Close()
	}
	if failed < 10 {
		t.Errorf("%d of 20 damaged files were noticed", failed)
	}
}
