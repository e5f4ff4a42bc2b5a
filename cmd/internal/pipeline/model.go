package pipeline

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/stepgrain/stepgrain/internal/rng"
	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/nn"
)

// start is the first stage: tokenizer and model.
func (r *run) start(ctx context.Context) error {
	if err := r.openModel(); err != nil {
		return err
	}
	p := r.model.Config
	r.out.Printf("model %s: %d layers, d %d, %d parameters, vocabulary %d, context %d, computing with %s",
		p.ModelType, p.NumHiddenLayers, p.HiddenSize, p.Parameters(), p.VocabSize, p.MaxPositionEmbeddings, r.config.Impl)
	if c := r.config.Model; c.Context > p.MaxPositionEmbeddings {
		r.out.Printf("note: model.context is %d, but the checkpoint has positions for %d tokens: that is the longest episode", c.Context, p.MaxPositionEmbeddings)
	}
	if r.config.SFT.From == "" && r.config.SFT.Tokens > 0 {
		r.state.Stage = "sft"
		return ctx.Err()
	}
	if err := r.imitated(); err != nil {
		return err
	}
	return r.checkpoint("eval-sft", nil)
}

// openModel makes tokenizer, renderer and model as the stage begins with them.
// When a stage is resumed in its middle, its trainer restores the weights.
func (r *run) openModel() error {
	if r.model != nil {
		return nil
	}
	c := r.config
	var err error
	switch {
	case c.Data.File != "":
		err = r.openCheckpoint(c.Model.Path)
	case r.state.Stage != "start" && r.state.Stage != "sft":
		err = r.openCheckpoint(r.dir.File(sftDir))
	case c.SFT.From != "":
		err = r.openCheckpoint(filepath.Join(c.SFT.From, sftDir))
	case c.Model.Path != "":
		err = r.openCheckpoint(c.Model.Path)
	case r.state.Stage == "start":
		r.out.Printf("training a tokenizer of %d entries on %d demonstrations", c.Tokenizer.Vocab, c.Tokenizer.Episodes)
		r.tokenizer = r.trainTokenizer()
		err = r.newModel(true)
	default:
		if r.tokenizer, err = tokenizer.Load(filepath.Join(r.from, tokenizerFile)); err == nil {
			err = r.newModel(false)
		}
	}
	if err != nil {
		return err
	}
	if dt, ok := llama.ParseCompute(c.Precision); ok && c.Reads("precision") {
		r.model.SetCompute(dt)
	}
	layout, err := chat.ByName(c.Model.Template)
	if err != nil {
		return err
	}
	r.renderer, err = chat.NewRenderer(layout, r.tokenizer)
	return err
}

// openCheckpoint reads a model with its tokenizer.
func (r *run) openCheckpoint(path string) error {
	dt := kernels.F32
	if r.config.Reads("compat.dtype") && r.config.Compat.DType == "f64" {
		dt = kernels.F64
	}
	ck, err := checkpoint.Open(path, checkpoint.Options{DType: dt})
	if err != nil {
		return err
	}
	if ck.Tokenizer == nil {
		return fmt.Errorf("%s: a policy needs its tokenizer: %w", path, ck.NoTokenizer)
	}
	if have, rows := ck.Tokenizer.Len(), ck.Model.Config.VocabSize; have > rows {
		return fmt.Errorf("%s: the tokenizer has %d tokens, the model's embedding only %d rows: take the last tokens out of the tokenizer, or enlarge the embedding", path, have, rows)
	}
	r.model, r.tokenizer = ck.Model, ck.Tokenizer
	r.tokenizerConfig = hf.TokenizerConfig{BOSToken: ck.BOSToken, EOSToken: ck.EOSToken, ChatTemplate: ck.ChatTemplate, ModelMaxLength: ck.Model.Config.MaxPositionEmbeddings}
	return nil
}

// addAdapters freezes the model and puts adapters on it, where asked for.
func (r *run) addAdapters(stage string) error {
	l := r.config.LoRA
	if l.R == 0 {
		return nil
	}
	nn.SetTrainable(r.model, false)
	return r.model.AddLoRA(l.R, l.Alpha, l.Targets, rng.Derive(r.config.Seed, "lora", stage))
}

// newModel makes a model of the configured shape.
func (r *run) newModel(initialise bool) error {
	m := r.config.Model
	no := false
	r.tokenizerConfig = hf.TokenizerConfig{EOSToken: chat.EndOfText, AddBOSToken: &no, ChatTemplate: chatTemplate, ModelMaxLength: m.Context}
	var err error
	r.model, err = llama.New(llama.Config{
		ModelType: "llama", VocabSize: r.tokenizer.Len(), HiddenSize: m.Dim, IntermediateSize: m.MLP, NumHiddenLayers: m.Layers,
		NumAttentionHeads: m.Heads, NumKeyValueHeads: m.KVHeads, HeadDim: m.Dim / m.Heads,
		RMSNormEps: 1e-5, RopeTheta: m.RopeTheta, MaxPositionEmbeddings: m.Context, TieWordEmbeddings: true, EOSTokenIDs: []int32{r.tokenizer.EOS()},
	}, kernels.F32)
	switch {
	case err != nil || !initialise:
	case m.Init == "copy":
		err = r.model.InitCopy(rng.Derive(r.config.Seed, "init"))
	default:
		r.model.Init(rng.Derive(r.config.Seed, "init"))
	}
	return err
}

// imitated ends the imitation: the model is kept for sft.from, for resuming
// and for the record, and is the reference of what follows.
func (r *run) imitated() error {
	r.state.Stage = "eval-sft"
	return r.dir.Replace(sftDir, func(dir string) error { return r.saveModel(dir, r.config.Model.Path) })
}

// reinforcedFrom is the checkpoint that reinforcement begins with: what its
// adapters are for.
func (r *run) reinforcedFrom() (string, error) {
	if r.config.Data.File != "" {
		return r.config.Model.Path, nil
	}
	return filepath.Abs(r.dir.File(sftDir))
}

// saveModel writes a Hugging Face checkpoint. Adapters are written apart, with
// the path of the checkpoint that they were put on, and merged into the weights.
func (r *run) saveModel(dir, base string) error {
	if r.asReleased != nil && r.asReleased.trainer != nil {
		if err := hf.SaveValueHead(dir, r.asReleased.trainer.Head, map[string]string{"kind": "shared"}); err != nil {
			return err
		}
	}
	if r.model.HasAdapters() {
		if err := hf.SaveAdapter(filepath.Join(dir, "adapter"), r.model, base, ""); err != nil {
			return err
		}
		r.model.Merge()
	}
	if err := hf.Save(dir, r.model, ""); err != nil {
		return err
	}
	return r.saveTokenizer(dir)
}
