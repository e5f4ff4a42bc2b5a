package pyrand

const (
	size   = 624
	middle = 397
	upper  = 0x80000000
	lower  = 0x7fffffff
	matrix = 0x9908b0df
)

// twister is MT19937.
type twister struct {
	state [size]uint32
	next  int
}

// initOne fills the state from one number.
func (t *twister) initOne(seed uint32) {
	t.state[0] = seed
	for i := 1; i < size; i++ {
		prev := t.state[i-1]
		t.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	t.next = size
}

// initMany fills the state from a key of any length but none.
func (t *twister) initMany(key []uint32) {
	t.initOne(19650218)
	s := &t.state
	i, j := 1, 0
	step := func() {
		if i++; i >= size {
			s[0] = s[size-1]
			i = 1
		}
	}
	for range max(size, len(key)) {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1664525) + key[j] + uint32(j)
		step()
		if j++; j >= len(key) {
			j = 0
		}
	}
	for range size - 1 {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1566083941) - uint32(i)
		step()
	}
	s[0] = upper
}

// uint32 is the next 32 bits.
func (t *twister) uint32() uint32 {
	if t.next >= size {
		t.refill()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *twister) refill() {
	s := &t.state
	for k := range size {
		y := s[k]&upper | s[(k+1)%size]&lower
		v := s[(k+middle)%size] ^ y>>1
		if y&1 != 0 {
			v ^= matrix
		}
		s[k] = v
	}
	t.next = 0
}
