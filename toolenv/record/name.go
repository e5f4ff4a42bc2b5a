package record

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	extension = ".jsonl"
	longest   = 100 // bytes of an id that is used as it is
	shown     = 40  // bytes of one that is not
)

// fileName is where the calls of a task are kept. Different ids have different
// names: one that was changed begins with "~", which no plain id does.
func fileName(task string) string {
	if task != "" && len(task) <= longest && task[0] != '.' && strings.Map(plain, task) == task {
		return task + extension
	}
	sum := sha256.Sum256([]byte(task))
	readable := strings.Map(plain, task)
	return "~" + readable[:min(len(readable), shown)] + "-" + hex.EncodeToString(sum[:16]) + extension
}

// plain replaces what a file name should not have.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		return r
	}
	return '_'
}
