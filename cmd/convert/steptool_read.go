package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/internal/jsonerr"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/dataset"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// stories are trajectories on their way from one form to another.
type stories = iter.Seq2[*story, error]

// story is a trajectory: an episode, and log-probabilities with their whole
// precision; nil when not all turns have them.
type story struct {
	*episode.Episode
	logProbs [][]float64
}

// each reads a file item by item; an error ends the reading.
func each[T any](path string, read func(r io.Reader) iter.Seq2[T, error], make func(n int, item T) (*story, error)) stories {
	return func(yield func(*story, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		n := 0
		for item, err := range read(f) {
			n++
			var s *story
			if err == nil {
				s, err = make(n, item)
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

func readRows(path string, l chat.Layout) stories {
	return each(path, func(r io.Reader) iter.Seq2[steptool.Row, error] { return steptool.Each(path, r) },
		func(n int, row steptool.Row) (*story, error) {
			c, err := l.Parse(row.Prompts, row.Responses)
			if err != nil {
				return nil, fmt.Errorf("%s: row %d: %w (is -template %s right for this file?)", path, n, err, l.Name())
			}
			return &story{Episode: episode.FromConversation(fmt.Sprintf("row-%d", n), c, row.Rewards), logProbs: row.LogProbs}, nil
		})
}

// readAnswers reads converted answers, or annotations, which hold the same calls
// and rewards for them.
func readAnswers(path string, l chat.Layout) stories {
	var o dataset.Options
	if l != nil {
		o.Layout = strings.TrimSuffix(l.Name(), "-react") // an episode has names for a system text
	}
	return each(path, pyliteral.StreamDict, func(_ int, it pyliteral.Item) (*story, error) {
		id := it.Key.(string)
		t, rewards, err := trajectoryOf(id, it.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: task %s: %w", path, id, err)
		}
		c, err := o.Conversation(t)
		if err != nil {
			return nil, err
		}
		return &story{Episode: episode.FromConversation(id, c, rewards)}, nil
	})
}

func trajectoryOf(id string, v any) (*dataset.Trajectory, []float64, error) {
	if d, ok := v.(pyliteral.Dict); ok {
		if _, judged := d.Get("process_reward"); judged {
			a, err := steptool.AnnotationOf(id, v)
			if err != nil {
				return nil, nil, err
			}
			return dataset.FromAnnotation(a)
		}
	}
	c, err := answers.FromValue(id, v)
	if err != nil {
		return nil, nil, err
	}
	t, err := dataset.FromConverted(c)
	return t, nil, err
}

func readEpisodes(path string, _ chat.Layout) stories {
	return each(path, func(r io.Reader) iter.Seq2[*episode.Episode, error] { return episodes(path, r) },
		func(_ int, e *episode.Episode) (*story, error) {
			s := &story{Episode: e}
			for i := range e.Turns {
				list := make([]float64, len(e.Turns[i].LogProbs))
				for k, x := range e.Turns[i].LogProbs {
					list[k] = float64(x)
				}
				s.logProbs = append(s.logProbs, list)
				if len(list) == 0 {
					s.logProbs = nil
					break
				}
			}
			return s, nil
		})
}

// episodes goes through the lines of trajectories.jsonl.
func episodes(path string, r io.Reader) iter.Seq2[*episode.Episode, error] {
	return func(yield func(*episode.Episode, error) bool) {
		d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
		for n := 1; ; n++ {
			var e *episode.Episode
			err := d.Decode(&e)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && (e == nil || e.Task == "") {
				err = errors.New("not an episode: no task")
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: trajectory %d: %w", path, n, jsonerr.Explain(err)))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
