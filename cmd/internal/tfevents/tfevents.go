package tfevents

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// FileName is the name of a file begun at a time; TensorBoard looks for its
// first part.
func FileName(begun time.Time) string {
	return fmt.Sprintf("events.out.tfevents.%d.stepgrain", begun.Unix())
}

// A Scalar is one point of one curve.
type Scalar struct {
	Tag   string // as "ppo/kl"; TensorBoard groups by the part before the slash
	Value float64
}

// Writer appends events to a stream.
type Writer struct{ out io.Writer }

// NewWriter returns a writer of events. A file begins with Header.
func NewWriter(out io.Writer) *Writer { return &Writer{out} }

// Header writes the event that every file begins with.
func (w *Writer) Header(at time.Time) error {
	return w.record(bytesField(event(at, 0), 3, []byte("brain.Event:2")))
}

// Scalars writes the points of one step.
func (w *Writer) Scalars(at time.Time, step int64, list []Scalar) error {
	var summary []byte
	for _, s := range list {
		value := bytesField(nil, 1, []byte(s.Tag))
		value = append(value, 2<<3|fixed32)
		value = binary.LittleEndian.AppendUint32(value, math.Float32bits(float32(s.Value)))
		summary = bytesField(summary, 1, value)
	}
	return w.record(bytesField(event(at, step), 5, summary))
}

// Wire types of protocol buffers: how the number after a field's tag is read.
const (
	varint  = 0
	fixed64 = 1
	length  = 2
	fixed32 = 5
)

// event begins an Event message: wall_time in seconds, step.
func event(at time.Time, step int64) []byte {
	b := []byte{1<<3 | fixed64}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(at.UnixMicro())/1e6))
	if step != 0 {
		b = binary.AppendUvarint(append(b, 2<<3|varint), uint64(step))
	}
	return b
}

// bytesField appends a field whose content is bytes: text or a message.
func bytesField(b []byte, number byte, content []byte) []byte {
	b = binary.AppendUvarint(append(b, number<<3|length), uint64(len(content)))
	return append(b, content...)
}

// record frames a message and writes it in one piece.
func (w *Writer) record(data []byte) error {
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, len(data)+16), uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, maskedCRC(b))
	b = append(b, data...)
	b = binary.LittleEndian.AppendUint32(b, maskedCRC(data))
	_, err := w.out.Write(b)
	return err
}

const maskWith = 0xa282ead8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC is CRC32C, rotated and shifted so that the checksum of data that
// holds checksums stays useful (tensorflow/core/lib/hash/crc32c.h).
func maskedCRC(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + maskWith
}
