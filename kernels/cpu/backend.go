package cpu

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/stepgrain/stepgrain/kernels"
)

// Backend computes on the cores of this machine. It implements
// [kernels.Backend] for F32 buffers. Its methods may be called from several
// goroutines; one call computes at a time.
type Backend struct {
	isa     isa   // of the float32 kernels
	level   level // isa, and how bf16 products are computed
	pool    *pool
	mu      sync.Mutex     // one kernel at a time: the scratch memory is shared
	scratch []scratch      // one per worker
	shared  scratch        // of the whole call, as partial sums
	jobs    map[any]shared // by type of their operands, see kept
	weights arena          // of packed weights
	last    *forecast      // of the last product with few rows
	first   []int          // of attn.forwardTasks
	joined  joined16       // of products16
}

var _ kernels.Backend = (*Backend)(nil)

// Options choose how a [Backend] computes. The zero value is right for most uses.
type Options struct {
	// Workers is the number of goroutines that compute, the caller included.
	// 0 means one for each core that Go may use, 65535 is the most. It changes no
	// bit of any result.
	Workers int
	// Impl forces an implementation: "generic", "avx2", "avx512", "avx512bf16" or
	// "amx". The empty string means what suits this family of processors.
	// Implementations differ in the last bits of their results, the last three
	// only in those of bf16 products.
	Impl string
}

// New starts a backend. [Backend.Close] stops its workers.
func New(o Options) (*Backend, error) {
	if o.Workers < 0 || o.Workers > insideMask {
		return nil, fmt.Errorf("kernels/cpu: %d workers: want 0 (one for each core) to %d", o.Workers, insideMask)
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	best := standard()
	if o.Impl != "" {
		l, ok := parseLevel(o.Impl)
		if !ok {
			return nil, fmt.Errorf("kernels/cpu: there is no implementation %q; this machine has %s", o.Impl, strings.Join(Impls(), ", "))
		}
		best = l
	}
	b := &Backend{isa: best.isa(), level: best, pool: newPool(o.Workers), scratch: make([]scratch, o.Workers)}
	// A backend that is forgotten without Close must not keep its workers.
	runtime.AddCleanup(b, (*pool).close, b.pool)
	return b, nil
}

// Name returns "cpu/" and the implementation.
func (b *Backend) Name() string { return "cpu/" + b.level.String() }

// FastBF16 reports whether products with factors rounded to bfloat16 are faster
// than those of float32 here. Like the level that it follows from, it is a
// function of the processor's family and of [Options].Impl, never of a timing.
func (b *Backend) FastBF16() bool { return b.level >= levelAVX512BF16 }

// Workers returns the number of goroutines that compute.
func (b *Backend) Workers() int { return b.pool.workers }

// Close stops the workers. A closed backend still computes, in the caller alone.
func (b *Backend) Close() { b.pool.close() }

// Impls lists the implementations that this processor and build can run, in
// the order of [Options].Impl.
func Impls() []string {
	var names []string
	for _, l := range available() {
		names = append(names, l.String())
	}
	return names
}

// ImplVariable is the environment variable that chooses an implementation.
const ImplVariable = "STEPGRAIN_IMPL"

// ImplFromEnv returns the implementation that [ImplVariable] asks for, or "".
func ImplFromEnv() string { return os.Getenv(ImplVariable) }
