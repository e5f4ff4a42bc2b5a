package chat

import (
	"fmt"
	"slices"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Renderer turns conversations into token ids: a layout and a tokenizer.
// It is safe for concurrent use. Where its methods return no error they panic as
// [tokenizer.Tokenizer.Encode] does, which only a foreign tokenizer can make happen.
type Renderer struct {
	Layout
	*tokenizer.Tokenizer
	special map[string]int32 // of the layout
	stop    []int32
}

// NewRenderer checks that the tokenizer has the tokens that the layout needs.
func NewRenderer(l Layout, t *tokenizer.Tokenizer) (*Renderer, error) {
	r := &Renderer{Layout: l, Tokenizer: t, special: map[string]int32{}}
	for _, piece := range []Piece{l.Prompt("", ""), l.Observation(""), l.Action("")} {
		for _, part := range piece {
			if !part.Special {
				continue
			}
			id, err := r.tokenOf(part.Text)
			if err != nil {
				return nil, err
			}
			r.special[part.Text] = id
		}
	}
	action := l.Action("")
	r.stop = []int32{r.special[action[len(action)-1].Text]}
	if eos := t.EOS(); eos >= 0 && !slices.Contains(r.stop, eos) {
		r.stop = append(r.stop, eos)
	}
	return r, nil
}

func (r *Renderer) tokenOf(name string) (int32, error) {
	if id, ok := r.ID(name); ok && r.IsSpecial(id) {
		return id, nil
	}
	if name == EndOfText && r.EOS() >= 0 {
		return r.EOS(), nil
	}
	if name == EndOfText {
		return 0, fmt.Errorf("chat: layout %s ends actions with the end-of-sequence token, but the tokenizer names none (eos_token in tokenizer_config.json)", r.Name())
	}
	return 0, fmt.Errorf("chat: layout %s needs the special token %s, which the tokenizer lacks: is it the right -template for this model?", r.Name(), name)
}

// append appends the ids of a piece. Text between special tokens is encoded in
// one go and literally: no text can become a token of control, special or not.
func (r *Renderer) append(ids []int32, p Piece) []int32 {
	for i := 0; i < len(p); i++ {
		if p[i].Special {
			ids = append(ids, r.special[p[i].Text])
			continue
		}
		s := p[i].Text
		for i+1 < len(p) && !p[i+1].Special {
			i++
			s += p[i].Text
		}
		ids = r.Append(ids, s, tokenizer.Literal)
	}
	return ids
}

// PromptIDs are the ids before the first action, BOS first if the tokenizer
// begins texts with one: the only place where it stands.
func (r *Renderer) PromptIDs(system, user string) []int32 {
	return r.append(r.Prefix(), r.Prompt(system, user))
}

// ObservationIDs are the ids between two actions.
func (r *Renderer) ObservationIDs(text string) []int32 { return r.append(nil, r.Observation(text)) }

// ActionIDs are the ids of an action, its end-of-turn token last.
func (r *Renderer) ActionIDs(text string) []int32 { return r.append(nil, r.Action(text)) }

// EndOfTurn is the id that ends an action.
func (r *Renderer) EndOfTurn() int32 { return r.stop[0] }

// StopIDs are the ids that end an action when sampled: the end of turn, and the
// tokenizer's end of sequence where that is another token.
func (r *Renderer) StopIDs() []int32 { return slices.Clone(r.stop) }

// ActionText is the text of sampled ids without the token that ended them.
func (r *Renderer) ActionText(ids []int32) string {
	if n := len(ids); n > 0 && slices.Contains(r.stop, ids[n-1]) {
		ids = ids[:n-1]
	}
	return r.Decode(ids)
}
