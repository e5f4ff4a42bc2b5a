package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

var ctx = context.Background()

// kinds of store, by name.
func kinds(t *testing.T, o Options) map[string]Store {
	t.Helper()
	d, err := OpenDir(filepath.Join(t.TempDir(), "cache"), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenFile(filepath.Join(t.TempDir(), "cache.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); b.Close() })
	return map[string]Store{"dir": d, "bbolt": b}
}

func answer(response any) pyliteral.Dict {
	return pyliteral.Dict{{Key: "error", Value: ""}, {Key: "response", Value: response}}
}

var imdb = Name{"Movies", "imdb_for_Movies", "search"}

func TestStore(t *testing.T) {
	for kind, s := range kinds(t, Options{MaxKeys: 4}) {
		t.Run(kind, func(t *testing.T) {
			if _, ok, err := s.Get(ctx, imdb, "{}"); ok || err != nil {
				t.Fatalf("an empty store has %v, %v", ok, err)
			}
			put := func(key string, v any) {
				t.Helper()
				if err := s.Put(ctx, imdb, Entry{key, v}); err != nil {
					t.Fatal(err)
				}
			}
			put("b", answer("one"))
			put("a", answer(pyliteral.List{1.0, int64(1), nil, "é\U0001f600"}))
			put("b", answer("two")) // keeps its place
			put("c", "no object")
			want := []Entry{{"b", answer("two")}, {"a", answer(pyliteral.List{1.0, int64(1), nil, "é\U0001f600"})}, {"c", "no object"}}
			got, err := s.First(ctx, imdb, 9)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("First: %v\n%s", err, d)
			}
			if got, _ := s.First(ctx, imdb, 1); len(got) != 1 || got[0].Key != "b" {
				t.Errorf("First 1: %v", got)
			}
			if v, ok, err := s.Get(ctx, imdb, "b"); !ok || err != nil || !cmp.Equal(v, any(answer("two"))) {
				t.Errorf("Get: %v %v %v", v, ok, err)
			}
			if _, ok, _ := s.Get(ctx, Name{"Movies", "imdb_for_Movies", "other"}, "b"); ok {
				t.Error("an API has another one's entry")
			}
			if err := s.Put(ctx, imdb, Entry{"d", nil}, Entry{"e", nil}); !errors.Is(err, ErrFull) {
				t.Errorf("five keys of four: %v", err)
			}
			if got, _ := s.First(ctx, imdb, 9); len(got) != 3 {
				t.Errorf("a Put that failed left %v", got)
			}
			put("d", nil)
			put("b", answer("three")) // a known key is always welcome
		})
	}
}

func TestWalkAndCopy(t *testing.T) {
	stores := kinds(t, Options{})
	names := []Name{{"A", "x_for_A", "b"}, {"A", "x_for_A", "b-c"}, {"A", "x_for_A", "b_c"}, {"A b", "z", "查询"}, {"B", "x", ""}}
	for kind, s := range stores {
		for i := range names { // the last first
			n := names[len(names)-1-i]
			if err := s.Put(ctx, n, Entry{"k1", answer(n.API)}, Entry{"k0", answer(int64(i))}); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
	}
	list := func(s Store) (out []string) {
		err := s.Walk(ctx, func(n Name, entries []Entry) error {
			out = append(out, fmt.Sprint(n, entries))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := list(stores["dir"])
	if len(want) != len(names) || !strings.Contains(want[0], "A/x_for_A/b.json") {
		t.Fatalf("Walk: %q", want)
	}
	if d := cmp.Diff(want, list(stores["bbolt"])); d != "" {
		t.Errorf("the kinds differ (-dir +bbolt):\n%s", d)
	}
	for kind, from := range stores {
		for other, to := range kinds(t, Options{}) {
			if n, err := Copy(ctx, from, to); n != 2*len(names) || err != nil {
				t.Errorf("%s to %s: %d, %v", kind, other, n, err)
			}
			if d := cmp.Diff(want, list(to)); d != "" {
				t.Errorf("%s to %s:\n%s", kind, other, d)
			}
		}
	}
	stop := errors.New("stop")
	for kind, s := range stores {
		if err := s.Walk(ctx, func(Name, []Entry) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("%s: Walk went on: %v", kind, err)
		}
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("x", 251)
	stores := kinds(t, Options{})
	for _, n := range []Name{
		{"", "t", "a"}, {"c", "", "a"}, {".", "t", "a"}, {"c", "..", "a"}, {"c/d", "t", "a"}, {"c", `t\u`, "a"}, {"c", "t", "../a"}, {"c", "t\x00", "a"}, {"c", "t", long},
		{long + "12345", "t", "a"}, {"c", "\xed\xa0\xbd", "a"},
	} {
		for kind, s := range stores {
			_, _, err := s.Get(ctx, n, "{}")
			_, err1 := s.First(ctx, n, 1)
			err2 := s.Put(ctx, n, Entry{"{}", nil})
			for _, err := range []error{err, err1, err2} {
				if !errors.Is(err, ErrName) {
					t.Errorf("%s: %q: %v", kind, n, err)
				}
			}
		}
	}
	for kind, s := range stores {
		for _, n := range []Name{{"c", "t", ""}, {"c", "t", long[:250]}, {" ", "...", "\n"}} {
			if err := s.Put(ctx, n, Entry{"{}", nil}); err != nil {
				t.Errorf("%s: %q: %v", kind, n, err)
			}
		}
	}
}

// TestConcurrent has many goroutines write and read the same few APIs.
func TestConcurrent(t *testing.T) {
	const writers, each = 8, 12
	for kind, s := range kinds(t, Options{}) {
		t.Run(kind, func(t *testing.T) {
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					for i := range each {
						n := Name{"c", "t", fmt.Sprint(i % 2)}
						key := fmt.Sprintf("%d-%d", w, i)
						if err := s.Put(ctx, n, Entry{key, answer(key)}); err != nil {
							t.Error(err)
						}
						if v, ok, err := s.Get(ctx, n, key); !ok || err != nil || !cmp.Equal(v, any(answer(key))) {
							t.Errorf("%s: %v %v %v", key, v, ok, err)
						}
					}
				})
			}
			wg.Wait()
			n := 0
			err := s.Walk(ctx, func(_ Name, entries []Entry) error { n += len(entries); return nil })
			if err != nil || n != writers*each {
				t.Errorf("%d entries of %d: %v", n, writers*each, err)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("no database"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err := OpenDir(file, Options{}); err == nil {
		s.Close()
		t.Error("a file was opened as a folder")
	}
	if s, err := OpenFile(file, Options{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a text was opened as a database: %v, %v", s, err)
	}
	if s, err := OpenFile(dir, Options{}); err == nil {
		s.Close()
		t.Error("a folder was opened as a file")
	}
}
