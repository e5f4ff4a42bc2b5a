package local

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Options say which model plays, and how. Zero values ask for the defaults.
type Options struct {
	Path    string // a checkpoint directory, a .gguf file, or the final/ directory of a run
	Adapter string // a PEFT adapter to put on top
	Layout  string // one of chat.Names, or TemplateLayout; "" guesses from the checkpoint's chat template

	Temperature float64 // 0 takes the likeliest token
	TopP        float64 // 0: all tokens
	TopK        int     // 0: all tokens
	MaxTokens   int     // of one turn; default 512
	Context     int     // tokens of a conversation; default: the model's, at most 8192
	Seed        uint64  // of the random streams

	Workers int   // goroutines that compute; default: one per core. Changes no result
	MaxRows int   // turns at once; default 64
	Memory  int64 // bytes of the KV cache; default 1 GiB, and at least one full context
	Apart   bool  // every turn computes its whole prompt: nothing is shared
}

// Model plays. It is safe for concurrent use.
type Model struct {
	o       Options
	layout  layout
	tok     *tokenizer.Tokenizer
	engine  *llama.Engine
	stop    []int32
	context int // tokens
	vocab   int // of the model
	pages   int // of the KV cache at most
	close   func() error

	loop
}

// Open reads a checkpoint and starts its engine. Close frees it.
func Open(o Options) (*Model, error) {
	c, err := checkpoint.Open(o.Path, checkpoint.Options{Adapter: o.Adapter, AsTrained: true})
	if err != nil {
		return nil, err
	}
	if c.Tokenizer == nil {
		return nil, fmt.Errorf("%s cannot be talked to: %w", o.Path, c.NoTokenizer)
	}
	if o.Layout == "" {
		if o.Layout, err = Guess(c.ChatTemplate); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Path, err)
		}
	}
	layout, stop, err := layoutOf(c, o.Layout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Path, err)
	}
	dev, err := cpu.New(cpu.Options{Workers: o.Workers, Impl: cpu.ImplFromEnv()})
	if err != nil {
		return nil, err
	}
	m := start(c.Model, dev, c.Tokenizer, layout, stop, o)
	m.close = func() error { dev.Close(); return nil }
	return m, nil
}

// layoutOf makes the layout of a name for a checkpoint, and the tokens that end a
// turn.
func layoutOf(c *checkpoint.Checkpoint, name string) (layout, []int32, error) {
	if name == TemplateLayout {
		t, err := newTemplate(c.ChatTemplate, c.BOSToken, c.EOSToken, c.Tokenizer, c.StopIDs)
		return t, c.StopIDs, err
	}
	l, err := chat.ByName(name)
	if err != nil {
		return nil, nil, err
	}
	r, err := chat.NewRenderer(l, c.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	return rendered{r}, slices.Concat(r.StopIDs(), c.StopIDs), nil
}

// Guess names the layout that a chat template is in: TemplateLayout when it is
// none of those known, which lays conversations out by the template itself.
func Guess(template string) (string, error) {
	switch {
	case strings.Contains(template, `'\nBegin!\n\n'`):
		return "toolllama", nil // of our own trainer
	case strings.Contains(template, "<|im_start|>"):
		return "qwen2-react", nil
	case strings.Contains(template, "<|start_header_id|>"):
		return "llama3-1-react", nil
	case template == "":
		return "", errors.New("there is no chat template to tell the layout from: name one (" + strings.Join(chat.Names(), ", ") + ")")
	}
	return TemplateLayout, nil
}

// New starts an engine for a model that is in memory. Path, Adapter, Layout and
// Workers of the options do not count.
func New(model *llama.Model, dev kernels.Backend, r *chat.Renderer, o Options) *Model {
	return start(model, dev, r.Tokenizer, rendered{r}, r.StopIDs(), o)
}

func start(model *llama.Model, dev kernels.Backend, tok *tokenizer.Tokenizer, l layout, stop []int32, o Options) *Model {
	if o.Temperature < 0 || o.TopP < 0 || o.TopP > 1 || o.TopK < 0 {
		panic(fmt.Sprintf("local: temperature %g, top-p %g, top-k %d: out of range", o.Temperature, o.TopP, o.TopK))
	}
	if o.MaxTokens <= 0 {
		o.MaxTokens = 512
	}
	if o.MaxRows <= 0 {
		o.MaxRows = 64
	}
	if o.Memory <= 0 {
		o.Memory = 1 << 30
	}
	if o.Context <= 0 {
		o.Context = 8192
	}
	o.Context = min(o.Context, model.Config.MaxPositionEmbeddings)
	m := &Model{o: o, layout: l, tok: tok, stop: stop, context: o.Context, vocab: model.Config.VocabSize, close: func() error { return nil }}
	m.pages = max(int(o.Memory/int64(llama.PageBytes(model, dev))), pagesOf(m.context))
	m.engine = llama.NewEngine(model, dev, llama.EngineOptions{MaxRows: o.MaxRows, MaxContext: m.context, MaxPages: m.pages})
	m.begin(m)
	return m
}

// pagesOf is how many pages so many tokens take.
func pagesOf(tokens int) int { return (tokens + kernels.KVChunk - 1) / kernels.KVChunk }
