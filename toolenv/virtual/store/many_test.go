package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// filler is a store that only walks: APIs of ten entries.
type filler struct {
	Store
	entries int
}

func (f filler) Walk(_ context.Context, put func(n Name, entries []Entry) error) error {
	for i := 0; i < f.entries; i += 10 {
		n := Name{fmt.Sprintf("Category_%02d", i/10%49), fmt.Sprintf("tool_%05d_for_Category", i/100), fmt.Sprintf("api_%d", i/10%10)}
		entries := make([]Entry, 10)
		for k := range entries {
			entries[k] = Entry{fmt.Sprintf("{'query': 'number %d', 'page': %d}", i+k, k), answer(fmt.Sprintf("Result %d: a text as long as answers of small tools often are, with a few words about it.", i+k))}
		}
		if err := put(n, entries); err != nil {
			return err
		}
	}
	return nil
}

// TestMany imports many entries into a file and a sample out of it. With
// STORE_TEST_ENTRIES=1000000 it measures the size that the package promises.
func TestMany(t *testing.T) {
	entries := 20_000
	if v := os.Getenv("STORE_TEST_ENTRIES"); v != "" {
		entries, _ = strconv.Atoi(v)
	} else if testing.Short() {
		entries = 2_000
	}
	path := filepath.Join(t.TempDir(), "cache.db")
	b, err := OpenFile(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	start := time.Now()
	if n, err := Copy(ctx, filler{entries: entries}, b); n != entries || err != nil {
		t.Fatal(n, err)
	}
	imported := time.Since(start)
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	start = time.Now()
	looked := 0
	err = filler{entries: entries}.Walk(ctx, func(n Name, list []Entry) error {
		e := list[looked%len(list)]
		_, ok, err := b.Get(ctx, n, e.Key)
		if !ok {
			t.Errorf("%s has no %s", n, e.Key)
		}
		looked++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	each := time.Since(start) / time.Duration(looked)
	start = time.Now()
	walked := 0
	if err := b.Walk(ctx, func(_ Name, list []Entry) error { walked += len(list); return nil }); err != nil || walked != entries {
		t.Fatal(walked, err)
	}
	t.Logf("%d entries: %.1f s to import, %.1f MB, %v to look one up, %.1f s to read all", entries, imported.Seconds(), float64(st.Size())/1e6, each, time.Since(start).Seconds())
}
