package tokenizer

import "strings"

// A preTokenizer cuts a text into pieces that BPE never merges across. It must
// be safe for concurrent use.
type preTokenizer interface {
	pieces(s string, emit func(string))
}

// pieces of a scanner cover the whole text.
func (next scanner) pieces(s string, emit func(string)) {
	for s != "" {
		n := next(s)
		emit(s[:n])
		s = s[n:]
	}
}

// digits cuts at numeric characters (Unicode N): each alone, or runs of them.
type digits struct{ individual bool }

func (d digits) pieces(s string, emit func(string)) {
	start := 0
	for i := 0; i < len(s); {
		c, n := classAt(s, i)
		if c != number {
			i += n
			continue
		}
		if start < i {
			emit(s[start:i])
		}
		end := i + n
		if !d.individual {
			end = run(s, end, number)
		}
		emit(s[i:end])
		i, start = end, end
	}
	if start < len(s) {
		emit(s[start:])
	}
}

// prefixSpace puts a space in front of a piece that has none.
type prefixSpace struct{}

func (prefixSpace) pieces(s string, emit func(string)) {
	if !strings.HasPrefix(s, " ") {
		s = " " + s
	}
	emit(s)
}

// behavior says what a Split does with the matches of its pattern (delimiters).
type behavior string

const (
	removed            behavior = "Removed"
	isolated           behavior = "Isolated"
	mergedWithPrevious behavior = "MergedWithPrevious"
	mergedWithNext     behavior = "MergedWithNext"
	contiguous         behavior = "Contiguous"
)

// splitter is the general Split: any finder of matches, any behaviour.
type splitter struct {
	find     func(s string, match func(from, to int))
	behavior behavior
	invert   bool
}

// cut is a stretch of text that matched or lay between matches.
type cut struct {
	from, to int
	match    bool
}

func (sp splitter) pieces(s string, emit func(string)) {
	var cuts []cut
	at := 0
	add := func(from, to int, match bool) {
		if from < to {
			cuts = append(cuts, cut{from, to, match != sp.invert})
		}
	}
	sp.find(s, func(from, to int) {
		add(at, from, false)
		add(from, to, true)
		at = to
	})
	add(at, len(s), false)
	for i := 0; i < len(cuts); i++ {
		c := cuts[i]
		switch sp.behavior {
		case removed:
			if c.match {
				continue
			}
		case mergedWithPrevious: // one delimiter joins the stretch before it
			if !c.match && i+1 < len(cuts) && cuts[i+1].match {
				i++
				c.to = cuts[i].to
			}
		case mergedWithNext:
			if c.match && i+1 < len(cuts) && !cuts[i+1].match {
				i++
				c.to = cuts[i].to
			}
		case contiguous:
			for i+1 < len(cuts) && cuts[i+1].match == c.match {
				i++
				c.to = cuts[i].to
			}
		}
		emit(s[c.from:c.to])
	}
}

// findString finds a literal.
func findString(lit string) func(string, func(int, int)) {
	return func(s string, match func(int, int)) {
		for at := 0; ; {
			i := strings.Index(s[at:], lit)
			if i < 0 {
				return
			}
			match(at+i, at+i+len(lit))
			at += i + len(lit)
		}
	}
}
