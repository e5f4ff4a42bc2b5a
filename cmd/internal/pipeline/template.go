package pipeline

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
