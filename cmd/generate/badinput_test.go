package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Damaged and hostile checkpoints end with status 1 and one line, whatever
// numbers they hold. (The readers have finer tests of their own; this is what a
// user meets.)
func TestDamagedCheckpoints(t *testing.T) {
	const config = `{"model_type":"llama","architectures":["LlamaForCausalLM"],"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,
		"num_key_value_heads":2,"intermediate_size":8,"vocab_size":16,"rms_norm_eps":1e-5,"max_position_embeddings":32}`
	file := func(header string) string {
		return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "abcd"
	}
	tensor := func(fields string) string { return file(`{"model.embed_tokens.weight":{` + fields + `}}`) }
	bigger := func(key, value string) string { // the last of two equal keys counts
		return strings.TrimSuffix(config, "}") + `,"` + key + `":` + value + "}"
	}
	for _, c := range []struct{ name, config, weights, want string }{
		{"broken config.json", `{`, "", "config.json"},
		{"config.json of something else", `{}`, "", "model_type"},
		{"header of 2^63 bytes", config, "\xff\xff\xff\xff\xff\xff\xff\x7f{}", "model.safetensors"},
		{"data of 10^15 bytes", config, tensor(`"dtype":"F32","shape":[16,8],"data_offsets":[0,1000000000000000]`), "embed_tokens"},
		{"2^80 elements", config, tensor(`"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]`), "embed_tokens"},
		{"unknown dtype", config, tensor(`"dtype":"F99","shape":[1],"data_offsets":[0,4]`), "F99"},
		{"negative shape", config, tensor(`"dtype":"F32","shape":[-1],"data_offsets":[0,4]`), "-1"},
		{"offsets backwards", config, tensor(`"dtype":"F32","shape":[1],"data_offsets":[8,4]`), "data_offsets"},
		{"no dtype", config, tensor(`"shape":[1]`), "embed_tokens"},
		{"too few tensors", config, tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), "asks for [16 8]"},
		{"huge vocabulary", bigger("vocab_size", "1152921504606846976"), tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), ""},
		{"huge number of layers", bigger("num_hidden_layers", "1152921504606846976"), tensor(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), ""},
		{"no weights", config, "", "model.safetensors"},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "config.json"), c.config)
		if c.weights != "" {
			write(t, filepath.Join(dir, "model.safetensors"), c.weights)
		}
		fails(t, c.name, c.want, "-model", dir, "-ids", "1", "-max", "1")
	}

	for name, text := range map[string]string{
		"empty GGUF":   "",
		"short GGUF":   "GGUF\x03\x00\x00\x00",
		"hostile GGUF": "GGUF\x03\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x7f",
		"not a GGUF":   "PK\x03\x04                           ",
	} {
		path := filepath.Join(t.TempDir(), "m.gguf")
		write(t, path, text)
		fails(t, name, "m.gguf", "-model", path, "-ids", "1")
	}

	good := alphabet(t)
	write(t, filepath.Join(good, "tokenizer.json"), `{"model":{"type":"BPE","vocab":5}}`)
	fails(t, "broken tokenizer.json", "tokenizer", "-model", good, "-prompt", "a")
	write(t, filepath.Join(good, "tokenizer_config.json"), `{`)
	fails(t, "broken tokenizer_config.json", "tokenizer_config.json", "-model", good, "-ids", "1")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fails runs the command and asks for status 1 and one line that holds want.
func fails(t *testing.T, name, want string, args ...string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(args, strings.NewReader(""), &stdout, &stderr)
	s := stderr.String()
	if status != 1 || !strings.HasPrefix(s, "generate: ") || strings.Count(s, "\n") != 1 || !strings.Contains(s, want) || stdout.Len() > 0 {
		t.Errorf("%s: status %d, stderr %q, stdout %q; want status 1 and one line with %q", name, status, s, stdout.String(), want)
	}
}
