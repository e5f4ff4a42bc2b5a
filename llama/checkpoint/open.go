package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/gguf"
	"github.com/stepgrain/stepgrain/llama/hf"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// Options say how to open a checkpoint. The zero value is right for most uses.
type Options struct {
	DType   kernels.DType // of the weights in memory; the zero value is F32
	Adapter string        // directory of a PEFT adapter to put on top, "" for none

	// Native keeps matrices that a GGUF file stores in blocks as they are, for
	// inference: see [gguf.File.Native]. A directory has none, which is an error.
	// Other weights are F32.
	Native bool
	// Compute is what the factors of products are rounded to: F32, or BF16; with
	// Native, F32 or I8 for the matrices in blocks.
	Compute kernels.DType
	// AsTrained rounds them as the run did that made the checkpoint, whatever
	// Compute says: a policy then plays with the bits that it was trained with.
	AsTrained bool
}

// Checkpoint is a model with what belongs to it.
type Checkpoint struct {
	Path      string
	Model     *llama.Model
	Tokenizer *tokenizer.Tokenizer // nil when the checkpoint has none, or one that is not read

	// NoTokenizer says why Tokenizer is nil. The model can still be used with
	// ids.
	NoTokenizer error

	// ChatTemplate is the Jinja text that lays out a conversation, "" when the
	// checkpoint has none. BOSToken and EOSToken are what it may refer to.
	ChatTemplate       string
	BOSToken, EOSToken string

	// StopIDs are the tokens that end a text or an answer, in ascending order.
	StopIDs []int32
}

// Open reads the checkpoint at path. Errors say which file is at fault.
func Open(path string, o Options) (*Checkpoint, error) {
	kind, err := kindOf(path)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Path: path}
	if kind == ggufFile {
		err = c.openGGUF(o)
	} else {
		err = c.openDir(o)
	}
	if err != nil {
		return nil, err
	}
	if dt, ok := llama.ParseCompute(c.Model.Config.Compute); ok && o.AsTrained {
		o.Compute = dt
	}
	if !o.Native {
		c.Model.SetCompute(o.Compute)
	}
	if o.Adapter != "" {
		if err := hf.LoadAdapter(c.Model, o.Adapter); err != nil {
			return nil, err
		}
	}
	c.StopIDs = append(c.StopIDs, c.Model.Config.EOSTokenIDs...)
	if t := c.Tokenizer; t != nil {
		c.StopIDs = append(c.StopIDs, t.EOS())
		if id, ok := t.ID(c.EOSToken); ok {
			c.StopIDs = append(c.StopIDs, id)
		}
	}
	slices.Sort(c.StopIDs)
	c.StopIDs = slices.Compact(slices.DeleteFunc(c.StopIDs, func(id int32) bool {
		return id < 0 || int(id) >= c.Model.Config.VocabSize
	}))
	return c, nil
}

// OpenTokenizer reads the tokenizer of the checkpoint at path, without its
// weights.
func OpenTokenizer(path string) (*tokenizer.Tokenizer, error) {
	kind, err := kindOf(path)
	if err != nil {
		return nil, err
	}
	if kind == directory {
		return loadTokenizer(path)
	}
	f, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Tokenizer()
}

type kind int

const (
	directory kind = iota
	ggufFile
)

// kindOf tells directories from GGUF files, and says what to give instead of
// things that look like a model and are none.
func kindOf(path string) (kind, error) {
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("checkpoint: %s is not there (want a checkpoint directory, a .gguf file, or the final/ directory of a run)", path)
	case err != nil:
		return 0, fmt.Errorf("checkpoint: %w", err)
	case st.IsDir():
		if exists(filepath.Join(path, "final", "config.json")) {
			return 0, fmt.Errorf("checkpoint: %s is the directory of a run: give %s", path, filepath.Join(path, "final"))
		}
		return directory, nil
	case strings.HasSuffix(path, ".gguf"):
		return ggufFile, nil
	case strings.HasSuffix(path, ".safetensors") || filepath.Base(path) == "config.json":
		return 0, fmt.Errorf("checkpoint: %s is one file of a checkpoint: give the directory that it is in", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	defer f.Close()
	var magic [4]byte
	if _, err := f.Read(magic[:]); err == nil && string(magic[:]) == "GGUF" {
		return ggufFile, nil
	}
	return 0, fmt.Errorf("checkpoint: %s is neither a directory nor a GGUF file", path)
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func (c *Checkpoint) openDir(o Options) (err error) {
	if o.Native {
		return fmt.Errorf("checkpoint: %s is a directory: only a GGUF file has blocks of quantised weights to keep; open it in f32 or bf16", c.Path)
	}
	if !exists(filepath.Join(c.Path, "config.json")) {
		return fmt.Errorf("checkpoint: %s is no checkpoint directory: it holds no config.json", c.Path)
	}
	if c.Model, err = hf.Load(c.Path, o.DType); err != nil {
		return err
	}
	t, err := hf.LoadTokenizerConfig(c.Path)
	if err != nil {
		return err
	}
	c.ChatTemplate, c.BOSToken, c.EOSToken = t.ChatTemplate, t.BOSToken, t.EOSToken
	if c.StopIDs, err = hf.GenerationEOS(c.Path); err != nil {
		return err
	}
	c.Tokenizer, c.NoTokenizer = loadTokenizer(c.Path)
	return nil
}

// loadTokenizer reads tokenizer.json of a directory.
func loadTokenizer(dir string) (*tokenizer.Tokenizer, error) {
	file := filepath.Join(dir, "tokenizer.json")
	if !exists(file) {
		if other := filepath.Join(dir, "tokenizer.model"); exists(other) {
			return nil, fmt.Errorf("checkpoint: %s is not read yet; a byte-level tokenizer.json is", other)
		}
		return nil, fmt.Errorf("checkpoint: %s has no tokenizer.json", dir)
	}
	return tokenizer.Load(file)
}

func (c *Checkpoint) openGGUF(o Options) error {
	f, err := gguf.Open(c.Path)
	if err != nil {
		return err
	}
	if o.Native {
		c.Model, err = f.Native(o.Compute)
	} else {
		c.Model, err = f.Model(o.DType)
	}
	if err != nil || !o.Native { // a native model reads from f when it is first used
		defer f.Close()
	}
	if err != nil {
		return err
	}
	c.ChatTemplate = f.Text("tokenizer.chat_template")
	if c.Tokenizer, c.NoTokenizer = f.Tokenizer(); c.Tokenizer != nil {
		c.BOSToken, c.EOSToken = c.Tokenizer.Token(c.Tokenizer.BOS()), c.Tokenizer.Token(c.Tokenizer.EOS())
	}
	return nil
}
