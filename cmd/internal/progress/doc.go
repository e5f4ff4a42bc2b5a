// Package progress shows how far long work is: what is done, its figures, a
// bar and the time left. On a terminal it is one line that is rewritten; in a
// file or a pipe it is a plain line every few seconds.
//
//	ppo   iter   18/40    pass 0.61   kl 0.021   ▉▉▉▉▉▉▉▏          1:12 left
package progress
