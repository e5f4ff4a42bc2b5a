package judge

import (
	"context"
	"sync"
)

// each calls do(0), …, do(n−1) from some goroutines at once and done(i) after each,
// one at a time. It stops starting new ones when ctx ends.
func each(ctx context.Context, n, threads int, do, done func(i int)) {
	if threads < 1 {
		threads = 1
	}
	next := make(chan int)
	var finish sync.Mutex
	var all sync.WaitGroup
	for range min(threads, n) {
		all.Go(func() {
			for i := range next {
				do(i)
				finish.Lock()
				done(i)
				finish.Unlock()
			}
		})
	}
	for i := range n {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	all.Wait()
}
