package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

func openDir(t *testing.T, dir string, o Options) *Dir {
	t.Helper()
	d, err := OpenDir(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFormat: files are written as Python's json.dump(…, indent=4) writes them.
func TestFormat(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir, Options{})
	path := filepath.Join(dir, "Movies", "imdb_for_Movies", "search.json")
	writeFile(t, path, `{"{'q': 'x'}": {"error": "", "response": [1.0, 1e400, {}], "response": [1.0, []]}}`)
	if err := d.Put(ctx, imdb, Entry{"{'q': '北'}", answer("é\n")}); err != nil {
		t.Fatal(err)
	}
	const want = `{
    "{'q': 'x'}": {
        "error": "",
        "response": [
            1.0,
            []
        ]
    },
    "{'q': '\u5317'}": {
        "error": "",
        "response": "\u00e9\n"
    }
}`
	if got := readText(t, path); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("files are left over: %v", list)
	}
}

// TestDamaged: a file that is no JSON is empty; ours is kept aside.
func TestDamaged(t *testing.T) {
	for _, released := range []bool{false, true} {
		dir := t.TempDir()
		d := openDir(t, dir, Options{Released: released})
		path := filepath.Join(dir, "Movies", "imdb_for_Movies", "search.json")
		writeFile(t, path, `{"a": `)
		if _, ok, err := d.Get(ctx, imdb, "a"); ok || err != nil {
			t.Errorf("Get: %v, %v", ok, err)
		}
		if err := d.Walk(ctx, func(Name, []Entry) error { return nil }); err == nil || !strings.Contains(err.Error(), "search.json") {
			t.Errorf("Walk: %v", err)
		}
		if err := d.Put(ctx, imdb, Entry{"b", answer("x")}); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := d.Get(ctx, imdb, "b"); !ok {
			t.Error("the entry is not there")
		}
		_, err := os.Stat(path + ".damaged")
		if kept := err == nil; kept == released {
			t.Errorf("released %v: kept aside %v", released, kept)
		}
	}
}

// TestOthersWrite: what another program writes is seen, even of the same size.
func TestOthersWrite(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir, Options{})
	path := filepath.Join(dir, imdb.String())
	for i, text := range []string{`{"k": 1}`, `{"k": 2}`, `[["k", 3]]`, `{"k": 4}`} {
		writeFile(t, path, text)
		// A program that writes in place is told by the time of the file.
		if err := os.Chtimes(path, time.Time{}, time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
		if v, ok, err := d.Get(ctx, imdb, "k"); v != int64(i+1) || !ok || err != nil {
			t.Errorf("%s: %v %v %v", text, v, ok, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := d.Get(ctx, imdb, "k"); ok || err != nil {
		t.Errorf("removed: %v %v", ok, err)
	}
}

func TestLimits(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir, Options{MaxFile: 100, Memory: 5000})
	writeFile(t, filepath.Join(dir, imdb.String()), `{"k": "`+strings.Repeat("x", 100)+`"}`)
	if _, _, err := d.Get(ctx, imdb, "k"); err == nil || !strings.Contains(err.Error(), "larger than 100 bytes") {
		t.Errorf("a large file: %v", err)
	}
	for i := range 10 {
		n := Name{"c", "t", string(rune('a' + i))}
		if err := d.Put(ctx, n, Entry{"k", int64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if d.memory.used > 5000 || d.memory.order.Len() != len(d.memory.byName) || d.memory.order.Len() == 0 {
		t.Errorf("%d bytes of %d files in memory, %d by name", d.memory.used, d.memory.order.Len(), len(d.memory.byName))
	}
	for i := range 10 {
		if v, _, err := d.Get(ctx, Name{"c", "t", string(rune('a' + i))}, "k"); v != int64(i) || err != nil {
			t.Errorf("%d: %v, %v", i, v, err)
		}
	}
	full := Name{"c", "t", "full"}
	if err := d.Put(ctx, full, Entry{"k", int64(1)}); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(ctx, full, Entry{"l", strings.Repeat("x", 100)}); !errors.Is(err, ErrFull) {
		t.Errorf("a file that could not be read again: %v", err)
	}
	if v, _, err := openDir(t, dir, Options{MaxFile: 100}).Get(ctx, full, "k"); v != int64(1) || err != nil {
		t.Errorf("what was there before: %v, %v", v, err)
	}
	writeFile(t, filepath.Join(dir, "c", "t", "latin.json"), "{\"k\": \"\xe9\"}")
	if _, ok, err := d.Get(ctx, Name{"c", "t", "latin"}, "k"); ok || err != nil {
		t.Errorf("a file that is not UTF-8: %v, %v", ok, err)
	}
	deep := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	writeFile(t, filepath.Join(dir, "c", "t", "deep.json"), `{"k": `+deep+`}`)
	d2 := openDir(t, dir, Options{})
	if _, ok, err := d2.Get(ctx, Name{"c", "t", "deep"}, "k"); ok || err != nil {
		t.Errorf("a deep file: %v, %v", ok, err)
	}
}

// TestValues: what Python's reader takes comes back as it was.
func TestValues(t *testing.T) {
	dir := t.TempDir()
	d := openDir(t, dir, Options{})
	const text = `{
    "nan": NaN,
    "inf": -Infinity,
    "big": 123456789012345678901234567890,
    "half": "\ud83d",
    "f": 1e+16
}`
	path := filepath.Join(dir, imdb.String())
	writeFile(t, path, text)
	if err := d.Put(ctx, imdb, Entry{"f", 1e16}); err != nil {
		t.Fatal(err)
	}
	if got := readText(t, path); got != text {
		t.Errorf("got %s", got)
	}
	if _, err := pyliteral.FromJSON(text); err != nil {
		t.Error(err)
	}
	if err := d.Put(ctx, Name{"c", "..", "x"}, Entry{}); !errors.Is(err, ErrName) {
		t.Error(err)
	}
}
