package gguf_test

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/stepgrain/stepgrain/llama/gguf"
)

// A file of one piece of metadata and one tensor, byte by byte.
func ExampleNewFile() {
	le := binary.LittleEndian
	text := func(b []byte, s string) []byte { return append(le.AppendUint64(b, uint64(len(s))), s...) }

	b := []byte("GGUF")
	b = le.AppendUint32(b, 3) // version
	b = le.AppendUint64(b, 1) // tensors
	b = le.AppendUint64(b, 1) // pieces of metadata

	b = text(b, "general.name")
	b = le.AppendUint32(b, 8) // a text
	b = text(b, "an example")

	b = text(b, "w")
	b = le.AppendUint32(b, 2)                 // dimensions,
	b = le.AppendUint64(b, 32)                // the fastest first
	b = le.AppendUint64(b, 1)                 //
	b = le.AppendUint32(b, uint32(gguf.Q4_1)) // type
	b = le.AppendUint64(b, 0)                 // offset

	b = append(b, make([]byte, (32-len(b)%32)%32)...)
	b = append(b, 0x00, 0x38, 0x00, 0x3c) // d = 0.5, m = 1
	b = append(b, 0x10, 0x32, 0x54)       // low halves: 0, 2, 4; high halves: 1, 3, 5
	b = append(b, make([]byte, 13)...)

	f, err := gguf.NewFile("example.gguf", bytes.NewReader(b), int64(len(b)))
	if err != nil {
		panic(err)
	}
	w, err := f.Float32("w")
	fmt.Println(f.Text("general.name"), f.Lookup("w").Type, f.Lookup("w").Shape, err)
	fmt.Println(w[:4], w[16:20])
	// Output:
	// an example Q4_1 [1 32] <nil>
	// [1 2 3 1] [1.5 2.5 3.5 1]
}
