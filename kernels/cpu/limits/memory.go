package limits

// A Kind is one of the STREAM kernels.
type Kind int

// The kinds, see the package documentation.
const (
	Read Kind = iota
	Copy
	Triad
	Update
)

func (k Kind) String() string { return [...]string{"Read", "Copy", "Triad", "Update"}[k] }

// arrays is how many arrays a kind goes through, moved how many it reads or writes.
func (k Kind) arrays() int { return [...]int{1, 2, 3, 2}[k] }
func (k Kind) moved() int  { return [...]int{1, 2, 3, 3}[k] } // Update reads both and writes one

// Memory is the arrays of a working set, to measure more than once.
type Memory struct {
	kind Kind
	n    int
	mem  [][3][]float32
}

// NewMemory takes a working set of bytes for each thread that a processor is
// there for, in huge pages where the system gives them: the limit should not be
// that of the page tables.
func NewMemory(k Kind, bytes, threads int) *Memory {
	m := &Memory{kind: k, n: max(64, bytes/k.arrays()/4/64*64), mem: make([][3][]float32, atOnce(threads))}
	for t := range m.mem {
		for a := range k.arrays() {
			x := pages(m.n)
			for i := range x {
				x[i] = float32(i%3) - 1 // pages exist only after a write
			}
			m.mem[t][a] = x
		}
	}
	return m
}

// Bandwidth returns GB/s of the program's reads and writes: the best of samples
// passes on all threads at once.
func (m *Memory) Bandwidth(isa string, samples int) float64 {
	repeat := max(1, (1<<20)/(m.n*m.kind.moved()*4))
	return perSecond(len(m.mem), samples, func(t int) float64 {
		x := &m.mem[t]
		for range repeat {
			stream(m.kind, isa, x[0], x[1], x[2])
		}
		return float64(repeat * m.n * m.kind.moved() * 4)
	})
}

// Free gives the memory back; m is not to be used afterwards.
func (m *Memory) Free() {
	for _, arrays := range m.mem {
		for _, x := range arrays {
			if x != nil {
				release(x)
			}
		}
	}
	m.mem = nil
}

// Bandwidth is [Memory.Bandwidth] of fresh memory.
func Bandwidth(k Kind, isa string, bytes, threads, samples int) float64 {
	m := NewMemory(k, bytes, threads)
	defer m.Free()
	return m.Bandwidth(isa, samples)
}

// streamGeneric is one pass of a kind: over x alone, y = x, y = x + 0.5·z, or
// y = y + 0.5·x.
func streamGeneric(k Kind, x, y, z []float32) {
	switch k {
	case Read:
		var a, b, c, d float32
		for i := 0; i+4 <= len(x); i += 4 {
			a += x[i]
			b += x[i+1]
			c += x[i+2]
			d += x[i+3]
		}
		if s := a + b + c + d; s != s {
			panic("limits: NaN")
		}
	case Copy:
		copy(y, x)
	case Triad:
		for i := range y {
			y[i] = x[i] + float32(0.5*z[i])
		}
	case Update:
		for i := range y {
			y[i] += float32(0.5 * x[i])
		}
	}
}
