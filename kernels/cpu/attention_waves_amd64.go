//go:build !purego

package cpu

// await returns when the block before this one has passed rows.
func (v waves) await(block, rows int) {
	if v == nil || block == 0 {
		return
	}
	for i := 1; v[block-1].rows.Load() < int64(rows); i++ {
		linger(i)
	}
}

// reach says that the block has passed rows.
func (v waves) reach(block, rows int) {
	if block+1 < len(v) { // somebody comes behind
		v[block].rows.Store(int64(rows))
	}
}
