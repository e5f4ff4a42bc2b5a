package record

import (
	"testing"
)

// FuzzParse reads any bytes as a task's file: without a panic, and what was read
// is read again when it is written.
func FuzzParse(f *testing.F) {
	h := header{Format: format, Task: "t"}.marshal()
	l := line{Branch: "0", Occurrence: 1, Function: "f\xff", Hash: string(make([]byte, 64)), Body: "\x00\xff"}.marshal()
	f.Add(append(h, l...))
	f.Add(append(h, l[:len(l)/2]...))
	f.Add([]byte("{}\n{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parse(b, "t", "t.jsonl")
		if err != nil {
			return
		}
		text := header{Format: format, Task: "t"}.marshal()
		for _, l := range c.lines {
			text = append(text, l.marshal()...)
		}
		again, err := parse(text, "t", "t.jsonl")
		if err != nil || again.torn != "" || len(again.lines) != len(c.lines) {
			t.Fatalf("written and read again: %d lines of %d, %s, %v", len(again.lines), len(c.lines), again.torn, err)
		}
		for i := range c.lines {
			if again.lines[i].key() != c.lines[i].key() || again.lines[i].Body != c.lines[i].Body {
				t.Fatalf("line %d changed from %+v to %+v", i, c.lines[i], again.lines[i])
			}
		}
	})
}
