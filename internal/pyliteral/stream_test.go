package pyliteral

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func ExampleStreamList() {
	for v, err := range StreamList(strings.NewReader(`[{"id": 1}, "two", 3.0`)) {
		fmt.Println(Repr(v), err)
	}
	// Output:
	// {'id': 1} <nil>
	// 'two' <nil>
	// 3.0 <nil>
	// None byte 23, element 4: expected ',' or ']', found the end
}

func ExampleStreamDict() {
	for it, err := range StreamDict(strings.NewReader(`{"26661": [true], "9719": null}`)) {
		fmt.Println(it.Key, Repr(it.Value), err)
	}
	// Output:
	// 26661 [True] <nil>
	// 9719 None <nil>
}

// listOf reads a list through the stream, whole or one byte at a time.
func listOf(r io.Reader) (List, error) {
	l := List{}
	for v, err := range StreamList(r) {
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	return l, nil
}

func dictOf(r io.Reader) (Dict, error) {
	b := dictBuilder{dict: Dict{}}
	for it, err := range StreamDict(r) {
		if err != nil {
			return nil, err
		}
		if err := b.set(it.Key, it.Value); err != nil {
			return nil, err
		}
	}
	return b.dict, nil
}

var streamTexts = []string{
	`[]`, ` [ ] `, `[1]`, `[1,2 , 3]`, `["a,]\"b", {"k": [1, "}"]}, [[]], null, NaN, -Infinity]`, `[1,]`, `[,1]`, `[`, `[1`, `[1 2]`, `[1]]`, `[1}`, `[}`,
	`[ ]`, `["a" "b"]`, `["a`, `[tru]`, `["\x"]`, `[:]`, `[1:2]`, `x`, ``, `[[1,2},3]`, "[\"\t\"]", `["\ud83d\ude00"]`, `[1] x`, "[1\f]",
	`{}`, `{"a": 1, "b": [2], "a": {"c": "}"}}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a: 1}`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1]`, `{1: 2}`, `{"a": 1`, `{"a": `, `{"a`,
}

// A stream yields what the whole text holds, and fails where the whole text does.
func checkStream(t *testing.T, text string) {
	whole, err := FromJSON(text)
	list, isList := whole.(List)
	dict, isDict := whole.(Dict)
	for _, r := range []func() io.Reader{
		func() io.Reader { return strings.NewReader(text) },
		func() io.Reader { return iotest.OneByteReader(strings.NewReader(text)) },
	} {
		got, gotErr := listOf(r())
		if (gotErr == nil) != (err == nil && isList) || gotErr == nil && Repr(got) != Repr(list) {
			t.Errorf("%q as a list: %s, %v; whole: %s, %v", text, Repr(got), gotErr, Repr(whole), err)
		}
		gotDict, gotErr := dictOf(r())
		if (gotErr == nil) != (err == nil && isDict) || gotErr == nil && Repr(gotDict) != Repr(dict) {
			t.Errorf("%q as an object: %s, %v; whole: %s, %v", text, Repr(gotDict), gotErr, Repr(whole), err)
		}
	}
}

func TestStreamAgreesWithFromJSON(t *testing.T) {
	for _, text := range streamTexts {
		checkStream(t, text)
	}
}

func FuzzStream(f *testing.F) {
	for _, text := range streamTexts {
		f.Add(text)
	}
	f.Fuzz(checkStream)
}

func TestStreamErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := listOf(io.MultiReader(strings.NewReader(`[1, `), iotest.ErrReader(broken)))
	var e *StreamError
	if !errors.Is(err, broken) || !errors.As(err, &e) || e.Element != 1 || e.Offset != 4 {
		t.Errorf("a reader that fails: %v", err)
	}
	if _, err := listOf(strings.NewReader(`{"a": 1}`)); err == nil || !strings.Contains(err.Error(), `byte 1, element 1: expected '[', found '{'`) {
		t.Errorf("an object read as a list: %v", err)
	}
	if _, err := listOf(strings.NewReader("\ufeff[1]")); err == nil || !strings.Contains(err.Error(), "byte order mark") {
		t.Errorf("a byte order mark: %v", err)
	}
	for v := range StreamList(strings.NewReader(`[1, 2, x]`)) { // stopping early is no error
		if v == int64(2) {
			break
		}
	}
}

// repeated is a list of n times the same element, made as it is read.
type repeated struct {
	element []byte
	n       int
	rest    []byte
	begun   bool
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		switch {
		case !r.begun:
			r.begun, r.rest = true, append([]byte{'['}, r.element...)
		case r.n > 1:
			r.n--
			r.rest = append([]byte{','}, r.element...)
		case r.n == 1:
			r.n--
			r.rest = []byte{']'}
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// 64 MB go through in the memory of one element.
func TestStreamMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 64 MB")
	}
	element := []byte(`{"text": "` + string(bytes.Repeat([]byte("x"), 1<<16)) + `"}`)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	for v, err := range StreamList(&repeated{element: element, n: 1000}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%100 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		_ = v
	}
	if grown := int64(most) - int64(before.HeapAlloc); n != 1000 || grown > 4<<20 {
		t.Errorf("%d elements, the heap grew by %d bytes", n, grown)
	}
}

func BenchmarkStreamList(b *testing.B) {
	element := []byte(`{"query_id": 26661, "query": "` + strings.Repeat("some words ", 40) + `", "list": [1, 2.5, null, {"name": "a", "type": "STRING"}]}`)
	b.SetBytes(int64(len(element)) * 1000)
	for range b.N {
		for _, err := range StreamList(&repeated{element: element, n: 1000}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
