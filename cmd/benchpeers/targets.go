package main

import "fmt"

// A target is a row of the table: the work, and how fast it should be.
type target struct {
	ID, Work string
	Goal     float64 // ratio of the peer's time to ours, or share of the limit
	Threads  []int
	Cases    []string
	Peers    []string // the best of them counts; none with Limit

	// Limit is a case of a limit, such as Mem/Read/2G: the rate that our own cases
	// are held against, for which no peer is needed.
	Limit string
	// Own maps a case to another of ours that it is compared with.
	Own func(name string) string

	Samples int  // 0: those of the flag
	Report  bool // no goal: printed for comparison
}

func names(format string, args ...[]string) []string {
	list := []string{format}
	for _, values := range args {
		var next []string
		for _, f := range list {
			for _, v := range values {
				next = append(next, replaceFirst(f, v))
			}
		}
		list = next
	}
	return list
}

// replaceFirst puts v in the place of the first star.
func replaceFirst(f, v string) string {
	for i := range f {
		if f[i] == '*' {
			return f[:i] + v + f[i+1:]
		}
	}
	panic(fmt.Sprintf("benchpeers: no star in %q", f))
}

type list = []string

var (
	blas  = list{"openblas", "onednn", "mkl"}
	torch = list{"torch"}
	llama = list{"llama", "llama-noamx"}
	both  = []int{1, 2}

	forms  = list{"NN", "NT", "TN"}
	layers = list{"256x688", "896x4864", "4864x896", "2048x2048", "2048x8192"}
	some   = list{"256x688", "896x4864", "2048x2048"}
	every  = append(list{"256x256", "688x256", "896x896"}, layers...)
)

// targets are the goals of docs/performance.md, in its order.
var targets = []target{
	{ID: "sgemm", Work: "sgemm, M, N, K ≥ 512", Goal: 0.95, Threads: both, Peers: blas,
		Cases: names("Sgemm/*/sq*", forms, list{"512", "1024", "2048"})},
	{ID: "sgemm-peak", Work: "the same, of the FMA peak", Goal: 0.85, Threads: both, Limit: "Peak/FMA512",
		Cases: names("Sgemm/*/sq*", forms, list{"512", "1024", "2048"})},
	{ID: "sgemm-small", Work: "256³, and layers at T = 64", Goal: 0.90, Threads: both, Peers: blas,
		Cases: append(names("Sgemm/*/sq256", forms), names("Linear/*/f32/T64/*", list{"fwd", "dx", "dw"}, some)...)},
	{ID: "linear-8", Work: "linear forward, 8 rows, prepacked", Goal: 1.3, Threads: both, Peers: blas,
		Cases: names("Linear/fwd/f32/T8/*/prepacked", layers)},
	{ID: "linear-64", Work: "linear forward, 64 rows, prepacked", Goal: 1.1, Threads: both, Peers: blas,
		Cases: names("Linear/fwd/f32/T64/*/prepacked", layers)},
	{ID: "row-f32", Work: "one row from memory, f32", Goal: 0.90, Threads: both, Limit: "Mem/Read/2G",
		Cases: names("Linear/fwd/f32/T1/*/prepacked", layers)},
	{ID: "row-bf16", Work: "one row from memory, bf16", Goal: 0.90, Threads: both, Limit: "Mem/Read/2G",
		Cases: names("Linear/fwd/bf16/T1/*/prepacked", layers)},
	{ID: "row-i8", Work: "one row from memory, 8-bit", Goal: 0.90, Threads: both, Limit: "Mem/Read/2G",
		Cases: names("GemmI8/T1/*", layers)},
	{ID: "bf16", Work: "bf16 products, weights prepacked", Goal: 0.95, Threads: both, Peers: torch, Cases: bf16Cases},
	{ID: "bf16-own", Work: "the same, against own f32", Goal: 0.95, Threads: both, Own: ownF32, Cases: bf16Cases},
	{ID: "i8", Work: "8-bit products", Goal: 0.85, Threads: both, Peers: torch,
		Cases: names("GemmI8/T*/*", list{"64", "512", "2048"}, every)},
	{ID: "rows", Work: "softmax, cross-entropy, RMSNorm in caches", Goal: 2.5, Threads: both, Peers: torch,
		Cases: append(names("*/2048x256", list{"Softmax", "CrossEntropy", "RMSNormFwd", "RMSNormBwd"}), "RMSNormFwd/2048x896", "RMSNormBwd/2048x896")},
	{ID: "swiglu", Work: "SwiGLU forward and backward in caches", Goal: 2, Threads: both, Peers: torch,
		Cases: list{"SwiGLUFwd/2048x688", "SwiGLUBwd/2048x688"}},
	{ID: "rows-copy", Work: "the same beyond the caches, of a copy", Goal: 0.9, Threads: both, Limit: "Mem/Copy/480M",
		Cases: list{"Softmax/2048x32000", "CrossEntropy/2048x32000", "RMSNormFwd/2048x4096", "RMSNormBwd/2048x4096", "SwiGLUFwd/2048x4864", "SwiGLUBwd/2048x4864"}},
	{ID: "rows-large", Work: "the same against PyTorch", Threads: both, Peers: torch, Report: true,
		Cases: list{"Softmax/2048x4096", "Softmax/2048x32000", "CrossEntropy/2048x4096", "CrossEntropy/2048x32000", "RMSNormFwd/2048x4096", "RMSNormBwd/2048x4096", "SwiGLUFwd/2048x4864", "SwiGLUBwd/2048x4864"}},
	{ID: "adamw", Work: "AdamW against the fused one", Goal: 1, Threads: both, Peers: torch,
		Cases: list{"AdamW/5.8M", "AdamW/20M"}},
	{ID: "attention", Work: "attention, causal, forward", Goal: 1.3, Threads: both, Peers: torch,
		Cases: names("AttnFwd/causal/*", attentions)},
	{ID: "attention-bwd", Work: "attention, causal, forward and backward", Goal: 1.2, Threads: both, Peers: torch,
		Cases: names("AttnFwdBwd/causal/*", attentions)},
	{ID: "attention-bf16", Work: "the same in bfloat16, against own f32", Goal: 0.95, Threads: both, Own: plainAttention,
		Cases: names("AttnFwdBwd/bf16/causal/*", attentions)},
	{ID: "head", Work: "map to the vocabulary with cross-entropy", Goal: 1.25, Threads: both, Peers: torch, Samples: 5,
		Cases: names("FusedLinearCE/*", heads)},
	{ID: "head-logprob", Work: "the same for PPO's log-probabilities", Threads: both, Peers: torch, Report: true, Samples: 3,
		Cases: names("LinearLogProb/*", heads)},
	{ID: "train", Work: "training step against PyTorch at its best", Goal: 1.3, Threads: both, Peers: torch, Samples: 5,
		Cases: names("TrainStep/dim256x6/V*/f32", list{"4096", "32000"})},
	{ID: "train-pip", Work: "the same against PyTorch as pip installs it", Goal: 1.8, Threads: []int{2}, Peers: list{"torch-plain"}, Samples: 5,
		Cases: names("TrainStep/dim256x6/V*/f32", list{"4096", "32000"})},
	{ID: "train-bf16", Work: "bf16 training step against own f32", Goal: 0.95, Threads: both, Own: ownF32, Samples: 5,
		Cases: names("TrainStep/dim256x6/V*/bf16", list{"4096", "32000"})},
	{ID: "train-bf16-torch", Work: "the same against PyTorch's autocast", Threads: []int{2}, Peers: torch, Report: true, Samples: 5,
		Cases: names("TrainStep/dim256x6/V*/bf16", list{"4096", "32000"})},
	{ID: "smollm2-prompt", Work: "SmolLM2-135M from its file, prompt of 512", Goal: 3, Threads: []int{2}, Peers: llama, Samples: 5,
		Cases: list{"Prompt/model/native-i8/512"}},
	{ID: "smollm2-decode", Work: "the same, decoding", Goal: 1.3, Threads: []int{2}, Peers: llama, Samples: 5,
		Cases: list{"Decode/model/native-i8/depth0", "Decode/model/native-i8/depth1024"}},
	{ID: "smollm2-native", Work: "the same with exact weights (native)", Threads: []int{2}, Peers: llama, Samples: 5, Report: true,
		Cases: list{"Prompt/model/native/512", "Decode/model/native/depth0"}},
	prompt("f32", 2.3), prompt("bf16", 2.2), prompt("q8_0", 1.8), prompt("q4_0", 1.1),
	decode("bf16"), decode("q8_0"), decode("q4_0"),
	{ID: "qwen2-decode-f32", Work: "Qwen2-0.5B f32, decoding, of the read bandwidth", Goal: 0.9, Threads: []int{2}, Limit: "Mem/Read/2G", Samples: 3,
		Cases: list{"Decode/qwen2-0.5b/f32/depth0"}},
	{ID: "ppo", Work: "one PPO iteration against TRL", Goal: 4, Threads: []int{2}, Peers: list{"trl"}, Samples: 2,
		Cases: list{"PPOIteration/10M/rows16"}},
	{ID: "ppo-bf16", Work: "the same in bfloat16, TRL under autocast", Goal: 4, Threads: []int{2}, Peers: list{"trl"}, Samples: 2,
		Cases: list{"PPOIteration/10M/rows16/bf16"}},
}

var (
	attentions = list{"B8H8kv8S256D32", "B1H14kv2S512D64", "B1H14kv2S2048D64", "B1H16kv16S2048D128"}
	heads      = list{"T2048D256V4096", "T2048D256V32000", "T512D896V151936"}
	bf16Cases  = append(names("Linear/fwd/bf16/T*/*/prepacked", list{"512", "2048"}, every), append(names("Linear/dx/bf16/T2048/*/prepacked", every), names("Linear/dw/bf16/T2048/*", every)...)...)
)

func prompt(dtype string, goal float64) target {
	return target{ID: "qwen2-prompt-" + dtype, Work: "Qwen2-0.5B " + dtype + ", prompt of 512", Goal: goal, Threads: []int{2}, Peers: llama, Samples: 3,
		Cases: list{"Prompt/qwen2-0.5b/" + dtype + "/512"}}
}

func decode(dtype string) target {
	return target{ID: "qwen2-decode-" + dtype, Work: "Qwen2-0.5B " + dtype + ", decoding", Goal: 1.2, Threads: []int{2}, Peers: llama, Samples: 3,
		Cases: list{"Decode/qwen2-0.5b/" + dtype + "/depth0", "Decode/qwen2-0.5b/" + dtype + "/depth1024"}}
}
