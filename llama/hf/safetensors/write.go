package safetensors

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/kernels"
)

// Tensor is a tensor to be written.
type Tensor struct {
	Name  string
	DType DType // how it is stored; "" means the type of Data itself
	Shape []int
	// Data holds the elements, row-major: []float32, []float64, []int64,
	// []int32, a [kernels.Buffer], or []byte, which is taken as it is. Floats
	// are rounded to the nearest value of DType, ties to even.
	Data any
}

// Write writes the tensors and the metadata (may be nil) to path, atomically.
// Tensors are ordered by element size, widest first, then by name, as the
// format's own library does, so that every tensor is aligned and equal content
// gives equal bytes. A tensor whose data does not fit its shape panics: it is
// the caller's mistake.
func Write(path string, tensors []Tensor, metadata map[string]string) error {
	p, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o644))
	if err != nil {
		return fmt.Errorf("safetensors: writing %s: %w", path, err)
	}
	defer p.Cleanup()
	w := bufio.NewWriterSize(p, 1<<20)
	if err := Encode(w, tensors, metadata); err != nil {
		return fmt.Errorf("safetensors: writing %s: %w", path, err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("safetensors: writing %s: %w", path, err)
	}
	if err := p.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("safetensors: writing %s: %w", path, err)
	}
	return nil
}

// Encode writes the bytes of a safetensors file to w. See [Write].
func Encode(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	ts := slices.Clone(tensors)
	for i := range ts {
		ts[i].DType = ts[i].storedType()
	}
	slices.SortStableFunc(ts, func(a, b Tensor) int {
		if d := b.DType.Size() - a.DType.Size(); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	header := encodeHeader(ts, metadata)
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	var buf []byte
	for _, t := range ts {
		const piece = 1 << 17 // elements converted at a time
		for at, n := 0, t.count(); at < n; at += piece {
			buf = appendData(buf[:0], t.slice(at, min(at+piece, n)), t.DType)
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
	}
	return nil
}

func encodeHeader(ts []Tensor, metadata map[string]string) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	comma := func() {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
	}
	if metadata != nil {
		b.WriteString(`"__metadata__":{`)
		for i, k := range slices.Sorted(maps.Keys(metadata)) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%s:%s", quote(k), quote(metadata[k]))
		}
		b.WriteByte('}')
	}
	seen := map[string]bool{"__metadata__": true}
	at := int64(0)
	for _, t := range ts {
		if seen[t.Name] {
			panic(fmt.Sprintf("safetensors: Write: tensor name %q twice, or reserved", t.Name))
		}
		seen[t.Name] = true
		size, ok := bytesOf(t.Shape, t.DType)
		if !ok || size != int64(t.byteLen()) {
			panic(fmt.Sprintf("safetensors: Write: tensor %q: %s %v and %d elements of data do not agree", t.Name, t.DType, t.Shape, t.count()))
		}
		comma()
		shape := strings.ReplaceAll(fmt.Sprint(t.Shape), " ", ",")
		fmt.Fprintf(&b, `%s:{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}`, quote(t.Name), t.DType, shape, at, at+size)
		at += size
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 { // the data begins aligned
		b.WriteByte(' ')
	}
	return b.Bytes()
}

func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// storedType is DType, or the type that Data has by itself.
func (t Tensor) storedType() DType {
	own, ok := DType(""), false
	switch v := t.Data.(type) {
	case []float32:
		own, ok = F32, t.DType.isFloat()
	case []float64:
		own, ok = F64, t.DType.isFloat()
	case []int64:
		own, ok = I64, t.DType == I64 || t.DType == I32
	case []int32:
		own, ok = I32, t.DType == I64 || t.DType == I32
	case []byte:
		own, ok = U8, t.DType.Size() > 0
	case kernels.Buffer:
		own, ok = map[kernels.DType]DType{kernels.F32: F32, kernels.F64: F64, kernels.BF16: BF16}[v.DType], t.DType.isFloat()
	}
	if t.DType == "" && own != "" {
		return own
	}
	if !ok {
		panic(fmt.Sprintf("safetensors: Write: tensor %q: cannot store %T as %q", t.Name, t.Data, t.DType))
	}
	return t.DType
}

func (d DType) isFloat() bool { return d == F64 || d == F32 || d == F16 || d == BF16 }

func (t Tensor) count() int {
	switch v := t.Data.(type) {
	case []float32:
		return len(v)
	case []float64:
		return len(v)
	case []int64:
		return len(v)
	case []int32:
		return len(v)
	case []byte:
		return len(v)
	case kernels.Buffer:
		return v.Len()
	}
	return 0
}

func (t Tensor) byteLen() int {
	if b, ok := t.Data.([]byte); ok {
		return len(b)
	}
	return t.count() * t.DType.Size()
}

func (t Tensor) slice(i, j int) any {
	switch v := t.Data.(type) {
	case []float32:
		return v[i:j]
	case []float64:
		return v[i:j]
	case []int64:
		return v[i:j]
	case []int32:
		return v[i:j]
	case []byte:
		return v[i:j]
	case kernels.Buffer:
		return v.Slice(i, j)
	}
	return nil
}
