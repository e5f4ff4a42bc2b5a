package tokenizer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// setVocabulary numbers the tokens. Ids may have gaps, but not so many that a
// damaged file could ask for any amount of memory.
func (t *Tokenizer) setVocabulary(vocab map[string]int32, added []AddedToken) error {
	limit := int32(2*(len(vocab)+len(added)) + 1<<16)
	put := func(text, bytes string, id int32, model bool) error {
		if id < 0 || id >= limit {
			return fmt.Errorf("token %q: id %d outside of 0…%d", text, id, limit-1)
		}
		for int(id) >= len(t.tokens) {
			t.tokens = append(t.tokens, token{})
		}
		if old := t.tokens[id]; old.used && old.text != text {
			a, b := min(old.text, text), max(old.text, text)
			return fmt.Errorf("tokens %q and %q both have id %d", a, b, id)
		}
		t.tokens[id] = token{text: text, bytes: bytes, used: true, model: model || t.tokens[id].model}
		t.ids[text] = id
		return nil
	}
	t.ids = make(map[string]int32, len(vocab)+len(added))
	for _, text := range slices.Sorted(maps.Keys(vocab)) {
		raw, _ := toBytes(text)
		if err := put(text, raw, vocab[text], true); err != nil {
			return err
		}
	}
	t.added = append([]AddedToken(nil), added...)
	slices.SortStableFunc(t.added, func(a, b AddedToken) int { return cmp.Compare(a.ID, b.ID) })
	for _, a := range t.added {
		if a.Content == "" {
			return fmt.Errorf("added token %d is empty", a.ID)
		}
		if id, ok := t.ids[a.Content]; ok && id != a.ID {
			return fmt.Errorf("added token %q has id %d, but %d elsewhere", a.Content, a.ID, id)
		}
		if err := put(a.Content, a.Content, a.ID, false); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tokenizer) setMerges(m *model) error {
	t.pairs = newPairTable(len(m.Merges))
	t.merges = make([][2]int32, len(m.Merges))
	for rank, mg := range m.Merges {
		a, okA := m.Vocab[mg[0]]
		b, okB := m.Vocab[mg[1]]
		id, ok := m.Vocab[mg[0]+mg[1]]
		switch {
		case !okA, !okB, !ok:
			missing := mg[0] + mg[1]
			if !okA {
				missing = mg[0]
			} else if !okB {
				missing = mg[1]
			}
			return fmt.Errorf("merge %d (%q, %q): %q is not in the vocabulary", rank, mg[0], mg[1], missing)
		}
		t.pairs.put(a, b, int32(rank), id)
		t.merges[rank] = [2]int32{a, b}
	}
	if m.IgnoreMerges {
		t.whole = make(map[string]int32, len(m.Vocab))
		for text, id := range m.Vocab {
			if raw, ok := toBytes(text); ok {
				t.whole[raw] = id
			}
		}
	}
	return nil
}
