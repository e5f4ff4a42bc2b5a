package chat

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// The released example files come apart in their layouts, and laid out again
// they are the same text.
func TestReleasedRows(t *testing.T) {
	dir := filepath.Join(golden.Dir(t), "..", "steptool", "data_train")
	seen := 0
	for _, name := range Names() {
		files, _ := filepath.Glob(filepath.Join(dir, name, "step_grained_for_ppo_*.csv"))
		l, _ := ByName(name)
		for _, f := range files {
			rows, err := steptool.Load(f)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				c, err := l.Parse(row.Prompts, row.Responses)
				if err != nil {
					t.Errorf("%s row %d: %v", name, i+1, err)
					continue
				}
				seen++
				text := l.Prompt(c.System, c.User).String()
				for k, turn := range c.Turns {
					text += l.Action(turn.Action).String()
					if k+1 < len(c.Turns) {
						text += l.Observation(turn.Observation).String()
					}
				}
				want := ""
				for k := range row.Prompts {
					want += row.Prompts[k] + row.Responses[k]
				}
				// Ours ends a toolllama action with </s> and leaves out what stands
				// behind the last action.
				text = strings.ReplaceAll(text, "</s>", "")
				if strings.TrimSuffix(want, "\n") != text {
					t.Errorf("%s row %d:\n got %q\nwant %q", name, i+1, text, want)
				}
			}
		}
	}
	if seen == 0 {
		t.Skip("no step_grained_for_ppo_*.csv")
	}
	t.Logf("%d rows", seen)
}

// Pieces tokenised on their own give the ids of the whole text tokenised at
// once wherever special tokens separate them.
func TestPiecesEqualWhole(t *testing.T) {
	dir := golden.Dir(t)
	models, _ := filepath.Glob(filepath.Join(dir, "trainer", "*", "model"))
	compared := 0
	for _, m := range models {
		tok, err := tokenizer.Load(m)
		if err != nil {
			t.Logf("%s left out: %v", m, err)
			continue
		}
		for _, name := range Names() {
			l, _ := ByName(name)
			r, err := NewRenderer(l, tok)
			if err != nil || name == "toolllama" || name == "toolllama-react" {
				continue
			}
			out, err := r.Render(talk, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			text := l.Prompt(talk.System, talk.User).String() + l.Action(talk.Turns[0].Action).String() +
				l.Observation(talk.Turns[0].Observation).String() + l.Action(talk.Turns[1].Action).String()
			if want := tok.Encode(text, tokenizer.WithAdditions); !slices.Equal(out.IDs, want) {
				t.Errorf("%s %s:\n got %v\nwant %v", m, name, out.IDs, want)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Skip("no model with the tokens of a layout")
	}
}
