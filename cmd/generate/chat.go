package main

import (
	"fmt"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/checkpoint"
)

// renderChat lays a conversation out by the checkpoint's chat template, up to
// the header of the answer.
func renderChat(c *checkpoint.Checkpoint, conversation []byte) (string, error) {
	if c.ChatTemplate == "" {
		return "", fmt.Errorf("%s has no chat template (chat_template of tokenizer_config.json): write the text out and give it as -prompt", c.Path)
	}
	t, err := chat.NewTemplate(c.ChatTemplate, c.BOSToken, c.EOSToken)
	if err != nil {
		return "", err
	}
	return t.RenderJSON(conversation, true)
}
