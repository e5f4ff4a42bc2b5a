package world

import (
	"hash/fnv"

	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// base is the knowledge base: a function of a seed, not a table. The entities
// are split in two pools. Training sees only pool 0, evaluation only pool 1, and a
// link never leaves its pool, so that no fact can leak from one to the other.
type base struct {
	seed   uint64
	kinds  []*kind
	byWord map[string]*kind
}

// kind is a category as the knowledge base sees it.
type kind struct {
	*catalog.Category
	hash     uint64
	idOffset int
	pool     [numEntities]int8 // 0, 1; -1 where no such record exists
	members  [2][]int          // the entities of each pool
	fields   []*field
}

type field struct {
	*catalog.Field
	kind   *kind
	target *kind // nil for a number
	hash   uint64
}

// value is what a field holds: a number, or one or more records.
type value struct {
	kind  *kind // nil for a number
	num   int
	index []int // entities
}

func newBase(seed uint64, cats []*catalog.Category) *base {
	b := &base{seed: seed, byWord: map[string]*kind{}}
	for _, c := range cats {
		k := &kind{Category: c, hash: hashString(c.Word)}
		b.kinds = append(b.kinds, k)
		b.byWord[c.Word] = k
		if c.Key == "" {
			continue // computes, holds no records
		}
		k.idOffset = int(b.mix(k.hash, 1, 0) % numEntities)
		for i := range numEntities {
			k.pool[i] = -1
			if b.mix(k.hash, 2, uint64(i))%2 == 0 { // half of the names exist in a category
				p := int8(b.mix(0, 3, uint64(i)) % 2)
				k.pool[i] = p
				k.members[p] = append(k.members[p], i)
			}
		}
	}
	for _, k := range b.kinds {
		for i := range k.Fields {
			f := &field{Field: &k.Fields[i], kind: k, hash: hashString(k.Word + "." + k.Fields[i].Word)}
			if f.Target != "" {
				f.target = b.byWord[f.Target]
			}
			k.fields = append(k.fields, f)
		}
	}
	return b
}

// get is the value of a field of a record.
func (b *base) get(index int, f *field) value { return b.version(index, f, 0) }

// stale is a value that the field no longer has.
func (b *base) stale(index int, f *field) value {
	now := b.get(index, f)
	for salt := uint64(1); ; salt++ {
		old := b.version(index, f, salt)
		if old.num != now.num || (old.kind != nil && old.index[0] != now.index[0]) {
			return old
		}
	}
}

func (b *base) version(index int, f *field, salt uint64) value {
	h := b.mix(f.hash, 4+salt, uint64(index))
	if f.target == nil {
		return value{num: 10 + int(h%90)}
	}
	members := f.target.members[f.kind.pool[index]]
	at := int(h % uint64(len(members)))
	if members[at] == index && f.target == f.kind { // nothing is its own sequel
		at = (at + 1) % len(members)
	}
	v := value{kind: f.target, index: []int{members[at]}}
	if f.Many {
		v.index = append(v.index, members[(at+1+int((h>>32)%uint64(len(members)-1)))%len(members)])
	}
	return v
}

// show is what a record is called: its date or its name.
func (k *kind) show(index int) string {
	if k.Key == "date" {
		return entityDate(index)
	}
	return entityName(index)
}

// mix hashes with the seed (the finaliser of splitmix64, applied per word).
func (b *base) mix(a, c, d uint64) uint64 {
	return splitmix(splitmix(splitmix(b.seed^a)+c) + d)
}

func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func hashString(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return splitmix(h.Sum64())
}
