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
// calls fill a sample of some milliseconds, a case takes -samples samples, with
// bursts that measure its limit before and after. The figures are those of the
// best sample and the best burst: other programs and the host only ever slow
// them down. Still, a table made on a busy machine says little about two threads.
// A kernel that is bound by memory is set beside the reading speed of its working
// set (rounded up to 24 KB, 512 KB, 8, 64 or 480 MB, or 2 GB a thread), because what
// happens in a cache cannot be judged by the main memory.
package main
