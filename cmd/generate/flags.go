package main

import (
	"flag"
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// options are the flags after checking.
type options struct {
	model, adapter string

	// One of these is the prompt.
	prompt string
	ids    []int32
	chat   string
	given  string // which: "prompt", "ids" or "chat"

	max, n      int
	greedy      bool
	temperature float64
	topP        float64
	topK        int
	seed        uint64
	score       bool

	dtype   string
	workers int
	json    bool
}

const help = `Generate continues a text with a model.

usage: generate -model PATH (-prompt TEXT | -ids 1,2,3 | -chat FILE.json) [flags]

  -model PATH       a Hugging Face checkpoint directory, a .gguf file, or the final/
                    directory of a run
  -adapter DIR      a PEFT LoRA adapter to put on top of the model

  -prompt TEXT      the text to continue; special tokens written in it count as such
  -ids LIST         the prompt as token ids, separated by commas
  -chat FILE        the prompt as a conversation: a JSON list of {"role", "content"}, or an
                    object with "messages" and "tools"; "-" is standard input. It is laid
                    out by the chat template of the checkpoint

  -max N            most tokens to generate (default 128)
  -n N              number of samples, generated side by side (default 1)
  -greedy           always take the most probable token
  -temperature T    divide logits by T before sampling (default 1; 0 is -greedy)
  -top-p P          sample from the fewest tokens that together have probability P
  -top-k K          sample from the K most probable tokens
  -seed N           of the random numbers (default 1); sample i of a seed is the same
                    whatever -n is
  -score            report the log-probability of every prompt token after those before it

  -dtype TYPE       how the model computes: f32 (default); bf16: factors of products rounded to
                    bfloat16; native: the quantised matrices of a GGUF file stay in its
                    blocks, which takes the memory of the file, and mean the same numbers;
                    native-i8: activations are rounded to 8 bits, too: faster, not exact
  -workers N        goroutines that compute (default: one per core); changes no result.
                    STEPGRAIN_IMPL=generic|avx2|avx512|avx512bf16|amx chooses
                    the instructions
  -json             one JSON object a line and per sample: prompt_ids, prompt_logprobs (with
                    -score), ids, logprobs (at the sampling temperature), text, finish_reason
                    ("stop": a token that ends the text; "length": -max; "context": the
                    model's context is full)

example: score a sentence, then continue it twice

  generate -model SmolLM2-135M-Instruct.Q4_1.gguf -prompt "The capital of France is" \
           -score -max 16 -n 2 -temperature 0.7
`

// parseFlags reads the command line. The error is flag.ErrHelp for -h.
func parseFlags(args []string) (*options, error) {
	o := &options{}
	var ids string
	fs := flag.NewFlagSet("generate", flag.ContinueOnError)
	fs.StringVar(&o.model, "model", "", "")
	fs.StringVar(&o.adapter, "adapter", "", "")
	fs.StringVar(&o.prompt, "prompt", "", "")
	fs.StringVar(&ids, "ids", "", "")
	fs.StringVar(&o.chat, "chat", "", "")
	fs.IntVar(&o.max, "max", 128, "")
	fs.IntVar(&o.n, "n", 1, "")
	fs.BoolVar(&o.greedy, "greedy", false, "")
	fs.Float64Var(&o.temperature, "temperature", 1, "")
	fs.Float64Var(&o.topP, "top-p", 0, "")
	fs.IntVar(&o.topK, "top-k", 0, "")
	fs.Uint64Var(&o.seed, "seed", 1, "")
	fs.BoolVar(&o.score, "score", false, "")
	fs.StringVar(&o.dtype, "dtype", "f32", "")
	fs.IntVar(&o.workers, "workers", 0, "")
	fs.BoolVar(&o.json, "json", false, "")
	if err := usage.Parse(fs, args); err != nil {
		return nil, err
	}
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if fs.NArg() > 0 {
		return nil, usage.Errorf("argument %q is not a flag (a prompt goes behind -prompt, in quotes)", fs.Arg(0))
	}
	if o.model == "" {
		return nil, usage.Errorf("-model is missing: a checkpoint directory, a .gguf file, or the final/ directory of a run")
	}
	for _, name := range []string{"prompt", "ids", "chat"} {
		if set[name] && o.given != "" {
			return nil, usage.Errorf("-%s and -%s are both given: one prompt, please", o.given, name)
		}
		if set[name] {
			o.given = name
		}
	}
	if o.given == "" {
		return nil, usage.Errorf("no prompt: give one of -prompt TEXT, -ids 1,2,3, -chat FILE.json")
	}
	var err error
	if o.given == "ids" {
		if o.ids, err = parseIDs(ids); err != nil {
			return nil, err
		}
	}
	return o, o.check(set)
}

func parseIDs(list string) ([]int32, error) {
	var ids []int32
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		id, err := strconv.ParseInt(s, 10, 32)
		if err != nil || id < 0 {
			return nil, usage.Errorf("-ids: %q is not a token id", s)
		}
		ids = append(ids, int32(id))
	}
	if len(ids) == 0 {
		return nil, usage.Errorf("-ids holds no token id: a model continues at least one token")
	}
	return ids, nil
}

// check looks at values and at flags that would have no effect.
func (o *options) check(set map[string]bool) error {
	switch {
	case o.max < 0:
		return usage.Errorf("-max %d: must not be negative", o.max)
	case o.n < 1 || o.n > 4096:
		return usage.Errorf("-n %d: must be 1 to 4096", o.n)
	case o.temperature != 0 && !(o.temperature >= 1e-6 && o.temperature <= 1e3): // below, logits would overflow
		return usage.Errorf("-temperature %g: must be 0, or 1e-6 to 1000 (0.7 is usual)", o.temperature)
	case set["top-p"] && !(o.topP > 0 && o.topP <= 1):
		return usage.Errorf("-top-p %g: must be above 0 and at most 1 (0.95 is usual)", o.topP)
	case o.topK < 0:
		return usage.Errorf("-top-k %d: must not be negative", o.topK)
	case o.workers < 0:
		return usage.Errorf("-workers %d: must not be negative", o.workers)
	}
	if o.greedy && set["temperature"] && o.temperature != 0 {
		return usage.Errorf("-temperature has no effect with -greedy")
	}
	if o.temperature == 0 {
		o.greedy = true
	}
	if o.greedy {
		o.temperature = 0
		for _, name := range []string{"top-p", "top-k", "seed"} {
			if set[name] {
				return usage.Errorf("-%s has no effect with -greedy or -temperature 0", name)
			}
		}
	}
	switch o.dtype {
	case "f32", "bf16", "native", "native-i8":
	default:
		return usage.Errorf("-dtype %q: must be f32, bf16, native or native-i8", o.dtype)
	}
	return nil
}
