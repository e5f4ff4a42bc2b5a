// Package limits measures what this machine could do at best: multiply-adds
// per second and bytes per second. A kernel's speed means little by itself; its
// share of a limit that the same process has just measured means the same on a
// fast and a slow machine, and on a busy one.
//
// The words are those of the STREAM benchmark (McCalpin 1995): Read sums an
// array, Copy is y = x, Triad y = a + s·b, Update y = y + s·x. Bytes are those
// that the program reads and writes; the extra read that a cache does before
// it writes a line is not counted.
package limits
