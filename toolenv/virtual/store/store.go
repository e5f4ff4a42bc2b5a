package store

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Name names an API: where its entries lie.
type Name struct {
	Category string // as in the tool folder: "Movies"
	Tool     string // with the category: "imdb_for_Movies"
	API      string // "search"; may be empty, as the released server allows
}

// String is the path of the API in a folder.
func (n Name) String() string { return n.Category + "/" + n.Tool + "/" + n.API + ext }

// Entry is what one call was answered.
type Entry struct {
	Key   string // str(arguments) of Python
	Value any    // a value of package pyliteral, usually a Dict with error and response
}

// Store holds entries.
type Store interface {
	// Get returns the value under a key, and whether there is one. It must not
	// be changed.
	Get(ctx context.Context, n Name, key string) (any, bool, error)
	// First returns the first k entries of an API, fewer where there are fewer.
	First(ctx context.Context, n Name, k int) ([]Entry, error)
	// Put stores entries: each at its place when its key is known, else as the
	// last. They are there, whatever happens, when it returns nil. The error is
	// ErrFull when the API would have too many keys, or its file too many bytes;
	// then none is stored.
	Put(ctx context.Context, n Name, entries ...Entry) error
	// Walk calls f for every API with all its entries, in the order of names. A
	// file that cannot be read ends it with an error that names the file.
	Walk(ctx context.Context, f func(n Name, entries []Entry) error) error
	// Close releases what the store holds.
	Close() error
}

// ErrFull says that an API has as many keys, or its file as many bytes, as the
// store keeps.
var ErrFull = errors.New("the API has as many stored answers as are allowed")

// ErrName is in the chain of errors about names that cannot be places of a store.
var ErrName = errors.New("not a usable name")

const ext = ".json"

// Check says what is wrong with a name, or nil: its elements must be elements of
// a path, so that nothing outside a store can be named.
func (n Name) Check() error {
	for _, e := range []struct{ what, name string }{{"category", n.Category}, {"tool", n.Tool}, {"API", n.API + ext}} {
		err := toolbench.CheckName(e.name)
		if err == nil && !utf8.ValidString(e.name) {
			err = errors.New("it is not valid UTF-8")
		}
		if err != nil {
			return fmt.Errorf("the %s: %w: %w", e.what, ErrName, err)
		}
	}
	return nil
}

// Copy stores all entries of one store in another and returns how many they
// were. It holds the entries of a few APIs at a time.
func Copy(ctx context.Context, from, to Store) (n int, err error) {
	copyAll := func(put func(context.Context, Name, ...Entry) error) error {
		return from.Walk(ctx, func(name Name, entries []Entry) error {
			n += len(entries)
			return put(ctx, name, entries...)
		})
	}
	if b, ok := to.(bulk); ok {
		return n, b.bulk(ctx, copyAll)
	}
	return n, copyAll(to.Put)
}

// bulk is a store with a faster way to take many APIs.
type bulk interface {
	bulk(ctx context.Context, f func(put func(context.Context, Name, ...Entry) error) error) error
}
