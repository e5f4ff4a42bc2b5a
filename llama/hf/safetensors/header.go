package safetensors

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strconv"

	"github.com/stepgrain/stepgrain/internal/clip"
)

// MaxHeader is the longest header that is read, in bytes: the limit that the
// format's own library sets.
const MaxHeader = 100_000_000

// Info describes one tensor of a file.
type Info struct {
	Name  string
	DType DType
	Shape []int
	Begin int64 // first byte, counted from the end of the header
	End   int64 // one past the last byte
}

// Len returns the number of elements.
func (t *Info) Len() int { return int(t.End-t.Begin) / t.DType.Size() }

// parseHeader reads the JSON of a header whose tensors fill size bytes. The
// result is ordered by position in the file.
func parseHeader(header []byte, size int64) ([]*Info, map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(header))
	d.UseNumber()
	if len(header) == 0 || header[0] != '{' {
		return nil, nil, errors.New("the header does not begin with '{': not a safetensors file")
	}
	var infos []*Info
	var metadata map[string]string
	err := object(d, func(key string) error {
		if key == "__metadata__" {
			var err error
			metadata, err = parseMetadata(d)
			return err
		}
		t, err := parseInfo(d, key)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", key, err)
		}
		infos = append(infos, t)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if rest, _ := io.ReadAll(io.MultiReader(d.Buffered())); len(bytes.TrimRight(rest, " \t\r\n\x00")) > 0 {
		return nil, nil, errors.New("the header goes on after its closing '}'")
	}
	slices.SortStableFunc(infos, func(a, b *Info) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End))
	})
	return infos, metadata, checkOffsets(infos, size)
}

// checkOffsets asks that the tensors cover the data exactly: no overlap, no
// hole, nothing missing at the end.
func checkOffsets(infos []*Info, size int64) error {
	at := int64(0)
	for i, t := range infos {
		switch {
		case t.End > size:
			return fmt.Errorf("tensor %q: data_offsets [%d, %d] end beyond the %d bytes of data in the file: it is cut off or damaged", t.Name, t.Begin, t.End, size)
		case t.Begin < at:
			return fmt.Errorf("tensor %q: data_offsets [%d, %d] overlap tensor %q, which ends at %d", t.Name, t.Begin, t.End, infos[i-1].Name, at)
		case t.Begin > at:
			return fmt.Errorf("tensor %q: data_offsets [%d, %d] leave a hole after byte %d", t.Name, t.Begin, t.End, at)
		}
		at = t.End
	}
	if at != size {
		return fmt.Errorf("%d bytes of data belong to no tensor", size-at)
	}
	return nil
}

// object walks a JSON object, calls value after each key, and refuses keys that
// come twice: readers would disagree about which one counts.
func object(d *json.Decoder, value func(key string) error) error {
	if t, err := d.Token(); err != nil {
		return badJSON(err)
	} else if t != json.Delim('{') {
		return fmt.Errorf("header: %s where an object was expected", describe(t))
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return badJSON(err)
		}
		key := t.(string) // the decoder lets nothing else be a key
		if seen[key] {
			return fmt.Errorf("header: key %q twice", clip.Name(key))
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return badJSON(err)
}

func parseMetadata(d *json.Decoder) (map[string]string, error) {
	m := map[string]string{}
	err := object(d, func(key string) error {
		t, err := d.Token()
		if err != nil {
			return badJSON(err)
		}
		s, ok := t.(string)
		if !ok {
			return fmt.Errorf("__metadata__: %q is %s; the format has only strings there", clip.Name(key), describe(t))
		}
		m[key] = s
		return nil
	})
	return m, err
}

func parseInfo(d *json.Decoder, name string) (*Info, error) {
	t := &Info{Name: name}
	var shape, offsets bool
	err := object(d, func(key string) (err error) {
		switch key {
		case "dtype":
			var tok json.Token
			if tok, err = d.Token(); err != nil {
				return badJSON(err)
			}
			s, ok := tok.(string)
			if t.DType = DType(s); !ok || t.DType.Size() == 0 {
				return fmt.Errorf("dtype %s is not known (known: F64, F32, F16, BF16, I64, I32, U8 and the other types of the format)", describe(tok))
			}
		case "shape":
			shape = true
			var dims []int64
			if dims, err = integers(d, key); err != nil {
				return err
			}
			t.Shape = make([]int, len(dims))
			for i, n := range dims {
				t.Shape[i] = int(n)
			}
		case "data_offsets":
			offsets = true
			var o []int64
			if o, err = integers(d, key); err != nil {
				return err
			}
			if len(o) != 2 {
				return fmt.Errorf("data_offsets has %d numbers; want begin and end", len(o))
			}
			if t.Begin, t.End = o[0], o[1]; t.End < t.Begin {
				return fmt.Errorf("data_offsets [%d, %d] end before they begin", o[0], o[1])
			}
		default:
			return fmt.Errorf("unknown key %q", clip.Name(key))
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case t.DType == "":
		return nil, errors.New("the header gives no dtype")
	case !shape:
		return nil, errors.New("the header gives no shape")
	case !offsets:
		return nil, errors.New("the header gives no data_offsets")
	}
	n, ok := bytesOf(t.Shape, t.DType)
	if !ok {
		return nil, fmt.Errorf("shape %v has more elements than any file holds", t.Shape)
	}
	if n != t.End-t.Begin {
		return nil, fmt.Errorf("shape %v of %s needs %d bytes, data_offsets [%d, %d] give %d", t.Shape, t.DType, n, t.Begin, t.End, t.End-t.Begin)
	}
	return t, nil
}

// integers reads an array of numbers that are whole and not negative.
func integers(d *json.Decoder, key string) ([]int64, error) {
	if t, err := d.Token(); err != nil {
		return nil, badJSON(err)
	} else if t != json.Delim('[') {
		return nil, fmt.Errorf("%s is %s; want a list of integers", key, describe(t))
	}
	list := []int64{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, badJSON(err)
		}
		num, ok := t.(json.Number)
		if !ok {
			return nil, fmt.Errorf("%s holds %s; want integers", key, describe(t))
		}
		n, err := strconv.ParseInt(num.String(), 10, 64)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%s holds %s; want an integer from 0 to 2⁶³−1", key, clip.Name(num.String()))
		}
		list = append(list, n)
	}
	_, err := d.Token()
	return list, badJSON(err)
}

// bytesOf multiplies out a shape; false when the product passes 2⁶².
func bytesOf(shape []int, dt DType) (int64, bool) {
	n, zero := uint64(dt.Size()), false
	for _, s := range shape {
		if s == 0 {
			zero = true
			continue
		}
		hi, lo := bits.Mul64(n, uint64(s))
		if s < 0 || hi != 0 || lo >= 1<<62 {
			return 0, false
		}
		n = lo
	}
	if zero {
		return 0, true
	}
	return int64(n), true
}

func badJSON(err error) error {
	if err == nil {
		return nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the header is not valid JSON: %w", err)
}

func describe(t json.Token) string {
	switch v := t.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(clip.Name(v))
	case json.Delim:
		return fmt.Sprintf("'%s'", v)
	}
	return clip.Name(fmt.Sprint(t))
}
