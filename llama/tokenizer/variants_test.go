package tokenizer

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// testdata/variants.json holds one small tokenizer per feature of
// tokenizer.json, and what Hugging Face tokenizers makes of some texts.
func variants(t testing.TB) (names []string, files []json.RawMessage, rows [][]vector) {
	t.Helper()
	raw, err := os.ReadFile("testdata/variants.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Name      string
		Tokenizer map[string]json.RawMessage
		Rows      []vector
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	var first map[string]json.RawMessage // its vocabulary serves the others
	for _, v := range list {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(v.Tokenizer["model"], &m); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = m
		}
		for _, k := range []string{"vocab", "merges"} {
			if m[k] == nil {
				m[k] = first[k]
			}
		}
		v.Tokenizer["model"], _ = json.Marshal(m)
		file, err := json.Marshal(v.Tokenizer)
		if err != nil {
			t.Fatal(err)
		}
		names, files, rows = append(names, v.Name), append(files, file), append(rows, v.Rows)
	}
	return
}

func TestVariants(t *testing.T) {
	names, files, rows := variants(t)
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			tok, err := Parse(files[i])
			if err != nil {
				t.Fatal(err)
			}
			testVectors(t, tok, rows[i])
			// What Save writes reads back as the same tokenizer.
			data, err := tok.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			again, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			testVectors(t, again, rows[i])
			if second, err := again.MarshalJSON(); err != nil || !bytes.Equal(data, second) {
				t.Errorf("saved twice, it differs (%v)", err)
			}
		})
	}
}
