package tokenizer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tinyFile is the content of a small tokenizer.json to be spoiled.
func tinyFile(t testing.TB) map[string]any {
	t.Helper()
	_, files, _ := variants(t)
	var f map[string]any
	if err := json.Unmarshal(files[0], &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestParseErrors(t *testing.T) {
	model := func(f map[string]any) map[string]any { return f["model"].(map[string]any) }
	vocab := func(f map[string]any) map[string]any { return model(f)["vocab"].(map[string]any) }
	type m = map[string]any
	for want, spoil := range map[string]func(f m){
		"no model in it": func(f m) { delete(f, "model") },
		`model type "WordPiece": only byte-level BPE`:           func(f m) { model(f)["type"] = "WordPiece" },
		"model.byte_fallback: a SentencePiece tokenizer":        func(f m) { model(f)["byte_fallback"] = true },
		"model.dropout 0.1":                                     func(f m) { model(f)["dropout"] = 0.1 },
		`model.end_of_word_suffix "</w>" is not supported`:      func(f m) { model(f)["end_of_word_suffix"] = "</w>" },
		`model.continuing_subword_prefix "##" is not supported`: func(f m) { model(f)["continuing_subword_prefix"] = "##" },
		"model.vocab is empty":                                  func(f m) { model(f)["vocab"] = m{} },
		`token "a": id -1 outside of 0…`:                        func(f m) { vocab(f)["a"] = -1 },
		`token "a": id 2000000000 outside of 0…`:                func(f m) { vocab(f)["a"] = 2000000000 },
		"is a string, not an integer of 32 bits":                func(f m) { vocab(f)["a"] = "x" },
		`tokens "a" and "b" both have id 101`:                   func(f m) { vocab(f)["a"] = vocab(f)["b"] },
		`merge 0 ("zz", "b"): "zz" is not in the vocabulary`:    func(f m) { model(f)["merges"] = []any{[]string{"zz", "b"}} },
		`merge 0 ("a", "y"): "ay" is not in the vocabulary`:     func(f m) { model(f)["merges"] = []any{"a y"} },
		`merge "a b c" is not two tokens`:                       func(f m) { model(f)["merges"] = []any{"a b c"} },
		`is neither "a b" nor ["a", "b"]`:                       func(f m) { model(f)["merges"] = []any{[]string{"a"}} },
		`model.unk_token "<none>" is not in the vocabulary`:     func(f m) { model(f)["unk_token"] = "<none>" },
		`normalizer: "Lowercase" is not supported (known: NFC`:  func(f m) { f["normalizer"] = m{"type": "Lowercase"} },
		`pre_tokenizer: "Metaspace" is not supported (known:`:   func(f m) { f["pre_tokenizer"] = m{"type": "Metaspace"} },
		"pre_tokenizer: no ByteLevel in it":                     func(f m) { f["pre_tokenizer"] = nil },
		"pre_tokenizer: a step after ByteLevel": func(f m) {
			f["pre_tokenizer"] = m{"type": "Sequence", "pretokenizers": []any{f["pre_tokenizer"], f["pre_tokenizer"]}}
		},
		`pre_tokenizer: Split: unknown behavior "Eaten"`: func(f m) {
			f["pre_tokenizer"] = m{"type": "Split", "pattern": m{"Regex": "a"}, "behavior": "Eaten"}
		},
		`pre_tokenizer: Split: pattern "(": `: func(f m) {
			f["pre_tokenizer"] = m{"type": "Split", "pattern": m{"Regex": "("}, "behavior": "Isolated"}
		},
		"pre_tokenizer: Split: pattern needs a Regex or a String": func(f m) {
			f["pre_tokenizer"] = m{"type": "Split", "pattern": m{}, "behavior": "Isolated"}
		},
		"Sequence nested more than 8 deep": func(f m) {
			s := f["pre_tokenizer"]
			for range 20 {
				s = m{"type": "Sequence", "pretokenizers": []any{s}}
			}
			f["pre_tokenizer"] = s
		},
		`post_processor: "BertProcessing" is not supported`: func(f m) { f["post_processor"] = m{"type": "BertProcessing"} },
		`post_processor: TemplateProcessing: special token "<s>" is not defined`: func(f m) {
			f["post_processor"] = m{"type": "TemplateProcessing", "single": []any{m{"SpecialToken": m{"id": "<s>"}}}}
		},
		"post_processor: TemplateProcessing: single does not hold the text": func(f m) {
			f["post_processor"] = m{"type": "TemplateProcessing"}
		},
		"no token has id 99999": func(f m) {
			f["post_processor"] = m{"type": "TemplateProcessing", "single": []any{m{"SpecialToken": m{"id": "x"}}},
				"special_tokens": m{"x": m{"ids": []int{99999}}}}
		},
		`decoder: "WordPiece" is not supported`: func(f m) { f["decoder"] = m{"type": "WordPiece"} },
		`added token "a" has id 999, but 100 elsewhere`: func(f m) {
			f["added_tokens"] = []any{m{"id": 999, "content": "a"}}
		},
		`added token 999 is empty`: func(f m) { f["added_tokens"] = []any{m{"id": 999, "content": ""}} },
		`both have id 100`:         func(f m) { f["added_tokens"] = []any{m{"id": 100, "content": "<new>"}} },
	} {
		f := tinyFile(t)
		spoil(f)
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestLoadOtherKinds(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"t.model":  {"\x0a\x0e\x0a\x05<unk>", "a SentencePiece model is not supported yet"},
		"u.model":  {"IQ== 0\nIg== 1\n", "a tiktoken file is not supported yet"},
		"x.gguf":   {"GGUF\x03\x00\x00\x00", "a GGUF file given as tokenizer"},
		"bad.json": {"{", "not a tokenizer.json"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "tokenizer.json") {
		t.Errorf("a directory without tokenizer.json: %v", err)
	}
}

// Where pieces of the vocabulary are taken whole (ignore_merges), a text that is
// one piece and spells a control token stays text all the same.
func TestPlainTextIsNoControlToken(t *testing.T) {
	f := tinyFile(t)
	f["model"].(map[string]any)["ignore_merges"] = true
	f["pre_tokenizer"] = map[string]any{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}
	f["normalizer"], f["post_processor"] = nil, nil
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	id, ok := tok.ID("</s>")
	if !ok || !tok.IsSpecial(id) {
		t.Fatal("the test needs a special token </s>")
	}
	if ids := tok.Encode("</s>", Plain); slices.Contains(ids, id) || len(ids) < 2 {
		t.Errorf("plain: %v, with %d for </s>", ids, id)
	}
	if ids := tok.Encode("</s>", Special); !slices.Equal(ids, []int32{id}) {
		t.Errorf("special: %v, want [%d]", ids, id)
	}
}

// tokenizer_config.json beside the file names the tokens for begin and end.
func TestLoadConfig(t *testing.T) {
	dir := t.TempDir()
	data, err := json.Marshal(tinyFile(t))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("tokenizer.json", string(data))
	for _, c := range []struct {
		config        string
		bos, eos, pad int32
	}{
		{`{"bos_token": "<s>", "eos_token": {"content": "</s>", "special": true}, "pad_token": null}`, 0, 1, -1},
		{`{"bos_token": "<nowhere>", "pad_token": "<unk>"}`, -1, -1, 2},
	} {
		write("tokenizer_config.json", c.config)
		tok, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if tok.BOS() != c.bos || tok.EOS() != c.eos || tok.Pad() != c.pad {
			t.Errorf("%s: BOS %d, EOS %d, pad %d", c.config, tok.BOS(), tok.EOS(), tok.Pad())
		}
	}
	write("tokenizer_config.json", "[")
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "tokenizer_config.json") {
		t.Errorf("broken tokenizer_config.json: %v", err)
	}
}

// No file brings the reader down; what it reads, it can use and write.
func FuzzParse(f *testing.F) {
	_, files, _ := variants(f)
	for _, data := range files {
		small := tinyFileSmall(f, data)
		f.Add(small)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tok, err := Parse(data)
		if err != nil {
			return
		}
		text := "abc <x> 12\u00e9<s>\n"
		ids := tok.Encode(text, WithAdditions)
		tok.Decode(ids)
		out, err := tok.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("what was saved does not load: %v\n%s", err, out)
		}
		if got := again.Encode(text, WithAdditions); len(got) != len(ids) {
			t.Errorf("%v after saving, %v before", got, ids)
		}
	})
}

// tinyFileSmall cuts the vocabulary so that the fuzzer has short inputs.
func tinyFileSmall(t testing.TB, data []byte) []byte {
	t.Helper()
	var f map[string]any
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	m := f["model"].(map[string]any)
	all := m["vocab"].(map[string]any)
	keep := map[string]any{}
	for _, k := range []string{"<s>", "</s>", "<unk>", "a", "b", "c", "Ġ", "ab", "abc", "1", "2"} {
		if id, ok := all[k]; ok {
			keep[k] = id
		}
	}
	m["vocab"], m["merges"] = keep, []any{"a b", []string{"ab", "c"}}
	out, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
