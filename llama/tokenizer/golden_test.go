package tokenizer

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// vector is one line of vectors.jsonl.
type vector struct {
	Text        string  `json:"text"`
	IDs         []int32 `json:"ids"`
	IDsPlain    []int32 `json:"ids_plain"`
	IDsAdded    []int32 `json:"ids_added"`
	Decoded     string  `json:"decoded"`
	DecodedSkip string  `json:"decoded_skip"`
}

// decodeVector is one line of decode.jsonl.
type decodeVector struct {
	IDs      []int32 `json:"ids"`
	BytesHex string  `json:"bytes_hex"`
	Text     string  `json:"text"`
}

func jsonLines[T any](t testing.TB, path string) (out []T) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var v T
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatalf("%s: line %d: %v", path, len(out)+1, err)
		}
		out = append(out, v)
	}
	if s.Err() != nil || len(out) == 0 {
		t.Fatalf("%s: %d lines, %v", path, len(out), s.Err())
	}
	return out
}

// tokenizerFile finds the file that belongs to a folder of vectors, "" when
// there is none of a supported kind.
func tokenizerFile(folder string) string {
	name := filepath.Base(folder)
	for _, p := range []string{
		filepath.Join(folder, "tokenizer.json"),
		filepath.Join(folder, "..", "..", "..", "tokenizers", name, "tokenizer.json"),
	} {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

func TestGoldenTokenizers(t *testing.T) {
	testFolders(t, golden.Kind(t, "tokenizers"))
}

// The two small tokenizers of the golden data, so that a clone has them too.
func TestStoredTokenizers(t *testing.T) {
	testFolders(t, "testdata")
}

func testFolders(t *testing.T, root string) {
	folders, err := filepath.Glob(filepath.Join(root, "*", "vectors.jsonl"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no folder with vectors.jsonl in %s", root)
	}
	for _, v := range folders {
		folder := filepath.Dir(v)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			path := tokenizerFile(folder)
			if path == "" {
				t.Skip("no byte-level tokenizer.json for this folder: its kind is not supported yet")
			}
			tok, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			testVectors(t, tok, jsonLines[vector](t, v))
			testDecode(t, tok, jsonLines[decodeVector](t, filepath.Join(folder, "decode.jsonl")))
		})
	}
}

func testVectors(t *testing.T, tok *Tokenizer, vs []vector) {
	for _, v := range vs {
		for _, c := range []struct {
			name string
			mode Mode
			want []int32
		}{{"ids", Special, v.IDs}, {"ids_plain", Plain, v.IDsPlain}, {"ids_added", WithAdditions, v.IDsAdded}} {
			if got := tok.Encode(v.Text, c.mode); !slices.Equal(got, c.want) {
				t.Errorf("%s of %q:\n got %v\nwant %v", c.name, v.Text, got, c.want)
			}
		}
		if got := tok.Decode(v.IDs); got != v.Decoded {
			t.Errorf("decoded %v:\n got %q\nwant %q", v.IDs, got, v.Decoded)
		}
		if got := tok.DecodeSkip(v.IDs); got != v.DecodedSkip {
			t.Errorf("decoded_skip %v:\n got %q\nwant %q", v.IDs, got, v.DecodedSkip)
		}
	}
}

func testDecode(t *testing.T, tok *Tokenizer, vs []decodeVector) {
	for _, v := range vs {
		if got := hex.EncodeToString(tok.DecodeBytes(v.IDs)); got != v.BytesHex {
			t.Errorf("bytes of %v:\n got %s\nwant %s", v.IDs, got, v.BytesHex)
		}
		if got := tok.Decode(v.IDs); got != v.Text {
			t.Errorf("text of %v:\n got %q\nwant %q", v.IDs, got, v.Text)
		}
		s, got := tok.NewStream(false), ""
		for _, id := range v.IDs {
			got += s.Push(id)
		}
		if got += s.Flush(); got != v.Text {
			t.Errorf("stream of %v:\n got %q\nwant %q", v.IDs, got, v.Text)
		}
	}
}

// smollm2/tokenizer.json and its like: strings with ids and decoded text.
func TestGoldenModelTokenizers(t *testing.T) {
	dir := golden.Dir(t)
	found := 0
	files, _ := filepath.Glob(filepath.Join(dir, "*", "tokenizer.json"))
	for _, f := range files {
		name := filepath.Base(filepath.Dir(f))
		path := filepath.Join(dir, "..", "tokenizers", name, "tokenizer.json")
		tok, err := Load(path)
		if err != nil {
			t.Logf("skip %s: %v", name, err)
			continue
		}
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var vs []vector
		if err := json.Unmarshal(raw, &vs); err != nil {
			var obj struct{ Cases []vector }
			if err := json.Unmarshal(raw, &obj); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			vs = obj.Cases
		}
		for _, v := range vs {
			found++
			if got := tok.Encode(v.Text, Special); !slices.Equal(got, v.IDs) {
				t.Errorf("%s: ids of %q:\n got %v\nwant %v", name, v.Text, got, v.IDs)
			}
			if got := tok.Decode(v.IDs); got != v.Decoded {
				t.Errorf("%s: decoded %v:\n got %q\nwant %q", name, v.IDs, got, v.Decoded)
			}
		}
	}
	if found == 0 {
		t.Skip("no folder with a tokenizer.json of strings and ids")
	}
}
