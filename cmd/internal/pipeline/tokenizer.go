package pipeline

import (
	"path/filepath"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// trainTokenizer learns a vocabulary from demonstrations as the model will meet
// them: each piece of a conversation with the words of its layout. Nothing of
// the evaluation sets is in it.
func (r *run) trainTokenizer() *tokenizer.Tokenizer {
	layout, err := chat.ByName(r.config.Model.Template)
	if err != nil {
		panic(err) // the configuration allows known names only
	}
	texts := func(yield func(string) bool) {
		for i := range r.config.Tokenizer.Episodes {
			d := r.world.Demo(i)
			if !yield(layout.Prompt(d.System, d.User).String()) {
				return
			}
			for _, t := range d.Turns {
				if !yield(t.Action) || !yield(layout.Observation(t.Observation).String()) {
					return
				}
			}
		}
	}
	return tokenizer.Train(texts, r.config.Tokenizer.Vocab, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText))
}

// saveTokenizer writes tokenizer.json and tokenizer_config.json.
func (r *run) saveTokenizer(dir string) error {
	if err := r.tokenizer.Save(filepath.Join(dir, tokenizerFile)); err != nil {
		return err
	}
	return hf.SaveTokenizerConfig(dir, r.tokenizerConfig)
}
