package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/llama/checkpoint"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

// promptIDs returns the tokens to be continued.
func promptIDs(o *options, c *checkpoint.Checkpoint, stdin io.Reader) (ids []int32, err error) {
	defer tokenizer.Recover(&err) // the tokenizer may be anyone's
	ids = o.ids
	switch {
	case o.given == "ids":
	case c.Tokenizer == nil:
		return nil, fmt.Errorf("%w: give the prompt as -ids", c.NoTokenizer)
	case o.given == "prompt":
		ids = c.Tokenizer.Encode(o.prompt, tokenizer.WithAdditions)
		if len(ids) == 0 {
			if ids = bos(c); ids == nil {
				return nil, errors.New("the prompt is empty, and the tokenizer has no token to begin a text with")
			}
		}
	case o.given == "chat":
		text, err := readChat(o.chat, stdin)
		if err != nil {
			return nil, err
		}
		rendered, err := renderChat(c, text)
		if err != nil {
			return nil, fmt.Errorf("-chat %s: %w", o.chat, err)
		}
		ids = c.Tokenizer.Encode(rendered, tokenizer.Special)
		if len(ids) == 0 {
			return nil, fmt.Errorf("-chat %s: the chat template makes an empty text of it", o.chat)
		}
	}
	cfg := c.Model.Config
	for _, id := range ids {
		if int(id) >= cfg.VocabSize {
			return nil, fmt.Errorf("token %d is outside the vocabulary of the model, %d tokens", id, cfg.VocabSize)
		}
	}
	if len(ids) > cfg.MaxPositionEmbeddings {
		return nil, fmt.Errorf("the prompt has %d tokens, the context of the model holds %d", len(ids), cfg.MaxPositionEmbeddings)
	}
	return ids, nil
}

func bos(c *checkpoint.Checkpoint) []int32 {
	if id := c.Tokenizer.BOS(); id >= 0 {
		return []int32{id}
	}
	return nil
}

func readChat(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("-chat: %w", err)
	}
	return text, nil
}
