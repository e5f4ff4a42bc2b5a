package record

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Hash is the SHA-256, in hexadecimal, of what a request asks: function, category,
// tool, API and input, each after its length in bytes as a little-endian 64-bit
// number. Task, branch, strip and key are not part of it.
func Hash(r service.Request) string {
	h := sha256.New()
	for _, s := range []string{r.Function, r.Category, r.Tool, r.API, r.Input} {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// redactor takes a key out of texts, as it is and as URLs and JSON may spell it.
// Keys under six bytes are passwords of nothing, and could be part of any word.
type redactor []string

const (
	shortestKey = 6
	redacted    = "[key]"
)

func newRedactor(key string) redactor {
	if len(key) < shortestKey {
		return nil
	}
	r := redactor{key}
	for _, other := range []string{url.QueryEscape(key), url.PathEscape(key), strings.ReplaceAll(key, "/", `\/`)} {
		if !slices.Contains(r, other) {
			r = append(r, other)
		}
	}
	return r
}

func (r redactor) text(s string) string {
	for _, k := range r {
		s = strings.ReplaceAll(s, k, redacted)
	}
	return s
}
