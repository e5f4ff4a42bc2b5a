// Package hugepages asks the operating system to back large memory with pages
// of 2 MiB. A pass over such memory needs few entries of the processor's table
// of pages, and its prefetcher does not stop every 4 KiB.
package hugepages
