package tokenizer

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpus is text in the manner of tool conversations: names, JSON, questions.
func corpus(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	syllables := strings.Fields("ko li vus ma ren ta pil or shi dun ke lam bo zu fer nai")
	attrs := strings.Fields("director label sponsor founder capital author chairman venue")
	var out []string
	for range n {
		name := ""
		for range 3 {
			name += syllables[r.IntN(len(syllables))]
		}
		a := attrs[r.IntN(len(attrs))]
		out = append(out, fmt.Sprintf("User:\nWhat is the %s of %q?\nBegin!\n\nAssistant:\nAction: get_%s_for_shop\nAction Input: {\"name\": %q}\nFunction:\n{\"error\": \"\", \"response\": \"%s is %d\"}\n",
			a, strings.ToUpper(name[:1])+name[1:], a, name, name, r.IntN(100)))
	}
	return out
}

// The definition that Train must equal: count all pairs anew for every merge.
func slowMerges(texts []string, first int32, merges, minCount int) [][2]int32 {
	words := map[string]int{}
	for _, s := range texts {
		scanner(func(s string) int { return scanLlama3(s, 1) }).pieces(s, func(p string) { words[p]++ })
	}
	id := map[string]int32{}
	for i, b := range byteOrder {
		id[string([]byte{b})] = first + int32(i)
	}
	piece := map[int32]string{}
	for s, i := range id {
		piece[i] = s
	}
	seqs := map[string][]int32{}
	for w := range words {
		for i := range len(w) {
			seqs[w] = append(seqs[w], id[w[i:i+1]])
		}
	}
	var out [][2]int32
	for made := 0; made < merges; {
		count := map[[2]int32]int{}
		for w, s := range seqs {
			for i := 1; i < len(s); i++ {
				count[[2]int32{s[i-1], s[i]}] += words[w]
			}
		}
		best, top := [2]int32{}, 0
		for p, n := range count {
			if n > top || n == top && (p[0] < best[0] || p[0] == best[0] && p[1] < best[1]) {
				best, top = p, n
			}
		}
		if top < minCount {
			break
		}
		text := piece[best[0]] + piece[best[1]]
		if _, ok := id[text]; !ok {
			id[text] = first + int32(len(id))
			piece[id[text]] = text
			made++
		}
		out = append(out, best)
		for w, s := range seqs {
			var n []int32
			for i := 0; i < len(s); i++ {
				if i+1 < len(s) && s[i] == best[0] && s[i+1] == best[1] {
					n = append(n, id[text])
					i++
				} else {
					n = append(n, s[i])
				}
			}
			seqs[w] = n
		}
	}
	return out
}

func TestTrainEqualsDefinition(t *testing.T) {
	cases := map[string][]string{
		"corpus":  corpus(40, 1),
		"repeats": {strings.Repeat("a", 33), "aaaa aaa aab abab ababab", "bbbbabbb"},
	}
	r := rand.New(rand.NewPCG(7, 7))
	for k := range 20 { // few letters, long words: overlapping pairs and equal counts
		var b []byte
		for range 200 {
			b = append(b, "aabbc "[r.IntN(6)])
		}
		cases[fmt.Sprint("random", k)] = []string{string(b)}
	}
	for name, texts := range cases {
		tok := Train(slices.Values(texts), 300+60, []string{"<s>", "</s>"})
		want := slowMerges(texts, 2, 360-258, 2)
		if !slices.Equal(tok.merges, want) {
			t.Errorf("%s: %d merges %v\nwant %d merges %v", name, len(tok.merges), tok.merges, len(want), want)
		}
	}
}

func TestTrainLayout(t *testing.T) {
	texts := corpus(50, 2)
	tok := Train(slices.Values(texts), 400, []string{"<s>", "</s>"},
		WithBOS("<s>"), WithEOS("</s>"), WithAdded("<call>", "</call>"))
	if tok.Len() != 400 || tok.BOS() != 0 || tok.EOS() != 1 {
		t.Fatalf("%d tokens, BOS %d, EOS %d", tok.Len(), tok.BOS(), tok.EOS())
	}
	for id, want := range map[int32]string{2: "!", 257: toRunes("\u00ad"[1:]), 398: "<call>", 399: "</call>"} {
		if tok.Token(id) != want {
			t.Errorf("token %d is %q, want %q", id, tok.Token(id), want)
		}
	}
	if got := tok.Encode("a</s><call>", Special); !slices.Equal(got, []int32{tok.MustID("a"), 1, 398}) {
		t.Errorf("special: %v", got)
	}
	if got := tok.Encode("a</s><call>", Plain); slices.Contains(got, 1) || got[len(got)-1] != 398 {
		t.Errorf("plain: %v", got)
	}
	if got := tok.Encode("a", WithAdditions); !slices.Equal(got, []int32{0, tok.MustID("a")}) {
		t.Errorf("with additions: %v", got)
	}
	for _, s := range texts {
		if got := tok.Decode(tok.Encode(s, Plain)); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	}
}

// Training twice, saving, loading and saving again gives the same bytes.
func TestTrainIsDeterministic(t *testing.T) {
	var first []byte
	for range 3 {
		tok := Train(slices.Values(corpus(200, 3)), 600, []string{"<s>"}, WithBOS("<s>"))
		path := filepath.Join(t.TempDir(), "tokenizer.json")
		if err := tok.Save(path); err != nil {
			t.Fatal(err)
		}
		again, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(path)
		second, err := again.MarshalJSON()
		if err != nil || !bytes.Equal(data, second) {
			t.Fatalf("a loaded tokenizer saves differently (%v)", err)
		}
		if first == nil {
			first = data
		} else if !bytes.Equal(first, data) {
			t.Fatal("two trainings on the same texts differ")
		}
	}
}

// A short text gives fewer tokens than asked for, not nonsense.
func TestTrainLittleText(t *testing.T) {
	tok := Train(slices.Values([]string{"ab"}), 1000, nil)
	if tok.Len() != 256 || len(tok.merges) != 0 {
		t.Errorf("%d tokens, %d merges", tok.Len(), len(tok.merges))
	}
	tok = Train(slices.Values([]string{"ab"}), 1000, nil, WithMinCount(1))
	if tok.Len() != 257 || tok.Token(256) != "ab" {
		t.Errorf("%d tokens, last %q", tok.Len(), tok.Token(int32(tok.Len()-1)))
	}
}

func BenchmarkTrain(b *testing.B) {
	texts := corpus(20000, 4)
	n := 0
	for _, s := range texts {
		n += len(s)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		Train(slices.Values(texts), 1024, []string{"<s>", "</s>"})
	}
}
