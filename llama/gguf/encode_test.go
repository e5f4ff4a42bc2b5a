package gguf

import (
	"bytes"
	"encoding/binary"
	"math"
)

// kv is one piece of metadata of a file made by a test.
type kv struct {
	key   string
	value any
}

// raw is one tensor of a file made by a test; dims has the fastest first.
type raw struct {
	name string
	dims []uint64
	typ  Type
	data []byte
}

// encode lays out a GGUF file, version 3, alignment 32.
func encode(meta []kv, tensors []raw) []byte {
	le := binary.LittleEndian
	b := []byte("GGUF")
	text := func(s string) { b = append(le.AppendUint64(b, uint64(len(s))), s...) }
	b = le.AppendUint32(b, 3)
	b = le.AppendUint64(b, uint64(len(tensors)))
	b = le.AppendUint64(b, uint64(len(meta)))
	for _, m := range meta {
		text(m.key)
		switch v := m.value.(type) {
		case string:
			b = le.AppendUint32(b, typeText)
			text(v)
		case int:
			b = le.AppendUint32(b, typeU32)
			b = le.AppendUint32(b, uint32(v))
		case float64:
			b = le.AppendUint32(b, typeF32)
			b = le.AppendUint32(b, math.Float32bits(float32(v)))
		case []string:
			b = le.AppendUint32(b, typeList)
			b = le.AppendUint32(b, typeText)
			b = le.AppendUint64(b, uint64(len(v)))
			for _, s := range v {
				text(s)
			}
		case []byte: // type and value, as they are
			b = append(b, v...)
		}
	}
	offset := uint64(0)
	for _, t := range tensors {
		text(t.name)
		b = le.AppendUint32(b, uint32(len(t.dims)))
		for _, d := range t.dims {
			b = le.AppendUint64(b, d)
		}
		b = le.AppendUint32(b, uint32(t.typ))
		b = le.AppendUint64(b, offset)
		offset += uint64(len(t.data)+31) / 32 * 32
	}
	for _, t := range tensors {
		b = append(b, make([]byte, (32-len(b)%32)%32)...)
		b = append(b, t.data...)
	}
	return b
}

func f32(x ...float32) []byte {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func open(b []byte) (*File, error) { return NewFile("x.gguf", bytes.NewReader(b), int64(len(b))) }
