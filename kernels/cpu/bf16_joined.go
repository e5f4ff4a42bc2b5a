package cpu

// joined16 are products that are computed together because they share an
// operand: one A by several B, several A·B that add up in one C, or, turned,
// several A by one x. Their bits are those of one after the other.
type joined16 struct {
	of   [mostJoined16]product16
	n    int
	rows int // of a task of fused
}

const (
	mostJoined16 = 3       // query, key and value
	firstA16     = 8 << 10 // elements of A that a worker converts at a time
)

func (j *joined16) all() []product16 { return j.of[:j.n] }

// join16 takes in a product, unless it is empty; what is there already is
// computed first if there is no room.
func (b *Backend) join16(j *joined16, g product16) {
	if g.m == 0 || g.n == 0 {
		return
	}
	if j.n == mostJoined16 {
		b.products16(j)
	}
	if g.c == nil {
		g.c = g.after.sums()
	}
	j.of[j.n] = g
	j.n++
}

// product16 computes one.
func (b *Backend) product16(g product16) {
	var j joined16
	b.join16(&j, g)
	b.products16(&j)
}

// products16 computes them, and leaves none.
func (b *Backend) products16(j *joined16) {
	if j.n == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	at := &b.joined // where workers find them
	at.n = copy(at.of[:], j.all())
	if !at.together(b) {
		at.n = 1
		for i := range j.all() {
			at.of[0] = j.of[i]
			switch g := &at.of[0]; {
			case at.together(b):
			case g.turned:
				g.both(b)
			default:
				g.ready(b)
			}
		}
	}
	clear(at.of[:j.n])
	j.n = 0
}

// together computes them if they are small enough for that.
func (j *joined16) together(b *Backend) bool {
	turned := j.of[0].turned
	switch {
	case turned && j.small():
		j.strips(b)
	case !turned && j.near(b):
		j.fused(b)
	default:
		return false
	}
	return true
}

// small reports whether all C together are; see nearC16.
func (j *joined16) small() bool {
	size := 0
	for i := range j.all() {
		size += j.of[i].m * j.of[i].n
	}
	return size <= nearC16
}

// near reports whether the panels of all B together stay in the second-level
// cache, so that every task converts its rows of A just before it multiplies them.
func (j *joined16) near(b *Backend) bool {
	size, w := 0, b.pool.workers
	for i := range j.all() {
		g := &j.of[i]
		if g.k == 0 || g.k > mostK16 {
			return false
		}
		size += panels16(g.n) * panelSize16(g.k)
	}
	most := nearB16
	if w > 1 {
		most += nearB16 / 2 // not to wait for one another is worth a little more
	}
	return size <= most && (w == 1 || j.of[0].m >= w*b.level.rows16())
}

// fused shares the rows out: each task goes through all products with some of
// them, while what the products share is in the cache.
func (j *joined16) fused(b *Backend) {
	m, tall, w := j.of[0].m, b.level.rows16(), b.pool.workers
	work := 0 // multiply-adds of a row
	for i := range j.all() {
		g := &j.of[i]
		g.i1, g.q1 = m, blocks16(g.k)
		g.packedB, g.strideB = g.b, panelSize16(g.k)
		work += panels16(g.n) * nr * g.q1 * kStep16
	}
	j.rows = m
	tasks := func() int { return (m + j.rows - 1) / j.rows }
	for w > 1 && j.rows > tall && tasks() < 8*w && j.rows*work > 2*leastTask16 {
		j.rows = (j.rows/2 + tall - 1) / tall * tall
	}
	shareTasks(b, tasks(), j, func(b *Backend, a **joined16, w, t int) {
		j := *a
		j.pass(b, &b.scratch[w], t*j.rows, min(j.of[0].m, (t+1)*j.rows))
	})
}

// pass computes rows r0…r1, as many at a time as fill a part of the first-level
// cache.
func (j *joined16) pass(b *Backend, s *scratch, r0, r1 int) {
	deepest := 0
	for i := range j.all() {
		deepest = max(deepest, j.of[i].q1)
	}
	l := b.level
	tall := l.rows16()
	high := max(1, firstA16/(deepest*kStep16*tall)) * tall
	a := words(aligned(s.get(slotA16, sizeA16(l, high, deepest)+15)))
	for r := r0; r < r1; r += high {
		end := min(r1, r+high)
		for i := range j.all() {
			g := &j.of[i]
			if i == 0 || !g.sameA(&j.of[i-1]) {
				convertRows16(l, a, end-r, g.q1, g.a[r*g.lda:], g.lda, g.k)
			}
			g.stripe(b, s, a, r, end, 0, panels16(g.n))
		}
	}
}

func (g *product16) sameA(h *product16) bool { return &g.a[0] == &h.a[0] && g.k == h.k }
