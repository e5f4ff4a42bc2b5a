//go:build peers && cgo && linux

package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>
#include <stdint.h>

// The two interfaces to a product of matrices: that of Fortran's BLAS in C, and
// oneDNN's.
typedef void (*cblas_fn)(int order, int ta, int tb, int m, int n, int k, float alpha,
	const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef int (*dnnl_fn)(char ta, char tb, int64_t m, int64_t n, int64_t k, float alpha,
	const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c, int64_t ldc);
typedef void (*threads_fn)(int n);

static void call_cblas(void *f, int ta, int tb, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc) {
	((cblas_fn)f)(101, ta ? 112 : 111, tb ? 112 : 111, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}
static int call_dnnl(void *f, int ta, int tb, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc) {
	return ((dnnl_fn)f)(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}
static void call_threads(void *f, int n) { ((threads_fn)f)(n); }
*/
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"unsafe"
)

const haveLibraries = true

// library is a BLAS that was loaded by dlopen.
type library struct {
	version string
	dnnl    bool
	sgemm   unsafe.Pointer
}

// libraries says for each peer where it lies below the folder of the peers, or
// what the system calls it, and the names of its functions.
var libraries = map[string]struct {
	files   []string // patterns; the first that opens
	sgemm   []string
	threads string // void f(int)
}{
	"openblas":      {openblasFiles, []string{"scipy_cblas_sgemm", "cblas_sgemm"}, "scipy_openblas_set_num_threads"},
	"openblas-auto": {openblasFiles, []string{"scipy_cblas_sgemm", "cblas_sgemm"}, "scipy_openblas_set_num_threads"},
	"mkl":           {[]string{"libs/lib/libmkl_rt.so*", "libmkl_rt.so"}, []string{"cblas_sgemm"}, "MKL_Set_Num_Threads"},
	"onednn":        {[]string{"libs/lib/libdnnl.so*", "libdnnl.so.3", "libdnnl.so.2"}, []string{"dnnl_sgemm"}, ""},
}

var openblasFiles = []string{"libs/lib/python3*/site-packages/scipy_openblas32/lib/libscipy_openblas*.so", "libopenblas.so.0"}

// openLibrary loads a library; LD_LIBRARY_PATH must already name its folder.
func openLibrary(name string, threads int) (*library, error) {
	want, ok := libraries[name]
	if !ok {
		return nil, fmt.Errorf("no library is called %q", name)
	}
	var handle unsafe.Pointer
	var file, why string
	for _, pattern := range want.files {
		list, _ := filepath.Glob(filepath.Join(os.Getenv("PEERS_DIR"), pattern))
		if filepath.Base(pattern) == pattern {
			list = []string{pattern}
		}
		for _, path := range list {
			if handle = open(path); handle != nil {
				file = path
				break
			}
			why = C.GoString(C.dlerror())
		}
		if handle != nil {
			break
		}
	}
	if handle == nil {
		return nil, fmt.Errorf("%s: not found (%s)", name, why)
	}
	l := &library{version: filepath.Base(file), dnnl: name == "onednn"}
	for _, f := range want.sgemm {
		if l.sgemm = symbol(handle, f); l.sgemm != nil {
			break
		}
	}
	if l.sgemm == nil {
		return nil, fmt.Errorf("%s: no %v", file, want.sgemm)
	}
	if f := symbol(handle, want.threads); f != nil {
		C.call_threads(f, C.int(threads))
	}
	return l, nil
}

func open(path string) unsafe.Pointer {
	c := C.CString(path)
	defer C.free(unsafe.Pointer(c))
	return C.dlopen(c, C.RTLD_NOW|C.RTLD_GLOBAL)
}

func symbol(handle unsafe.Pointer, name string) unsafe.Pointer {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	return C.dlsym(handle, c)
}

// prepare returns one call of a product, nil for what is not one in float32.
func (l *library) prepare(name string) func() {
	p, ok := parseProduct(name)
	if !ok || p.dtype != "f32" {
		return nil
	}
	// Row-major: y[T,N] = x[T,K]·w[N,K]ᵀ, dx[T,K] = dy[T,N]·w, dw[N,K] += dyᵀ·x.
	x, y, w := floats(p.T*p.K), floats(p.T*p.N), floats(p.N*p.K)
	switch p.form {
	case "NT":
		return func() { l.call(0, 1, p.T, p.N, p.K, x, p.K, w, p.K, 0, y, p.N) }
	case "NN":
		return func() { l.call(0, 0, p.T, p.K, p.N, y, p.N, w, p.K, 0, x, p.K) }
	}
	return func() { l.call(1, 0, p.N, p.K, p.T, y, p.N, x, p.K, 1, w, p.K) }
}

func (l *library) call(ta, tb, m, n, k int, a *C.float, lda int, b *C.float, ldb int, beta float32, c *C.float, ldc int) {
	if l.dnnl {
		C.call_dnnl(l.sgemm, C.int(ta), C.int(tb), C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), C.float(beta), c, C.int(ldc))
		return
	}
	C.call_cblas(l.sgemm, C.int(ta), C.int(tb), C.int(m), C.int(n), C.int(k), a, C.int(lda), b, C.int(ldb), C.float(beta), c, C.int(ldc))
}

// floats are n numbers of C's memory, aligned to a cache line, never given back:
// a process times a few dozen shapes.
func floats(n int) *C.float {
	const line = 64
	p := (*C.float)(C.aligned_alloc(line, C.size_t((n*4+line-1)/line*line)))
	for i, s := 0, unsafe.Slice(p, n); i < n; i++ {
		s[i] = C.float(float32(i%17)/8 - 1)
	}
	return p
}
