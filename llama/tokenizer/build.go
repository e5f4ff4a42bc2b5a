package tokenizer

import (
	"encoding/json"
	"fmt"
)

// newModel writes what a trainer learned in the form of the file.
func newModel(tr *trainer, specials []string) *model {
	m := &model{Type: "BPE", Vocab: map[string]int32{}}
	for i, s := range specials {
		m.Vocab[s] = int32(i)
	}
	text := func(id int32) string { return toRunes(tr.pieces[id-tr.first]) }
	for i := range tr.pieces {
		id := tr.first + int32(i)
		m.Vocab[text(id)] = id
	}
	for _, p := range tr.merges {
		m.Merges = append(m.Merges, merge{text(p[0]), text(p[1])})
	}
	return m
}

// byteLevelJSON is the ByteLevel stage of files whose pattern stands in a Split
// of its own.
const byteLevelJSON = `{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}`

// trainedComponents are the stages of a trained tokenizer: the shape of the
// Llama 3 and Qwen files, or of SmolLM2's for the GPT-2 split.
func trainedComponents(pattern, bos string, bosID int32) components {
	c := components{Decoder: json.RawMessage(byteLevelJSON)}
	split := stageSplit(pattern)
	c.PreTokenizer = json.RawMessage(fmt.Sprintf(`{"type":"Sequence","pretokenizers":[%s,%s]}`, split, byteLevelJSON))
	if bos != "" {
		c.PostProcessor = bosTemplate(bos, bosID)
	}
	return c
}

func stageSplit(pattern string) string {
	return fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, jsonText(pattern))
}

// bosTemplate is the post-processor that puts one token in front of a text.
func bosTemplate(bos string, id int32) json.RawMessage {
	name := jsonText(bos)
	one := fmt.Sprintf(`{"SpecialToken":{"id":%s,"type_id":0}},{"Sequence":{"id":"A","type_id":0}}`, name)
	two := fmt.Sprintf(`%s,{"SpecialToken":{"id":%s,"type_id":1}},{"Sequence":{"id":"B","type_id":1}}`, one, name)
	return json.RawMessage(fmt.Sprintf(
		`{"type":"TemplateProcessing","single":[%s],"pair":[%s],"special_tokens":{%s:{"id":%s,"ids":[%d],"tokens":[%s]}}}`,
		one, two, name, name, id, name))
}
