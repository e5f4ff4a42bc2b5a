// Package twins makes the AVX2 form of a kernel from its AVX-512 form.
//
// The row kernels are written in the words of avx512_amd64.h and avx2_amd64.h,
// so their functions are the same text for both: only the header that a file
// includes and the names differ. x_avx512_amd64.s is the file to read and to
// change; go generate in kernels/cpu makes x_avx2_amd64.s of it.
package twins
