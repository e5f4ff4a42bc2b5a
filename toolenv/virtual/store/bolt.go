package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Bolt is a Store in one bbolt file, for caches too large for folders. One
// process has it open at a time.
//
// Three buckets: "apis" from a name (its parts with NUL between) to a number of 4
// bytes; "keys" from that number and the first 16 bytes of the key's SHA-256 to a
// position of 4 bytes; "entries" from the number and the position to the entry
// (length of the key as a varint, the key, the value as JSON). Numbers are
// big-endian, so entries lie in the order in which they came.
type Bolt struct {
	db *bolt.DB
	o  Options
}

var (
	apisBucket    = []byte("apis")
	keysBucket    = []byte("keys")
	entriesBucket = []byte("entries")
)

// lockWait is how long OpenFile waits for another process that has the file open.
const lockWait = 5 * time.Second

// batchDelay is how long a Put waits for others that it can be written with.
const batchDelay = time.Millisecond

// OpenFile opens a bbolt file, which it makes where there is none.
func OpenFile(path string, o Options) (b *Bolt, err error) {
	defer damaged(path, &err)()
	db, err := bolt.Open(path, 0o644, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, berrors.ErrTimeout) {
		err = errors.New("another process has it open")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, b := range [][]byte{apisBucket, keysBucket, entriesBucket} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.MaxBatchDelay = batchDelay
	return &Bolt{db, o.withDefaults()}, nil
}

// Close implements Store.
func (b *Bolt) Close() error { return b.db.Close() }

// Get implements Store.
func (b *Bolt) Get(_ context.Context, n Name, key string) (value any, found bool, err error) {
	defer damaged(b.db.Path(), &err)()
	if err := n.Check(); err != nil {
		return nil, false, err
	}
	err = b.db.View(func(tx *bolt.Tx) error {
		api := tx.Bucket(apisBucket).Get(n.bytes())
		if api == nil {
			return nil
		}
		at := tx.Bucket(keysBucket).Get(keyOf(api, key))
		if at == nil {
			return nil
		}
		e, err := readEntry(tx.Bucket(entriesBucket).Get(join(api, at)))
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		value, found = e.Value, e.Key == key
		return nil
	})
	return value, found, err
}

// First implements Store.
func (b *Bolt) First(_ context.Context, n Name, k int) (entries []Entry, err error) {
	defer damaged(b.db.Path(), &err)()
	if err := n.Check(); err != nil {
		return nil, err
	}
	err = b.db.View(func(tx *bolt.Tx) error {
		api := tx.Bucket(apisBucket).Get(n.bytes())
		if api == nil {
			return nil
		}
		entries, err = readEntries(tx, n, api, k)
		return err
	})
	return entries, err
}

// Walk implements Store.
func (b *Bolt) Walk(ctx context.Context, f func(n Name, entries []Entry) error) error {
	return b.db.View(func(tx *bolt.Tx) error {
		for last := []byte(nil); ; {
			if err := ctx.Err(); err != nil {
				return err
			}
			next, n, entries, err := b.after(tx, last)
			if err != nil || next == nil {
				return err
			}
			if err := f(n, entries); err != nil {
				return err
			}
			last = next
		}
	})
}

// after reads the API behind another one; the first behind nil, nil behind the last.
func (b *Bolt) after(tx *bolt.Tx, last []byte) (name []byte, n Name, entries []Entry, err error) {
	defer damaged(b.db.Path(), &err)()
	c := tx.Bucket(apisBucket).Cursor()
	name, api := c.Seek(append(last, 0)) // the smallest name that is greater
	if name == nil {
		return nil, n, nil, nil
	}
	if bytes.Compare(name, last) <= 0 {
		return nil, n, nil, fmt.Errorf("%s: the names of the APIs are not in order", b.db.Path())
	}
	p := strings.Split(string(name), "\x00")
	if len(p) != 3 || len(api) != 4 {
		return nil, n, nil, fmt.Errorf("%s: %.100q is no API", b.db.Path(), name)
	}
	n = Name{p[0], p[1], p[2]}
	entries, err = readEntries(tx, n, api, -1)
	return bytes.Clone(name), n, entries, err
}

// Put implements Store. Calls at the same time share the cost of writing.
func (b *Bolt) Put(_ context.Context, n Name, entries ...Entry) (err error) {
	defer damaged(b.db.Path(), &err)()
	if err := n.Check(); err != nil {
		return err
	}
	return b.db.Batch(func(tx *bolt.Tx) error { return b.put(tx, n, entries) })
}

func (b *Bolt) put(tx *bolt.Tx, n Name, entries []Entry) error {
	apis, keys, list := tx.Bucket(apisBucket), tx.Bucket(keysBucket), tx.Bucket(entriesBucket)
	api := bytes.Clone(apis.Get(n.bytes())) // what Get returns may move with a Put
	if api == nil {
		id, err := apis.NextSequence()
		if err != nil {
			return err
		}
		api = binary.BigEndian.AppendUint32(nil, uint32(id))
		if err := apis.Put(n.bytes(), api); err != nil {
			return err
		}
	}
	count := -1
	for _, e := range entries {
		k := keyOf(api, e.Key)
		at := keys.Get(k)
		if at == nil {
			if count < 0 {
				count = length(list, api)
			}
			if count >= b.o.MaxKeys {
				return fmt.Errorf("%s: %w (%d)", n, ErrFull, b.o.MaxKeys)
			}
			at = binary.BigEndian.AppendUint32(nil, uint32(count))
			count++
			if err := keys.Put(k, at); err != nil {
				return err
			}
		}
		if err := list.Put(join(api, at), writeEntry(e)); err != nil {
			return err
		}
	}
	return nil
}
