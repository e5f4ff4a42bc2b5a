package gguf

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/kernels/cpu"
	"github.com/stepgrain/stepgrain/llama"
)

// quantised is a file whose matrices are Q8_0, with any bytes.
func quantised(t *testing.T) *File {
	t.Helper()
	m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: 96, HiddenSize: 64, IntermediateSize: 96, NumHiddenLayers: 2, NumAttentionHeads: 4,
		NumKeyValueHeads: 2, HeadDim: 16, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 512, TieWordEmbeddings: true}, kernels.F32)
	if err != nil {
		t.Fatal(err)
	}
	m.Init(1)
	tensors := export(m)
	for i := range tensors {
		x := &tensors[i]
		if len(x.dims) != 2 {
			continue
		}
		x.typ, x.data = Q8_0, make([]byte, x.dims[0]*x.dims[1]/32*34)
		for j := range x.data {
			x.data[j] = byte(j * 37 >> 3)
		}
		for j := 0; j < len(x.data); j += 34 {
			x.data[j], x.data[j+1] = byte(j/34), 0x14 // about 0.001
		}
	}
	f, err := open(encode(shape(m.Config), tensors))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A decode step with weights in blocks makes no garbage, whether activations
// stay as they are or become integers.
func TestNativeDecodeAllocatesNothing(t *testing.T) {
	for _, compute := range []kernels.DType{kernels.F32, kernels.I8} {
		m, err := quantised(t).Native(compute)
		if err != nil {
			t.Fatal(err)
		}
		dev, err := cpu.New(cpu.Options{Workers: 2, Impl: cpu.ImplFromEnv()})
		if err != nil {
			t.Fatal(err)
		}
		defer dev.Close()
		e := llama.NewEngine(m, dev, llama.EngineOptions{MaxRows: 4})
		var reqs []*llama.Request
		for range 3 {
			reqs = append(reqs, &llama.Request{Session: e.NewSession(), Feed: []int32{1, 2, 3}, MaxNew: 200})
		}
		// Between tokens 140 and 180 neither the cache nor the results grow. The
		// count is of the process: one of four stretches of ten steps must be clean.
		runtime.GC()
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
		var now runtime.MemStats
		tokens, last, least := 0, uint64(0), uint64(math.MaxUint64)
		reqs[0].OnToken = func(int32, float32) bool {
			if tokens++; tokens >= 140 && tokens <= 180 && tokens%10 == 0 {
				runtime.ReadMemStats(&now)
				if tokens > 140 {
					least = min(least, now.Mallocs-last)
				}
				last = now.Mallocs
			}
			return true
		}
		if err := e.Run(context.Background(), reqs, func(*llama.Request, *llama.Result) *llama.Request { return nil }); err != nil {
			t.Fatal(err)
		}
		if tokens < 180 {
			t.Errorf("%s: only %d tokens", compute, tokens)
		}
		if least > 0 {
			t.Errorf("%s: ten steps make %d allocations", compute, least)
		}
	}
}
