package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
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

// redactor takes a key out of texts. Keys under six bytes are passwords of
// nothing, and could be part of any word.
type redactor string

const (
	shortestKey = 6
	redacted    = "[key]"
)

func (k redactor) text(s string) string {
	if len(k) < shortestKey {
		return s
	}
	return strings.ReplaceAll(s, string(k), redacted)
}

func (k redactor) bytes(b []byte) []byte {
	if len(k) < shortestKey || !bytes.Contains(b, []byte(k)) {
		return b
	}
	return bytes.ReplaceAll(b, []byte(k), []byte(redacted))
}
