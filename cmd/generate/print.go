package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// printer shows samples as they come: a single one as a stream of text, several
// one after the other when each is complete, and JSON a line per sample. The
// order of samples is that of their numbers.
type printer struct {
	o      *options
	tok    *tokenizer.Tokenizer // nil: ids are shown instead of text
	prompt []int32
	scores []float32
	out    io.Writer
	err    error // the first error of out

	stream *tokenizer.Stream
	shown  int                   // tokens of the stream
	done   map[int]*llama.Result // complete, and waiting for those before
	next   int
}

func newPrinter(o *options, c *checkpoint.Checkpoint, prompt []int32, out io.Writer) *printer {
	p := &printer{o: o, tok: c.Tokenizer, prompt: prompt, out: out, done: map[int]*llama.Result{}}
	if p.tok != nil {
		p.stream = p.tok.NewStream(true)
	}
	return p
}

func (p *printer) print(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

// streaming says whether tokens are shown as they come.
func (p *printer) streaming() bool { return !p.o.json && p.o.n == 1 }

// score takes the log-probabilities of the prompt's tokens from the second on.
func (p *printer) score(logprobs []float32) {
	p.scores = logprobs
	if p.o.json {
		return
	}
	p.print("%5s %7s %9s\n", "pos", "id", "logprob")
	sum := 0.0
	for i, id := range p.prompt {
		text, lp := "", ""
		if p.tok != nil {
			text = " " + strconv.Quote(p.tok.Decode([]int32{id}))
		}
		if i > 0 {
			lp = fmt.Sprintf("%.4f", logprobs[i-1])
			sum += float64(logprobs[i-1])
		}
		p.print("%5d %7d %9s%s\n", i, id, lp, text)
	}
	if n := len(logprobs); n > 0 {
		p.print("sum %.4f over %d tokens, perplexity %.3f\n", sum, n, math.Exp(-sum/float64(n)))
	}
	if p.o.max > 0 {
		p.print("\n")
	}
}

// token shows a new token of the only sample.
func (p *printer) token(id int32) {
	if p.streaming() {
		p.print("%s", p.piece(id))
	}
}

func (p *printer) piece(id int32) string {
	if p.tok != nil {
		return p.stream.Push(id)
	}
	p.shown++
	if p.shown > 1 {
		return fmt.Sprintf(",%d", id)
	}
	return strconv.Itoa(int(id))
}

// end says that sample i is complete.
func (p *printer) end(i int, r *llama.Result) {
	if p.streaming() {
		if p.tok != nil {
			p.print("%s", p.stream.Flush())
		}
		if len(r.IDs) > 0 {
			p.print("\n")
		}
		return
	}
	p.done[i] = r
	for ; p.done[p.next] != nil; p.next++ {
		p.sample(p.next, p.done[p.next])
		delete(p.done, p.next)
	}
}

// sample shows a complete sample.
func (p *printer) sample(i int, r *llama.Result) {
	if p.o.json {
		p.print("%s", p.line(r))
		return
	}
	text := ""
	if p.tok != nil {
		text = p.tok.DecodeSkip(r.IDs)
	} else {
		text = strings.Trim(strings.ReplaceAll(fmt.Sprint(r.IDs), " ", ","), "[]")
	}
	p.print("--- %d (%s after %d tokens)\n%s\n", i+1, r.Reason, len(r.IDs), text)
}

// line is a sample as a line of JSON.
func (p *printer) line(r *llama.Result) []byte {
	var scores *[]float32
	if p.o.score {
		list := notNil(p.scores)
		scores = &list
	}
	text := ""
	if p.tok != nil {
		text = p.tok.Decode(r.IDs)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		PromptIDs      []int32    `json:"prompt_ids"`
		PromptLogProbs *[]float32 `json:"prompt_logprobs,omitempty"`
		IDs            []int32    `json:"ids"`
		LogProbs       []float32  `json:"logprobs"`
		Text           string     `json:"text"`
		FinishReason   string     `json:"finish_reason"`
	}{p.prompt, scores, notNil(r.IDs), notNil(r.LogProbs), text, r.Reason})
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("the model gives log-probabilities that are not numbers (%w): are its weights damaged?", err)
	}
	return b.Bytes()
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
