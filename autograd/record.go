package autograd

// A recorded operation is a struct of what its backward pass needs, which lies
// in a slab of the tape: a step in steady state allocates nothing.
type backward interface {
	// back adds the gradients of the inputs. That of a result is known, unless
	// nothing depends on it.
	back()
}

// op is one recorded operation: how to run it backwards, and what it made.
type op struct {
	backward
	out    *Value
	lo, hi int // further results: Tape.more[lo:hi]
}

// record remembers an operation o that made out and more.
func record[O any, P interface {
	*O
	backward
}](t *Tape, o O, out *Value, more ...*Value) {
	p := slabOf[O](t).next()
	*p = o
	t.push(P(p), out, more)
}

func (t *Tape) push(b backward, out *Value, more []*Value) {
	lo := len(t.more)
	t.more = append(t.more, more...)
	t.ops = append(t.ops, op{b, out, lo, len(t.more)})
}

// record remembers an operation whose backward pass is a closure.
func (t *Tape) record(back func(), out *Value, more ...*Value) { t.push(closure(back), out, more) }

type closure func()

func (f closure) back() { f() }

// reached reports whether the loss depends on a result of an operation.
func (t *Tape) reached(o *op) bool {
	for _, v := range t.more[o.lo:o.hi] {
		if v.grad != nil {
			return true
		}
	}
	return o.out.grad != nil
}

// truncate forgets the operations from number n on.
func (t *Tape) truncate(n int) {
	if n < len(t.ops) {
		more := t.ops[n].lo
		clear(t.more[more:])
		t.more = t.more[:more]
	}
	clear(t.ops[n:])
	t.ops = t.ops[:n]
}
