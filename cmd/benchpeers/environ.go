package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// How AVX-512 is switched on in each peer:
//
//	peer       Intel                                AMD Zen 4 and 5
//	OpenBLAS   OPENBLAS_CORETYPE=SkylakeX           the same: by itself it takes Zen's AVX2 kernels
//	MKL        by itself                            MKL_ENABLE_INSTRUCTIONS=AVX512 and, preloaded, a
//	                                                library whose mkl_serv_intel_cpu_true returns 1
//	oneDNN     by itself, AMX too                   by itself
//	PyTorch    by itself (its MKL and oneDNN        its MKL is linked in and takes AVX2, which
//	           take AVX-512 and AMX)                nothing overrides; oneDNN by itself
//	llama.cpp  when it is built, for the processor  the same
//	           that builds it, AMX too
//
// openblas-auto is OpenBLAS without a word about the processor. llama-noamx is
// llama.cpp built without AMX: the tiles of version 0.3.36 crash on prompts with
// quantised weights on some machines, while decoding is faster with them. The
// better of the two counts.

// tunedMalloc keeps glibc from mapping every large tensor afresh, which costs
// PyTorch more than the arithmetic of most operations.
var tunedMalloc = []string{"MALLOC_MMAP_THRESHOLD_=34359738368", "MALLOC_TRIM_THRESHOLD_=34359738368", "MALLOC_TOP_PAD_=268435456"}

// sleepSoon makes OpenBLAS's threads sleep after 2^20 cycles without work instead
// of 2^28: in the process of ours they would wait actively while ours is timed.
const sleepSoon = "OPENBLAS_THREAD_TIMEOUT=20"

// environ is what is added to the environment of a peer.
func environ(peer, dir string, threads int) []string {
	n := fmt.Sprint(threads)
	env := []string{"PEERS_DIR=" + dir, "OMP_NUM_THREADS=" + n, "MKL_NUM_THREADS=" + n, "OPENBLAS_NUM_THREADS=" + n, "TOKENIZERS_PARALLELISM=false"}
	amd := cpuid.CPU.IsVendor(cpuid.AMD)
	switch peer {
	case "openblas":
		env = append(env, "OPENBLAS_CORETYPE=SkylakeX", sleepSoon)
	case "openblas-auto":
		env = append(env, sleepSoon)
	case "mkl":
		// Pools that wait actively would take the core that ours computes on.
		env = append(env, "KMP_BLOCKTIME=1", "MKL_THREADING_LAYER=INTEL", libraryPath(dir))
		if fake := filepath.Join(dir, "libs", "fakeintel.so"); amd && exists(fake) {
			env = append(env, "LD_PRELOAD="+fake, "MKL_ENABLE_INSTRUCTIONS=AVX512")
		}
	case "onednn":
		env = append(env, "KMP_BLOCKTIME=1", libraryPath(dir))
	case "torch", "trl":
		env = append(env, tunedMalloc...)
	}
	return env
}

// settings is what of environ changes how fast the peer is; paths do not.
func settings(peer string, threads int) []string {
	var list []string
	for _, v := range environ(peer, "", threads) {
		if !strings.HasPrefix(v, "PEERS_DIR=") && !strings.HasPrefix(v, "LD_LIBRARY_PATH=") {
			list = append(list, v)
		}
	}
	return list
}

func libraryPath(dir string) string {
	path := filepath.Join(dir, "libs", "lib")
	if old := os.Getenv("LD_LIBRARY_PATH"); old != "" {
		path += ":" + old
	}
	return "LD_LIBRARY_PATH=" + path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// command returns how a peer is started, nil when it is not installed. files
// are labels and GGUF files for llama.cpp.
func command(peer string, o *options) []string {
	scripts, n := o.scripts, fmt.Sprint(o.threads)
	python := func(env, script string, args ...string) []string {
		exe := filepath.Join(o.peers, env, "bin", "python")
		if o.peers == "" || !exists(exe) {
			return nil
		}
		return append([]string{exe, "-u", filepath.Join(scripts, script), n}, args...)
	}
	switch peer {
	case "torch", "torch-plain":
		return python("new", "torch_peer.py")
	case "trl":
		return python("trl", "trl_peer.py")
	case "llama", "llama-noamx":
		return python(peer, "llama_peer.py", ggufs(o)...)
	case "ours":
		return self(o)
	case "openblas", "openblas-auto", "mkl", "onednn":
		if !haveLibraries {
			return nil
		}
		cmd := append(self(o), "-library", peer)
		if peer == "onednn" && o.threads < runtime.NumCPU() {
			// Its pool takes what processors the process has.
			return append([]string{"taskset", "-c", fmt.Sprintf("0-%d", o.threads-1)}, cmd...)
		}
		return cmd
	}
	return nil
}

// self is this program as a worker.
func self(o *options) []string {
	exe, err := os.Executable()
	if err != nil {
		return nil
	}
	cmd := []string{exe, "-worker", "-threads", fmt.Sprint(o.threads)}
	if o.model != "" {
		cmd = append(cmd, "-model", o.model)
	}
	return cmd
}

// ggufs are the files that llama.cpp is given: the model of the flag, and random
// Qwen2-0.5B in all formats, which install.sh makes.
func ggufs(o *options) []string {
	var list []string
	if o.model != "" {
		list = append(list, "model="+o.model)
	}
	for _, dtype := range []string{"f32", "bf16", "q8_0", "q4_0"} {
		if file := filepath.Join(o.peers, "qwen2-0.5b-"+dtype+".gguf"); exists(file) {
			list = append(list, "qwen2-0.5b/"+dtype+"="+file)
		}
	}
	return list
}
