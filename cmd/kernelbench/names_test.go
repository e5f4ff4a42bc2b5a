package main

import (
	"fmt"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
)

// The literal names that documents, peers and comparisons over time go by.
func TestNames(t *testing.T) {
	known := map[string]bool{}
	for _, c := range bench.Cases() {
		known[c.Name] = true
	}
	var want []string
	add := func(format string, args ...any) { want = append(want, fmt.Sprintf(format, args...)) }
	for _, unit := range []string{"FMA256", "FMA512", "DPBF16", "VNNI", "AMXBF16", "AMXI8"} {
		add("Peak/%s", unit)
	}
	for _, kind := range []string{"Read", "Copy", "Triad", "Update"} {
		for _, set := range []string{"24K", "512K", "8M", "480M"} {
			add("Mem/%s/%s", kind, set)
		}
	}
	for _, form := range []string{"NN", "NT", "TN"} {
		for _, n := range []int{256, 512, 1024, 2048} {
			add("Sgemm/%s/sq%d", form, n)
		}
	}
	for _, shape := range []string{"256x256", "256x688", "688x256", "896x896", "896x4864", "4864x896", "2048x2048", "2048x8192"} {
		for _, tokens := range []int{1, 8, 64, 512, 2048} {
			for _, dt := range []string{"f32", "bf16"} {
				for _, way := range []string{"fwd", "dx", "dw"} {
					add("Linear/%s/%s/T%d/%s", way, dt, tokens, shape)
				}
				add("Linear/fwd/%s/T%d/%s/prepacked", dt, tokens, shape)
			}
			add("GemmI8/T%d/%s", tokens, shape)
		}
	}
	for _, format := range []string{"q8_0", "q4_0"} {
		for _, tokens := range []int{1, 8, 64, 512} {
			for _, shape := range []string{"896x4864", "4864x896", "896x151936"} {
				add("LinearQ/%s/T%d/%s", format, tokens, shape)
			}
		}
	}
	for _, kernel := range []string{"f32_12x32", "f32_8x32", "f32_6x16", "bf16_12x32", "i8"} {
		add("MicroKernel/%s/K480", kernel)
	}
	for _, order := range []string{"A", "B", "BT"} {
		add("Pack/%s/480x512", order)
	}
	for _, kernel := range []string{"Softmax", "CrossEntropy"} {
		for _, shape := range []string{"2048x256", "2048x4096", "2048x32000", "512x151936"} {
			add("%s/%s", kernel, shape)
		}
	}
	for _, kernel := range []string{"RMSNormFwd", "RMSNormBwd", "RMSNormAddFwd"} {
		for _, d := range []int{256, 896, 2048, 4096} {
			add("%s/2048x%d", kernel, d)
		}
	}
	for _, kernel := range []string{"SwiGLUFwd", "SwiGLUBwd"} {
		add("%s/2048x688", kernel)
		add("%s/2048x4864", kernel)
	}
	want = append(want, "Rope/2048x8x32", "Rope/2048x14x64", "Exp/2048x688", "Add/2048x688",
		"AttnDecode/B1H14kv2/ctx128", "AttnDecode/B1H14kv2/ctx1024", "AttnDecode/B1H14kv2/ctx8192",
		"FusedLinearCE/T2048D256V4096", "FusedLinearCE/T2048D256V32000", "FusedLinearCE/T512D896V151936",
		"AdamW/5.8M", "AdamW/20M", "GradNorm/5.8M", "GradNorm/20M", "PPOIteration/10M/rows16")
	for _, way := range []string{"Fwd", "FwdBwd"} {
		for _, shape := range []string{"B8H8kv8S256D32", "B1H14kv2S512D64", "B1H14kv2S2048D64", "B1H16kv16S2048D128"} {
			add("Attn%s/causal/%s", way, shape)
		}
	}
	for _, half := range []int{1, 10, 100} {
		add("Parallel/ForkJoin0/%dus", half)
		add("Parallel/ForkJoinAfterGap/%dus", half)
	}
	for _, dt := range []string{"f32", "bf16"} {
		add("TrainStep/dim256x6/V4096/%s", dt)
		add("TrainStep/dim256x6/V32000/%s", dt)
	}
	for _, format := range []string{"f32", "bf16", "q8_0", "q4_0"} {
		add("Prompt/qwen2-0.5b/%s/512", format)
		add("Decode/qwen2-0.5b/%s/depth0", format)
		add("Decode/qwen2-0.5b/%s/depth1024", format)
	}
	for _, name := range want {
		if !known[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}
