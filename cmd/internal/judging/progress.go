package judging

import (
	"fmt"
	"io"
	"time"
)

// progressEvery is how often a long run says how far it is.
const progressEvery = 10 * time.Second

// Progress returns a function that says how much of a set is done, now and then.
func Progress(w io.Writer, command, set, what string, total int) func(done int) {
	last := time.Now()
	return func(done int) {
		if time.Since(last) >= progressEvery {
			last = time.Now()
			fmt.Fprintf(w, "%s: %s: %d of %d %s\n", command, set, done, total, what)
		}
	}
}
