package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// tokenize answers the lines of the input one by one.
func tokenize(o options, in io.Reader, out io.Writer) error {
	tok, err := open(o)
	if err != nil {
		return err
	}
	name := "standard input"
	if o.file != "" {
		f, err := os.Open(o.file)
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, o.file
	}
	answer := encodeLine(tok, o)
	if o.decode {
		answer = decodeLine(tok, o.skip)
	}
	r, w := bufio.NewReaderSize(in, 1<<16), bufio.NewWriter(out)
	var line, buf []byte
	for n := 1; ; n++ {
		line, err = readLine(r, line[:0])
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err == nil {
			if buf, err = answer(buf[:0], line); err != nil {
				err = fmt.Errorf("%s: line %d: %w", name, n, err)
			}
		}
		if err != nil {
			w.Flush()
			return err
		}
		w.Write(append(buf, '\n'))
		if r.Buffered() == 0 { // whoever writes the lines may wait for the answer
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
}

// readLine appends the next line, of any length, without its end.
func readLine(r *bufio.Reader, dst []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		dst = append(dst, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(dst) > 0: // a last line without end
			return dst, nil
		case err != nil:
			return dst, err
		}
		return bytes.TrimRight(dst, "\r\n"), nil
	}
}

// encodeLine turns a JSON string into a JSON array of ids.
func encodeLine(tok *tokenizer.Tokenizer, o options) func(dst, line []byte) ([]byte, error) {
	mode := tokenizer.Special
	if o.plain {
		mode = tokenizer.Plain
	} else if o.special {
		mode = tokenizer.WithAdditions
	}
	var ids []int32
	return func(dst, line []byte) (_ []byte, err error) {
		defer tokenizer.Recover(&err) // the tokenizer may be anyone's
		if !utf8.Valid(line) {
			return dst, errors.New("not UTF-8, which JSON has to be")
		}
		var text *string
		if err := json.Unmarshal(line, &text); err != nil || text == nil {
			return dst, fmt.Errorf("%.40q is not a JSON string (such as \"Hello\\n\", with its quotes)", line)
		}
		ids = tok.Append(ids[:0], *text, mode)
		dst = append(dst, '[')
		for i, id := range ids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, int64(id), 10)
		}
		return append(dst, ']'), nil
	}
}

// decodeLine turns a JSON array of ids into a JSON string.
func decodeLine(tok *tokenizer.Tokenizer, skip bool) func(dst, line []byte) ([]byte, error) {
	return func(dst, line []byte) ([]byte, error) {
		ids, err := parseIDs(line)
		if err != nil {
			return dst, err
		}
		for i, id := range ids {
			if tok.Token(id) == "" {
				return dst, fmt.Errorf("item %d: no token has id %d; ids go from 0 to %d", i+1, id, tok.Len()-1)
			}
		}
		text := tok.Decode(ids)
		if skip {
			text = tok.DecodeSkip(ids)
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(text); err != nil {
			return dst, err
		}
		return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
	}
}

// parseIDs reads a JSON array of integers.
func parseIDs(line []byte) ([]int32, error) {
	var ids []int32
	if err := json.Unmarshal(line, &ids); err == nil && ids != nil && !bytes.Contains(line, []byte("null")) {
		return ids, nil // null would read as 0
	}
	var items []json.RawMessage
	if err := json.Unmarshal(line, &items); err != nil || items == nil {
		return nil, fmt.Errorf("%.40q is not a JSON array of token ids (such as [1,2])", line)
	}
	for i, item := range items {
		var id *int32
		if err := json.Unmarshal(item, &id); err != nil || id == nil {
			return nil, fmt.Errorf("item %d: %.40s is not a token id, which is an integer", i+1, item)
		}
	}
	return ids, nil
}
