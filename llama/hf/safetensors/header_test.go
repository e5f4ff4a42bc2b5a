package safetensors

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// raw makes a file of a header and n bytes of data.
func raw(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

func open(b []byte) (*File, error) {
	return NewFile("x.safetensors", bytes.NewReader(b), int64(len(b)))
}

func TestHostileHeaders(t *testing.T) {
	one := func(fields string) []byte { return raw(`{"w":{`+fields+`}}`, 4) }
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty file", nil, "too short"},
		{"header of 2^63 bytes", []byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"), "9223372036854775807 bytes long"},
		{"header of 2^64-1 bytes", []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"), "bytes long"},
		{"header longer than the file", []byte("\x09\x00\x00\x00\x00\x00\x00\x00{}"), "cut off"},
		{"no header", make([]byte, 8), "does not begin with '{'"},
		{"not JSON", raw(`{`, 0), "not valid JSON"},
		{"a list", raw(`[]`, 0), "does not begin"},
		{"trailing text", raw(`{} x`, 0), "goes on"},
		{"tensor is a number", raw(`{"w":5}`, 0), `tensor "w"`},
		{"end beyond the file", one(`"dtype":"F32","shape":[16,8],"data_offsets":[0,1000000000000000]`), `needs 512 bytes`},
		{"cut off data", one(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), "beyond the 4 bytes"},
		{"product overflows", one(`"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]`), "more elements"},
		{"product overflows to zero", one(`"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]`), "more elements"},
		{"unknown dtype", one(`"dtype":"F99","shape":[1],"data_offsets":[0,4]`), `"F99"`},
		{"dtype is null", one(`"dtype":null,"shape":[1],"data_offsets":[0,4]`), `null`},
		{"negative shape", one(`"dtype":"F32","shape":[-1],"data_offsets":[0,4]`), "-1"},
		{"fractional shape", one(`"dtype":"F32","shape":[1.0],"data_offsets":[0,4]`), "1.0"},
		{"huge number", one(`"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]`), "99999999999999999999"},
		{"negative offset", one(`"dtype":"F32","shape":[1],"data_offsets":[-4,0]`), "-4"},
		{"backward offsets", one(`"dtype":"F32","shape":[1],"data_offsets":[8,4]`), "end before they begin"},
		{"three offsets", one(`"dtype":"F32","shape":[1],"data_offsets":[0,4,8]`), "3 numbers"},
		{"offsets are text", one(`"dtype":"F32","shape":[1],"data_offsets":"0,4"`), "list of integers"},
		{"no dtype", one(`"shape":[1]`), "no dtype"},
		{"no shape", one(`"dtype":"F32","data_offsets":[0,4]`), "no shape"},
		{"no offsets", one(`"dtype":"F32","shape":[1]`), "no data_offsets"},
		{"unknown key", one(`"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1`), `"x"`},
		{"key twice", one(`"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]`), "twice"},
		{"tensor twice", raw(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2), "twice"},
		{"overlap", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3), "overlap"},
		{"hole", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 3), "hole"},
		{"data of nobody", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 3), "2 bytes of data"},
		{"metadata not text", raw(`{"__metadata__":{"a":1}}`, 0), "only strings"},
		{"deep nesting", raw(`{"w":`+strings.Repeat("[", 100000), 0), "tensor"},
	} {
		_, err := open(c.file)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		if s := err.Error(); !strings.Contains(s, c.want) || !strings.Contains(s, "x.safetensors") || strings.Contains(s, "\n") || len(s) > 400 {
			t.Errorf("%s: error %q\nwant one line with the file and %q", c.name, s, c.want)
		}
	}
}

// Whatever the bytes are, opening ends with a file whose every tensor can be
// read, or with an error.
func FuzzOpen(f *testing.F) {
	f.Add(raw(`{}`, 0))
	f.Add(raw(`{"__metadata__":{"format":"pt"},"w":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]}}  `, 4))
	f.Add(raw(`{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[0,9],"data_offsets":[8,8]}}`, 8))
	f.Add(raw(`{"w":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}}`, 4))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil {
			return
		}
		for _, ti := range file.Tensors() {
			got, err := file.Bytes(ti.Name)
			if err != nil {
				t.Fatalf("%q passed the checks but cannot be read: %v", ti.Name, err)
			}
			n := 1
			for _, s := range ti.Shape {
				n *= s
			}
			if len(got) != n*ti.DType.Size() || n != ti.Len() {
				t.Fatalf("%q: %d bytes for %s %v", ti.Name, len(got), ti.DType, ti.Shape)
			}
		}
	})
}
