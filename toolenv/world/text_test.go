package world_test

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// renderer lays demonstrations out for a tokenizer trained on them, as a run
// does.
func renderer(t *testing.T, w *world.World, vocab int) *chat.Renderer {
	t.Helper()
	layout, err := chat.ByName("toolllama")
	if err != nil {
		t.Fatal(err)
	}
	texts := func(yield func(string) bool) {
		for i := range 3000 {
			d := w.Demo(i)
			if !yield(layout.Prompt(d.System, d.User).String()) {
				return
			}
			for _, turn := range d.Turns {
				if !yield(turn.Action) || !yield(layout.Observation(turn.Observation).String()) {
					return
				}
			}
		}
	}
	r, err := chat.NewRenderer(layout, tokenizer.Train(texts, vocab, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// measure counts the tokens of a renderer.
func measure(r *chat.Renderer) world.Measure {
	return world.Measure{
		Prompt:      func(system, user string) int { return len(r.PromptIDs(system, user)) },
		Action:      func(text string) int { return len(r.ActionIDs(text)) },
		Observation: func(text string) int { return len(r.ObservationIDs(text)) },
	}
}

// Two things that decide whether the world can be learned: every episode fits
// the context, and every piece that a good call of an evaluation set is made of
// occurs often enough, in calls, to learn to copy it.
func TestTokens(t *testing.T) {
	for _, c := range []struct {
		quick                   bool
		context, demonstrations int
		// of a whole run; here a part of it is counted and scaled up
		trained, want int
	}{
		{quick: false, context: 640, demonstrations: 5000, trained: 35000, want: 50},
		{quick: true, context: 512, demonstrations: 5000, trained: 11000, want: 50},
	} {
		t.Run(fmt.Sprintf("quick=%v", c.quick), func(t *testing.T) {
			w := world.New(1, world.Options{Quick: c.quick})
			r := renderer(t, w, 1024)
			if n, task := w.WorstCase(measure(r), 500); n > c.context {
				t.Errorf("task %s may need %d tokens, the context has %d", task, n, c.context)
			} else {
				t.Logf("the longest episode: task %s, %d tokens", task, n)
			}
			seen := make([]int, r.Len())
			tokens := 0
			for i := range c.demonstrations {
				d := w.Demo(i)
				tokens += len(r.PromptIDs(d.System, d.User))
				for _, turn := range d.Turns {
					ids := r.ActionIDs(turn.Action)
					tokens += len(ids) + len(r.ObservationIDs(turn.Observation))
					if turn.Masked {
						continue
					}
					for _, id := range ids {
						seen[id]++
					}
				}
			}
			t.Logf("%.1f tokens per demonstration", float64(tokens)/float64(c.demonstrations))
			for _, set := range world.Sets {
				rarest, least := "", 1<<30
				for _, e := range w.Set(set) {
					for _, action := range world.Gold(e) {
						for _, id := range r.ActionIDs(action) {
							if n := seen[id] * c.trained / c.demonstrations; n < least {
								rarest, least = r.Token(id), n
							}
						}
					}
				}
				t.Logf("%-9s rarest piece %q, %d times in training", set, rarest, least)
				if least < c.want {
					t.Errorf("set %s needs the piece %q, which training has %d times, want %d", set, rarest, least, c.want)
				}
			}
		})
	}
}
