package cpu

// A forecast says where each worker is likely to read first in the product after
// this one. In decoding the same weights follow each other at every token; a worker
// that waits for the next job, while the caller normalises a row or attends, asks
// memory for them. They are addresses, not pointers: what they lead to may be gone.
type forecast struct {
	at []uintptr // by worker
}

const (
	forecastBytes = 256 << 10 // of a worker: an eighth of a second-level cache of 2 MB
	forecastStep  = 1 << 10   // before it looks again whether there is work
)

// fetch asks for the memory of a worker as long as there is no job after done.
func (p *pool) fetch(at uintptr, done uint64) {
	if at == 0 {
		return
	}
	for end := at + forecastBytes; at < end && !fresh(p.state.Load(), done); at += forecastStep {
		prefetchLines(at, forecastStep/64)
	}
}

// foretell notes for the product before where the workers will begin with these,
// and tells them what came after these the last time.
func (p *products) foretell(b *Backend) {
	first := p.of[0].w
	if last := b.last; last != nil {
		last.at = last.at[:0]
		for w := range b.pool.parts {
			j := p.across * w / len(b.pool.parts) * p.nc
			g := p.of[0].w
			for i := 1; i < p.n && j >= g.n; i++ {
				j -= roundUp(g.n, p.nc)
				g = p.of[i].w
			}
			last.at = append(last.at, uintptr(g.at(min(j, g.n-1)/16*16, 0, 0).q))
		}
	}
	b.last, b.pool.next = first.next, first.next
}
