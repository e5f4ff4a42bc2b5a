package pipeline

import (
	"path/filepath"

	"github.com/stepgrain/stepgrain/llama/hf"
)

// chatTemplate is the layout "toolllama" of package chat as a Jinja template,
// which lets generate -chat and other software talk to the trained model.
const chatTemplate = `{%- for m in messages -%}
{%- if m.role == 'system' -%}{{- 'System:\n' + m.content + '\n' -}}
{%- elif m.role == 'user' -%}{{- 'User:\n' + m.content + '\nBegin!\n\n' -}}
{%- elif m.role == 'assistant' -%}{{- 'Assistant:\n' + m.content + eos_token + '\n' -}}
{%- else -%}{{- 'Function:\n' + m.content + '\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- 'Assistant:\n' -}}{%- endif -%}`

// saveTokenizer writes tokenizer.json and tokenizer_config.json.
func (r *run) saveTokenizer(dir string) error {
	if err := r.tokenizer.Save(filepath.Join(dir, tokenizerFile)); err != nil {
		return err
	}
	return hf.SaveTokenizerConfig(dir, r.tokenizerConfig)
}
