package gguf

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
)

func TestMetadata(t *testing.T) {
	le := binary.LittleEndian
	typed := func(t uint32, b ...byte) []byte { return append(le.AppendUint32(nil, t), b...) }
	list := func(t uint32, n uint64, b ...byte) []byte {
		return append(le.AppendUint64(le.AppendUint32(nil, t), n), b...)
	}
	for _, c := range []struct {
		raw  []byte
		want any
	}{
		{typed(typeU8, 200), int64(200)},
		{typed(typeI8, 0xff), int64(-1)},
		{typed(typeU16, 0xff, 0xff), int64(65535)},
		{typed(typeI16, 0xff, 0xff), int64(-1)},
		{typed(typeU32, 0xff, 0xff, 0xff, 0xff), int64(1<<32 - 1)},
		{typed(typeI32, 0xff, 0xff, 0xff, 0xff), int64(-1)},
		{typed(typeI64, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), int64(-1)},
		{typed(typeU64, 1, 0, 0, 0, 0, 0, 0, 0), int64(1)},
		{typed(typeU64, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), uint64(1<<64 - 1)},
		{typed(typeF32, 0, 0, 0xc0, 0x3f), 1.5},
		{typed(typeF64, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f), 1.5},
		{typed(typeBool, 1), true},
		{typed(typeText, 2, 0, 0, 0, 0, 0, 0, 0, 'h', 'i'), "hi"},
		{typed(typeList, list(typeI8, 3, 1, 2, 0xff)...), []int64{1, 2, -1}},
		{typed(typeList, list(typeBool, 2, 1, 0)...), []bool{true, false}},
		{typed(typeList, list(typeF32, 1, 0, 0, 0xc0, 0x3f)...), []float64{1.5}},
		{typed(typeList, list(typeText, 1, 1, 0, 0, 0, 0, 0, 0, 0, 'x')...), []string{"x"}},
		{typed(typeList, list(typeList, 1, list(typeU8, 1, 7)...)...), []any{[]int64{7}}},
		{typed(typeList, list(typeText, 0)...), []string{}},
	} {
		f, err := open(encode([]kv{{"k", c.raw}}, nil))
		if err != nil {
			t.Errorf("%v: %v", c.want, err)
		} else if got := f.Value("k"); !reflect.DeepEqual(got, c.want) {
			t.Errorf("got %T %v, want %T %v", got, got, c.want, c.want)
		}
	}
}

func TestHostileFiles(t *testing.T) {
	le := binary.LittleEndian
	good := encode([]kv{{"k", "v"}}, []raw{{"w", []uint64{2}, F32, f32(1, 2)}})
	patch := func(at int, b ...byte) []byte {
		p := bytes.Clone(good)
		copy(p[at:], b)
		return p
	}
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
	one := func(dims []uint64, typ Type, offset uint64) []byte {
		b := encode(nil, []raw{{"w", dims, typ, f32(1, 2)}})
		at := 24 + 8 + 1 + 4 + 8*len(dims) + 4
		le.PutUint64(b[at:], offset)
		return b
	}
	list := func(t uint32, n uint64) []byte {
		return append(le.AppendUint32(nil, typeList), le.AppendUint64(le.AppendUint32(nil, t), n)...)
	}
	var nested []byte
	for range 1000 {
		nested = append(nested, le.AppendUint64(le.AppendUint32(nil, typeList), 1)...)
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "cut off"},
		{"not GGUF", []byte("PK\x03\x04 and more, enough for a head"), `begins with "PK`},
		{"version 1", patch(4, 1), "version 1"},
		{"big-endian", patch(4, 0, 0, 0, 3), "version 50331648"},
		{"huge number of tensors", patch(8, huge...), "tensors"},
		{"huge number of metadata", patch(16, huge...), "metadata"},
		{"huge key", patch(24, huge...), "9223372036854775807 bytes wanted"},
		{"huge text", patch(24+8+1+4, huge...), `metadata "k"`},
		{"unknown value type", patch(24+8+1, 99), "type 99"},
		{"huge list", encode([]kv{{"k", list(typeU8, 1<<62)}}, nil), "4611686018427387904 values"},
		{"list of unknown", encode([]kv{{"k", list(77, 1)}}, nil), "type 77"},
		{"list of huge lists", encode([]kv{{"k", append(list(typeList, 1), list(typeU8, 1<<40)[4:]...)}}, nil), "values"},
		{"nested lists", encode([]kv{{"k", append(le.AppendUint32(nil, typeList), append(le.AppendUint64(le.AppendUint32(nil, typeList), 1), nested...)...)}}, nil), "lists within"},
		{"key twice", encode([]kv{{"k", 1}, {"k", 2}}, nil), "twice"},
		{"long key twice", encode([]kv{{"größe" + strings.Repeat("日", 100), 1}, {"größe" + strings.Repeat("日", 100), 2}}, nil),
			`"größe` + strings.Repeat("日", 24) + `…" twice`}, // 80 bytes, cut between characters
		{"tensor twice", encode(nil, []raw{{"w", []uint64{1}, F32, f32(1)}, {"w", []uint64{1}, F32, f32(1)}}), "twice"},
		{"alignment 0", encode([]kv{{"general.alignment", 0}}, nil), "alignment"},
		{"alignment 48", encode([]kv{{"general.alignment", 48}}, nil), "alignment"},
		{"alignment is text", encode([]kv{{"general.alignment", "x"}}, nil), "alignment"},
		{"five dimensions", one([]uint64{1, 1, 1, 1, 1}, F32, 0), "5 dimensions"},
		{"dimension 0", one([]uint64{0}, F32, 0), "dimension of 0"},
		{"product overflows", one([]uint64{1 << 40, 1 << 40}, F32, 0), "impossible"},
		{"product overflows to 0", one([]uint64{1 << 32, 1 << 32}, F32, 0), "impossible"},
		{"longer than the file", one([]uint64{1 << 30}, F32, 0), "beyond the file"},
		{"offset beyond the file", one([]uint64{2}, F32, 1<<40), "beyond the file"},
		{"huge offset", one([]uint64{2}, F32, 1<<63), "outside any file"},
		{"crooked offset", one([]uint64{2}, F32, 3), "multiple of 32"},
		{"unknown type", one([]uint64{2}, 99, 0), "number 99"},
		{"type not read", one([]uint64{256}, 14, 0), "Q6_K"},
		{"half a block", one([]uint64{2}, Q8_0, 0), "blocks of 32"},
		{"rows not of blocks", one([]uint64{16, 2}, Q8_0, 0), "blocks of 32"},
		{"overlap", func() []byte {
			b := encode(nil, []raw{{"a", []uint64{16}, F32, make([]byte, 64)}, {"b", []uint64{2}, F32, f32(1, 2)}})
			le.PutUint64(b[24+(8+1+4+8+4+8)+8+1+4+8+4:], 32)
			return b
		}(), `"b" overlaps tensor "a"`},
	} {
		_, err := open(c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "gguf: x.gguf: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v\nwant one line with the file and %q", c.name, err, c.want)
		}
	}
	for n := range good { // cut off anywhere
		if _, err := open(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes: no error", n, len(good))
		}
	}
}

// Whatever the bytes are, opening and reading end with data or an error.
func FuzzOpen(f *testing.F) {
	f.Add(encode(nil, nil))
	f.Add(encode([]kv{{"general.architecture", "llama"}, {"n", 3}, {"x", 1.5}, {"l", []string{"a", "b"}}},
		[]raw{{"token_embd.weight", []uint64{32, 2}, Q8_0, make([]byte, 68)}, {"b", []uint64{2}, BF16, make([]byte, 4)}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil {
			return
		}
		for _, ti := range file.Tensors() {
			if x, err := file.Float32(ti.Name); err != nil || len(x) != ti.Len() {
				t.Fatalf("%q passed the checks but gives %d numbers, %v", ti.Name, len(x), err)
			}
		}
		file.Config() // an error or a configuration
	})
}
