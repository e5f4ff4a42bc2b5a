package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	bolt "go.etcd.io/bbolt"
)

func (n Name) bytes() []byte { return []byte(n.Category + "\x00" + n.Tool + "\x00" + n.API) }

func join(a, b []byte) []byte { return append(append(make([]byte, 0, len(a)+len(b)), a...), b...) }

func keyOf(api []byte, key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return join(api, sum[:16])
}

// length is the number of entries of an API: the position behind the last.
func length(list *bolt.Bucket, api []byte) int {
	c := list.Cursor()
	k, _ := c.Seek(join(api, []byte{0xff, 0xff, 0xff, 0xff}))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if len(k) != 8 || !bytes.HasPrefix(k, api) {
		return 0
	}
	return int(binary.BigEndian.Uint32(k[4:])) + 1
}

// readEntries reads the first k entries of an API, all with a negative k.
func readEntries(tx *bolt.Tx, n Name, api []byte, k int) (entries []Entry, err error) {
	c := tx.Bucket(entriesBucket).Cursor()
	for at, v := c.Seek(api); bytes.HasPrefix(at, api) && (k < 0 || len(entries) < k); at, v = c.Next() {
		e, err := readEntry(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func writeEntry(e Entry) []byte {
	value := pyliteral.Dumps(e.Value, pyliteral.JSONStyle{ASCII: true, Item: ",", Key: ":"})
	out := binary.AppendUvarint(make([]byte, 0, len(e.Key)+len(value)+4), uint64(len(e.Key)))
	return append(append(out, e.Key...), value...)
}

func readEntry(b []byte) (Entry, error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || uint64(len(b)-w) < n {
		return Entry{}, errors.New("a damaged entry")
	}
	key, text := string(b[w:w+int(n)]), string(b[w+int(n):])
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return Entry{}, fmt.Errorf("a damaged entry: %w", err)
	}
	return Entry{key, v}, nil
}
