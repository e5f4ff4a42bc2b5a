// Command benchpeers sets the kernels beside the programs that a user would pick
// instead, in one run on one machine: OpenBLAS, oneDNN and MKL through dlopen,
// PyTorch, llama.cpp and TRL as child processes.
//
//	cmd/benchpeers/install.sh DIR             installs them (Debian and PyPI)
//	go run -tags peers ./cmd/benchpeers -peers DIR
//	go run -tags peers ./cmd/benchpeers -peers DIR -match 'sgemm|rows' -v
//	go run -tags peers ./cmd/benchpeers -peers DIR -json > results.jsonl
//	go run ./cmd/benchpeers -table results.jsonl
//
// Nothing of it is needed to build or test the rest. Without the tag peers, or
// without cgo, the libraries are left out and the child processes remain.
//
// # How it compares
//
// A case has the name that kernelbench gives it. It is timed by ours and by the
// peer in turn, samples of 15 ms or more, and what counts is the median of the
// ratios of neighbouring samples: what slows the machine down slows both. The
// first call of a sample wakes threads and does not count. A
// library runs in a process together with ours, one library a process, because
// pools of threads that wait actively take each other's cores; the others run
// in their own process, and one waits while the other works. The peak of
// multiply-adds is measured before and after each case, and the bandwidth of
// reading main memory before and after all (target "machine" of -json). Time that anybody else took of the
// processors, /proc/stat less our own, is printed with the case, and flagged
// above 0.15 of a processor (1.2 where we use only one thread of two). Real-time
// priority keeps others away: chrt -r 1 benchpeers ….
//
// # Line protocol
//
// A child says "ready VERSION". Then for each line "CASE MS" that it reads it
// answers "CASE -> NS": the mean time of a call over a sample of at least so many
// milliseconds, or "CASE -> skip REASON". In a process that holds a library, the
// library's own cases begin with "peer:".
//
// # AVX-512 in each peer
//
// The peers choose their code by the maker of the processor as much as by its
// instructions, so it has to be said to some; see environ.go for the table.
package main
