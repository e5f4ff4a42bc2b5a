package judge

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// How much of an answer is shown to a judge that compares two, in characters.
const (
	maxFinal   = 1000
	maxDetails = 3000
)

// shownJSON is an answer as it is compared: without the name of the method, both
// parts cut.
func shownJSON(c *answers.Converted) string {
	d := stripped(c)
	for i := range d {
		if d[i].Key == "answer_details" {
			d[i].Value = firstCharacters(pyliteral.Dumps(d[i].Value, pyliteral.JSONStyle{ASCII: true}), maxDetails)
		}
	}
	return pyliteral.Dumps(d, pyliteral.JSONStyle{ASCII: true})
}

// stripped is an answer as the release compares it: it meant to cut the details
// too, but cuts a list of one element.
func stripped(c *answers.Converted) pyliteral.Dict {
	v, _ := c.Value().Get("answer")
	var out pyliteral.Dict
	for _, it := range v.(pyliteral.Dict) {
		switch it.Key {
		case "method":
			continue
		case "final_answer":
			it.Value = firstCharacters(c.Answer.FinalAnswer, maxFinal)
		}
		out = append(out, it)
	}
	return out
}

// identical reports whether two answers say and did the same.
func identical(a, b *answers.Converted) bool {
	x, y := stripped(a), stripped(b)
	for _, key := range []string{"final_answer", "answer_details"} {
		v, _ := x.Get(key)
		w, _ := y.Get(key)
		if pyliteral.Repr(v) != pyliteral.Repr(w) {
			return false
		}
	}
	return true
}

// firstCharacters is s[:n] of Python, where half a surrogate pair, which takes
// three bytes here, is a character.
func firstCharacters(s string, n int) string {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && size == 1 && len(s) >= at+3 && s[at] == 0xED {
			size = 3
		}
		at += size
	}
	return s[:at]
}

// readIndex reads which of two answers was chosen.
func readIndex(v any) (int, error) {
	m, err := selectBetter.member(v, "index")
	if err != nil {
		return 0, err
	}
	if n, ok := pythonInt(m); ok && (n == 0 || n == 1) {
		return n, nil
	}
	return 0, selectBetter.wrong("index is %s: want 0 or 1", short(m))
}

// pythonInt is int(v) of Python, for numbers of a size that matters here.
func pythonInt(v any) (int, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return int(v), true
	case *big.Int:
		return 2, true // too large for any index
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, false
		}
		return int(math.Trunc(max(-9, min(v, 9)))), true
	case string:
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(v), "_", ""))
		return n, err == nil
	}
	return 0, false
}
