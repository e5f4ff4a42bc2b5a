package tfevents

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type decoded struct {
	Wall    float64
	Step    int64
	Version string
	Scalars []Scalar
}

// decode reads a stream of events back, checking lengths and checksums.
func decode(t *testing.T, b []byte) []decoded {
	t.Helper()
	var list []decoded
	for len(b) > 0 {
		n := binary.LittleEndian.Uint64(b)
		if got, want := binary.LittleEndian.Uint32(b[8:]), maskedCRC(b[:8]); got != want {
			t.Fatalf("checksum of length: %08x, want %08x", got, want)
		}
		data := b[12 : 12+n]
		if got, want := binary.LittleEndian.Uint32(b[12+n:]), maskedCRC(data); got != want {
			t.Fatalf("checksum of data: %08x, want %08x", got, want)
		}
		b = b[16+n:]
		var e decoded
		fields(data, func(number int, bits uint64, content []byte) {
			switch number {
			case 1:
				e.Wall = math.Float64frombits(bits)
			case 2:
				e.Step = int64(bits)
			case 3:
				e.Version = string(content)
			case 5:
				fields(content, func(_ int, _ uint64, value []byte) {
					var s Scalar
					fields(value, func(number int, bits uint64, content []byte) {
						if number == 1 {
							s.Tag = string(content)
						} else {
							s.Value = float64(math.Float32frombits(uint32(bits)))
						}
					})
					e.Scalars = append(e.Scalars, s)
				})
			}
		})
		list = append(list, e)
	}
	return list
}

// fields walks a protocol buffer.
func fields(b []byte, visit func(number int, bits uint64, content []byte)) {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		b = b[n:]
		var bits uint64
		var content []byte
		switch tag & 7 {
		case varint:
			bits, n = binary.Uvarint(b)
			b = b[n:]
		case fixed64:
			bits, b = binary.LittleEndian.Uint64(b), b[8:]
		case fixed32:
			bits, b = uint64(binary.LittleEndian.Uint32(b)), b[4:]
		case length:
			size, n := binary.Uvarint(b)
			content, b = b[n:n+int(size)], b[n+int(size):]
		}
		visit(int(tag>>3), bits, content)
	}
}

func TestWhatIsWrittenDecodes(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	at := time.UnixMicro(1_700_000_000_250_000)
	if err := w.Header(at); err != nil {
		t.Fatal(err)
	}
	points := []Scalar{{"ppo/kl", .25}, {"ppo/entropy", -1e30}, {"t/nan", math.Inf(1)}}
	if err := w.Scalars(at, 300, points); err != nil {
		t.Fatal(err)
	}
	points[1].Value = float64(float32(-1e30))
	want := []decoded{{Wall: 1_700_000_000.25, Version: "brain.Event:2"}, {Wall: 1_700_000_000.25, Step: 300, Scalars: points}}
	if d := cmp.Diff(want, decode(t, out.Bytes())); d != "" {
		t.Error(d)
	}
}

// Every file that TensorFlow writes begins with these bytes: the length of the
// header event, 24, and its checksum.
func TestFramingIsTensorFlows(t *testing.T) {
	var out bytes.Buffer
	if err := NewWriter(&out).Header(time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if got := out.Bytes()[:12]; !bytes.Equal(got, []byte{0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22}) {
		t.Errorf("% x", got)
	}
	// CRC-32C of "123456789" in RFC 3720, before masking.
	if c := maskedCRC([]byte("123456789")); (c-maskWith)>>17|(c-maskWith)<<15 != 0xe3069283 {
		t.Errorf("%08x", c)
	}
}
