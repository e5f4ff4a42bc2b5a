package reward

import "math/bits"

// lcsWords is how many words of 64 bits are worked on at a time: as many as stay
// in registers.
const lcsWords = 4

// lcs is the length of the longest common subsequence of two texts.
//
// It is bit-parallel (Crochemore, Iliopoulos, Pinzon and Reid, A fast and practical
// bit-vector algorithm for the longest common subsequence problem, 2001, in the
// form of Hyyrö, Bit-parallel LCS-length computation revisited, 2004). Column j of
// the usual table grows by 0 or 1 from row to row; bit i of V says that it does not
// grow at row i. With M the rows whose character is b[j], the next column is
//
//	V' = (V + (V & M)) | (V &^ M)
//
// and the length is the number of zeros at the end: 64 cells of the table in five
// operations. The rows are worked through in blocks of lcsWords words over the whole
// of b; a block hands the carry of its addition at each j to the block below, so
// that memory is linear in the texts, whatever their alphabet.
func lcs(a, b []rune) int {
	if len(a) < len(b) { // the longer one fills words best
		a, b = b, a
	}
	n := 0
	for len(b) > 0 && a[0] == b[0] {
		a, b, n = a[1:], b[1:], n+1
	}
	for len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, n = a[:len(a)-1], b[:len(b)-1], n+1
	}
	rows, columns, symbols := shared(a, b)
	if len(rows) == 0 {
		return n
	}
	carry := make([]uint8, len(columns))
	index := make([]uint16, symbols)            // of masks; 0: not in the block
	var masks [64*lcsWords + 1][lcsWords]uint64 // masks[0] stays 0
	for len(rows) > 0 {
		block := rows[:min(len(rows), 64*lcsWords)]
		rows = rows[len(block):]
		used := uint16(0)
		for i, s := range block {
			if index[s] == 0 {
				used++
				index[s], masks[used] = used, [lcsWords]uint64{}
			}
			masks[index[s]][i/64] |= 1 << (i % 64)
		}
		n += lcsBlock(&masks, index, columns, carry, len(block))
		for _, s := range block {
			index[s] = 0
		}
	}
	return n
}

// lcsBlock takes a block of rows through all columns and counts the zeros of its
// bits.
func lcsBlock(masks *[64*lcsWords + 1][lcsWords]uint64, index []uint16, columns []int32, carry []uint8, rows int) int {
	v0, v1, v2, v3 := ^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)
	for j, s := range columns {
		m := &masks[index[s]]
		// The additions stand together so that the carry stays in the flag.
		u0, u1, u2, u3 := v0&m[0], v1&m[1], v2&m[2], v3&m[3]
		s0, c := bits.Add64(v0, u0, uint64(carry[j]))
		s1, c := bits.Add64(v1, u1, c)
		s2, c := bits.Add64(v2, u2, c)
		s3, c := bits.Add64(v3, u3, c)
		carry[j] = uint8(c)
		v0, v1, v2, v3 = s0|v0&^m[0], s1|v1&^m[1], s2|v2&^m[2], s3|v3&^m[3]
	}
	zeros := 0
	for i, v := range [lcsWords]uint64{v0, v1, v2, v3} {
		if left := rows - 64*i; left <= 0 {
			break
		} else if left < 64 {
			v |= ^uint64(0) << left
		}
		zeros += bits.OnesCount64(^v)
	}
	return zeros
}

// shared writes two texts as numbers of the characters that both have: others are
// in no common subsequence.
func shared(a, b []rune) (rows, columns []int32, symbols int) {
	var of numbering
	for _, r := range a {
		of.put(r, unnumbered)
	}
	columns = make([]int32, 0, len(b))
	for _, r := range b {
		k := of.get(r)
		switch k {
		case absent:
			continue
		case unnumbered:
			symbols++
			k = int32(symbols)
			of.put(r, k)
		}
		columns = append(columns, k-1)
	}
	rows = make([]int32, 0, len(a))
	for _, r := range a {
		if k := of.get(r); k > 0 {
			rows = append(rows, k-1)
		}
	}
	return rows, columns, symbols
}

// numbering numbers characters from 1. Most are ASCII, and looked up without a map.
type numbering struct {
	ascii  [128]int32
	others map[rune]int32
}

// What a character may have instead of a number.
const (
	absent     = 0
	unnumbered = -1 // in the first text
)

func (n *numbering) get(r rune) int32 {
	if r < 128 {
		return n.ascii[r]
	}
	return n.others[r]
}

func (n *numbering) put(r rune, k int32) {
	if r < 128 {
		n.ascii[r] = k
		return
	}
	if n.others == nil {
		n.others = map[rune]int32{}
	}
	n.others[r] = k
}
