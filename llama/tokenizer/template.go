package tokenizer

import (
	"encoding/json"
	"fmt"
)

type templatePiece struct {
	SpecialToken *struct{ ID string }
	Sequence     *struct{ ID string }
}

type templateSpec struct {
	IDs []int32 `json:"ids"`
}

// addPostProcessor reads what is put around a text.
func (t *Tokenizer) addPostProcessor(raw json.RawMessage, depth int) error {
	s, err := parseStage(raw, depth)
	if s == nil || err != nil {
		return err
	}
	switch s.Type {
	case "ByteLevel": // only trims offsets
		return nil
	case "Sequence":
		for _, p := range s.Processors {
			if err := t.addPostProcessor(p, depth+1); err != nil {
				return err
			}
		}
		return nil
	case "TemplateProcessing":
		return t.setTemplate(s)
	}
	return s.unsupported("ByteLevel, TemplateProcessing, Sequence")
}

func (t *Tokenizer) setTemplate(s *stage) error {
	var before, after []int32
	seen := false
	for i, p := range s.Single {
		switch {
		case p.Sequence != nil:
			if seen {
				return fmt.Errorf("TemplateProcessing: single holds the text more than once")
			}
			seen = true
		case p.SpecialToken != nil:
			spec, ok := s.SpecialTokens[p.SpecialToken.ID]
			if !ok {
				return fmt.Errorf("TemplateProcessing: special token %q is not defined", p.SpecialToken.ID)
			}
			for _, id := range spec.IDs {
				if id < 0 || int(id) >= len(t.tokens) {
					return fmt.Errorf("TemplateProcessing: special token %q: no token has id %d", p.SpecialToken.ID, id)
				}
			}
			if seen {
				after = append(after, spec.IDs...)
			} else {
				before = append(before, spec.IDs...)
			}
		default:
			return fmt.Errorf("TemplateProcessing: piece %d of single is neither Sequence nor SpecialToken", i)
		}
	}
	if !seen {
		return fmt.Errorf("TemplateProcessing: single does not hold the text")
	}
	// Later processors wrap around earlier ones.
	t.prefix = append(before, t.prefix...)
	t.suffix = append(t.suffix, after...)
	return nil
}
