package tokenizer

import (
	"encoding/json"
	"fmt"

	"github.com/stepgrain/stepgrain/internal/jsonerr"
)

// stage is any normalizer, pre-tokenizer, post-processor or decoder.
type stage struct {
	Type string `json:"type"`
	// Sequence
	Normalizers   []json.RawMessage `json:"normalizers"`
	PreTokenizers []json.RawMessage `json:"pretokenizers"`
	Processors    []json.RawMessage `json:"processors"`
	Decoders      []json.RawMessage `json:"decoders"`
	// ByteLevel
	AddPrefixSpace *bool `json:"add_prefix_space"`
	UseRegex       *bool `json:"use_regex"`
	// Digits
	IndividualDigits bool `json:"individual_digits"`
	// Split
	Pattern struct {
		Regex  *string
		String *string
	} `json:"pattern"`
	Behavior behavior `json:"behavior"`
	Invert   bool     `json:"invert"`
	// TemplateProcessing
	Single        []templatePiece         `json:"single"`
	SpecialTokens map[string]templateSpec `json:"special_tokens"`
}

// maxNesting bounds how deep Sequences may lie in Sequences.
const maxNesting = 8

// parseStage returns nil for an absent stage.
func parseStage(raw json.RawMessage, depth int) (*stage, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if depth > maxNesting {
		return nil, fmt.Errorf("Sequence nested more than %d deep", maxNesting)
	}
	s := new(stage)
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, jsonerr.Explain(err)
	}
	return s, nil
}

func (s *stage) unsupported(known string) error {
	return fmt.Errorf("%q is not supported (known: %s)", s.Type, known)
}

func (t *Tokenizer) setNormalizer(raw json.RawMessage) error {
	return t.addNormalizer(raw, 0)
}

func (t *Tokenizer) addNormalizer(raw json.RawMessage, depth int) error {
	s, err := parseStage(raw, depth)
	if s == nil || err != nil {
		return err
	}
	switch s.Type {
	case "NFC":
		t.nfc = true
		return nil
	case "Sequence":
		for _, n := range s.Normalizers {
			if err := t.addNormalizer(n, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return s.unsupported("NFC, Sequence")
}

// addPreTokenizer appends the steps of a pre-tokenizer and says whether a
// ByteLevel was among them.
func (t *Tokenizer) addPreTokenizer(raw json.RawMessage, depth int) (byteLevel bool, err error) {
	s, err := parseStage(raw, depth)
	if s == nil || err != nil {
		return false, err
	}
	switch s.Type {
	case "Sequence":
		for _, p := range s.PreTokenizers {
			if byteLevel {
				return false, fmt.Errorf("a step after ByteLevel is not supported")
			}
			if byteLevel, err = t.addPreTokenizer(p, depth+1); err != nil {
				return false, err
			}
		}
		return byteLevel, nil
	case "ByteLevel":
		if s.AddPrefixSpace == nil || *s.AddPrefixSpace { // true is the library's default
			t.steps = append(t.steps, prefixSpace{})
		}
		if s.UseRegex == nil || *s.UseRegex {
			t.steps = append(t.steps, scanner(scanGPT2))
		}
		return true, nil
	case "Digits":
		t.steps = append(t.steps, digits{s.IndividualDigits})
		return false, nil
	case "Split":
		p, err := s.split()
		t.steps = append(t.steps, p)
		return false, err
	}
	return false, s.unsupported("ByteLevel, Digits, Split, Sequence")
}

// split builds a Split.
func (s *stage) split() (preTokenizer, error) {
	switch s.Behavior {
	case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous:
	default:
		return nil, fmt.Errorf("Split: unknown behavior %q", s.Behavior)
	}
	switch {
	case s.Pattern.Regex != nil:
		if s.Behavior == isolated {
			return patternPreTokenizer(*s.Pattern.Regex)
		}
		re, err := compile(*s.Pattern.Regex)
		return splitter{re.find, s.Behavior, s.Invert}, err
	case s.Pattern.String != nil && *s.Pattern.String != "":
		return splitter{findString(*s.Pattern.String), s.Behavior, s.Invert}, nil
	}
	return nil, fmt.Errorf("Split: pattern needs a Regex or a String")
}

// patternPreTokenizer isolates the matches of a pattern: by hand-written code
// for the patterns in common use, by regexp2 for any other.
func patternPreTokenizer(pattern string) (preTokenizer, error) {
	if sc, ok := scanners[pattern]; ok {
		return sc, nil
	}
	if pattern == `\p{N}` {
		return digits{individual: true}, nil
	}
	re, err := compile(pattern)
	return splitter{find: re.find, behavior: isolated}, err
}

// checkDecoder accepts what decodes bytes; the decoder itself has no settings.
func checkDecoder(raw json.RawMessage, depth int) error {
	s, err := parseStage(raw, depth)
	if s == nil || err != nil {
		return err
	}
	switch s.Type {
	case "ByteLevel":
		return nil
	case "Sequence":
		for _, d := range s.Decoders {
			if err := checkDecoder(d, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return s.unsupported("ByteLevel, Sequence")
}
