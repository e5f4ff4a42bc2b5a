package tokenizer

import (
	"slices"
	"strings"
	"testing"
)

func BenchmarkEncode(b *testing.B) {
	texts := corpus(2000, 5)
	tok := Train(slices.Values(texts), 1024, []string{"<s>"})
	text := strings.Join(texts, "")
	b.SetBytes(int64(len(text)))
	var ids []int32
	for b.Loop() {
		ids = tok.Append(ids[:0], text, Plain)
	}
}
