package tokenizer

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

func Example() {
	texts := slices.Values([]string{"Action: get_age\nAction Input: {}", "Action: get_name\nAction Input: {}"})
	tok := Train(texts, 280, []string{"<|im_end|>"})
	ids := tok.Encode("Action: get_age<|im_end|>", Special)
	fmt.Println(tok.Decode(ids), ids[len(ids)-1])
	// Text of others cannot end the turn:
	plain := tok.Encode("get_age<|im_end|>", Plain)
	fmt.Println(tok.Decode(plain), slices.Contains(plain, tok.MustID("<|im_end|>")))
	// Output:
	// Action: get_age<|im_end|> 0
	// get_age<|im_end|> false
}

// The two ways to merge give the same: a scan for the minimum, and a heap.
func TestMergeWaysAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for range 5000 {
		b.WriteByte("aaabbc"[r.IntN(6)])
	}
	tok := Train(slices.Values([]string{b.String()}), 400, nil)
	for range 2000 {
		n := 1 + r.IntN(shortWord)
		sym := make([]int32, n)
		for i := range sym {
			sym[i] = tok.byteID["aaabbc"[r.IntN(6)]]
		}
		long := tok.bpeLong(slices.Clone(sym))
		if short := tok.bpe(slices.Clone(sym)); !slices.Equal(short, long) {
			t.Fatalf("%v: scan %v, heap %v", sym, short, long)
		}
	}
}

// Any bytes come back, also those that are no text.
func FuzzRoundTrip(f *testing.F) {
	tok := Train(slices.Values(corpus(100, 1)), 500, []string{"<s>", "</s>"}, WithBOS("<s>"), WithAdded("<call>"))
	for _, s := range scanTexts {
		f.Add(s)
	}
	f.Add("</s><call>\xff<s")
	f.Fuzz(func(t *testing.T, s string) {
		for _, mode := range []Mode{Special, Plain} {
			ids := tok.Encode(s, mode)
			if got := string(tok.DecodeBytes(ids)); got != s {
				t.Errorf("mode %d: %q came back as %q", mode, s, got)
			}
			st, text := tok.NewStream(false), ""
			for _, id := range ids {
				text += st.Push(id)
			}
			if text += st.Flush(); text != tok.Decode(ids) {
				t.Errorf("%q: streamed %q, decoded %q", s, text, tok.Decode(ids))
			}
			if mode == Plain && slices.ContainsFunc(ids, tok.IsSpecial) {
				t.Errorf("%q: a special token in plain text: %v", s, ids)
			}
		}
		if got := tok.Encode(s, WithAdditions); got[0] != tok.BOS() || !slices.Equal(got[1:], tok.Encode(s, Special)) {
			t.Errorf("%q with additions: %v", s, got)
		}
	})
}

// One tokenizer serves many goroutines; the cache never changes a result.
func TestConcurrentUse(t *testing.T) {
	texts := corpus(300, 2)
	tok := Train(slices.Values(texts), 600, nil)
	want := make([][]int32, len(texts))
	fresh := Train(slices.Values(texts), 600, nil)
	for i, s := range texts {
		want[i] = fresh.Encode(s, Plain)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range texts {
				k := (i*7 + g*31) % len(texts)
				if got := tok.Encode(texts[k], Plain); !slices.Equal(got, want[k]) {
					t.Errorf("text %d differs", k)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestAppendAllocatesNothing(t *testing.T) {
	texts := corpus(20, 3)
	tok := Train(slices.Values(texts), 500, nil)
	ids := make([]int32, 0, 4096)
	text := strings.Repeat(" call", 100) // one piece: two might share a place in the cache
	if n := testing.AllocsPerRun(100, func() { ids = tok.Append(ids[:0], text, Plain) }); n > 0.5 {
		t.Errorf("%v allocations", n)
	}
}

// A long piece (a word of a megabyte) takes n·log n, not n².
func TestLongPiece(t *testing.T) {
	tok := Train(slices.Values([]string{strings.Repeat("ab", 50)}), 270, nil)
	s := strings.Repeat("ab", 1<<19)
	if got := tok.Decode(tok.Encode(s, Plain)); got != s {
		t.Error("a long word does not come back")
	}
}

func BenchmarkEncode(b *testing.B) {
	texts := corpus(2000, 5)
	tok := Train(slices.Values(texts), 1024, []string{"<s>"})
	text := strings.Join(texts, "")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var ids []int32
	for b.Loop() {
		ids = tok.Append(ids[:0], text, Plain)
	}
}

// Text that never repeats: every piece is merged anew.
func BenchmarkEncodeRandom(b *testing.B) {
	tok := Train(slices.Values(corpus(2000, 5)), 1024, nil)
	r := rand.New(rand.NewPCG(1, 1))
	var text []byte
	for range 1 << 20 {
		text = append(text, "abcdefghijklmnop      "[r.IntN(22)])
	}
	b.SetBytes(int64(len(text)))
	var ids []int32
	for b.Loop() {
		ids = tok.Append(ids[:0], string(text), Plain)
	}
}

func BenchmarkDecode(b *testing.B) {
	texts := corpus(2000, 5)
	tok := Train(slices.Values(texts), 1024, nil)
	ids := tok.Encode(strings.Join(texts, ""), Plain)
	b.SetBytes(int64(len(tok.DecodeBytes(ids))))
	for b.Loop() {
		tok.Decode(ids)
	}
}

// Literal text holds no added token, special or not, also where the vocabulary or
// its merges know one.
func TestLiteral(t *testing.T) {
	f := tinyFile(t)
	m := f["model"].(map[string]any)
	var merges [][]string
	for _, p := range [][2]string{{"<", "/"}, {"</", "s"}, {"</s", ">"}} {
		merges = append(merges, p[:])
		m["vocab"].(map[string]any)[p[0]+p[1]] = 900 + len(merges)
	}
	m["vocab"].(map[string]any)["</s>"] = 900
	for _, c := range "</s>" {
		if _, ok := m["vocab"].(map[string]any)[string(c)]; !ok {
			m["vocab"].(map[string]any)[string(c)] = 910 + int(c)
		}
	}
	m["merges"] = merges
	f["added_tokens"] = []map[string]any{{"id": 900, "content": "</s>", "special": true}, {"id": 800, "content": "<call>", "special": false}, {"id": 801, "content": "éé", "normalized": true}}
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
	for text, want := range map[string][3]bool{"</s>": {true, false, false}, "<call>": {true, true, false}, "éé": {true, true, false}} {
		id := tok.MustID(text)
		for mode, has := range map[Mode]bool{Special: want[0], Plain: want[1], Literal: want[2]} {
			if ids := tok.Encode(text, mode); slices.Contains(ids, id) != has {
				t.Errorf("%s in mode %d: %v, has %d: want %v", text, mode, ids, id, has)
			}
		}
	}
	if ids := tok.Encode("", Literal); len(ids) != 0 {
		t.Errorf("no text: %v", ids)
	}
}
