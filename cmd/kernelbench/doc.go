// Command kernelbench measures the kernels and says what share of the
// machine's limits they reach. The limits, multiply-adds and bytes per second,
// are measured in the same process and right beside each kernel.
//
//	kernelbench -match 'Sgemm|Attn'          a table
//	kernelbench -match Linear -threads 2     with two workers
//	kernelbench -impl avx2 -json             one object a line
//	kernelbench -variant v0 -match RMSNorm   the plain loops of kernels/ref
//	kernelbench -list                        the names
//
// # How it measures
//
// Inputs are random and fixed by name. After a warm-up that also finds how many
// calls fill a sample of some milliseconds, a case takes -samples samples, each
// followed by a burst that measures its limit. The figures are those of the
// best sample and the best burst: other programs and the host only ever slow a
// sample down. Still, a table made on a busy machine says little about two
// threads. One table of memory bandwidth is made for the working set of the
// case (rounded up to 24 KB, 512 KB, 8 MB or 480 MB), because a kernel in the
// cache cannot be judged by the main memory.
package main
