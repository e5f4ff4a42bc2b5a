package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
)

// playedEpisode is an episode prepared for the page.
type playedEpisode struct {
	*episode.Episode
	Turns []playedTurn
	Scale float64 // the advantage that is drawn in full colour
}

type playedTurn struct {
	Tokens      []colouredToken
	Observation string
	Rewards     []episode.Reward
	ParseError  string
}

// colouredToken is a sampled token: its text, its colour, and its numbers for
// whoever points at it.
type colouredToken struct {
	Text  string
	Style template.CSS
	Title string
}

// colour gives every sampled token a background: blue where its advantage is
// positive, red where negative, full at the episode's 95th percentile.
func colour(e *episode.Episode, piece func(int32) string) playedEpisode {
	p := playedEpisode{Episode: e, Scale: scale(e)}
	for i := range e.Turns {
		t := &e.Turns[i]
		out := playedTurn{Observation: t.Observation, Rewards: t.Rewards, ParseError: t.ParseError}
		first, behind := t.Span[0], t.Span[1]
		if piece == nil || len(t.Advantages) != behind-first || first < 0 || behind > len(e.Tokens) {
			out.Tokens = []colouredToken{{Text: t.Action}}
		} else {
			for j := range t.Advantages {
				out.Tokens = append(out.Tokens, tokenOf(t, j, readable(piece(e.Tokens[first+j])), p.Scale))
			}
		}
		p.Turns = append(p.Turns, out)
	}
	return p
}

func tokenOf(t *episode.Turn, j int, text string, full float64) colouredToken {
	a := float64(t.Advantages[j])
	alpha := .85 * math.Min(1, math.Abs(a)/full)
	base := "36,113,200"
	if a < 0 {
		base = "214,69,65"
	}
	return colouredToken{
		Text:  text,
		Style: template.CSS(fmt.Sprintf("background:rgba(%s,%.2f)", base, alpha)),
		Title: fmt.Sprintf("advantage %+.3f · value %.3f · log p %.3f · return %.3f", a, at(t.Values, j), at(t.LogProbs, j), at(t.Returns, j)),
	}
}

func at(x []float32, j int) float64 {
	if j < len(x) {
		return float64(x[j])
	}
	return math.NaN()
}

// scale is the 95th percentile of |advantage|, at least a small number.
func scale(e *episode.Episode) float64 {
	var all []float64
	for i := range e.Turns {
		for _, a := range e.Turns[i].Advantages {
			all = append(all, math.Abs(float64(a)))
		}
	}
	if len(all) == 0 {
		return 1
	}
	slices.Sort(all)
	return max(all[len(all)*95/100], 1e-6)
}

// readable shows bytes that are no text (a token may end inside a character).
func readable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "�")
}
