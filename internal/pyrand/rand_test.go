package pyrand

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

func ExampleRand() {
	r := New(42)
	items := []string{"a", "b", "c", "d"}
	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	fmt.Println(items, r.Int(0, 9), Choice(r, items))
	// Output: [c b d a] 3 b
}

func numbers(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = i
	}
	return x
}

func shuffled(r *Rand, n int) []int {
	x := numbers(n)
	r.Shuffle(n, func(i, j int) { x[i], x[j] = x[j], x[i] })
	return x
}

func TestGolden(t *testing.T) {
	path := filepath.Join(golden.Kind(t, "toolbench"), "units", "random.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no %s", path)
	}
	var want struct {
		Shuffle map[string][]int
		Randint []struct {
			After  int `json:"after_shuffle_of"`
			Bounds [2]int
			Draws  []int
		}
		Choice  [][2]int
		U32     []uint64
		Uniform []float64 `json:"uniform01"`
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Shuffle) == 0 || len(want.Randint) == 0 || len(want.Choice) == 0 || len(want.U32) == 0 || len(want.Uniform) == 0 {
		t.Fatal("the recording lacks a part")
	}
	for n, w := range want.Shuffle {
		n, _ := strconv.Atoi(n)
		if got := shuffled(New(42), n); !slices.Equal(got, w) {
			t.Errorf("shuffle of %d: %v, recorded %v", n, got, w)
		}
	}
	for _, c := range want.Randint {
		r := New(42)
		shuffled(r, c.After)
		for i, w := range c.Draws {
			if got := r.Int(c.Bounds[0], c.Bounds[1]); got != w {
				t.Errorf("randint%v, draw %d after a shuffle of %d: %d, recorded %d", c.Bounds, i, c.After, got, w)
			}
		}
	}
	r := New(42)
	for i, c := range want.Choice {
		if got := Choice(r, numbers(c[0])); got != c[1] {
			t.Errorf("choice %d of %d: %d, recorded %d", i, c[0], got, c[1])
		}
	}
	r = New(42)
	for i, w := range want.U32 {
		if got := r.Bits(32); got != w {
			t.Errorf("getrandbits(32), draw %d: %d, recorded %d", i, got, w)
		}
	}
	r = New(42)
	for i, w := range want.Uniform {
		if got := r.Random(); got != w {
			t.Errorf("random(), draw %d: %v, recorded %v", i, got, w)
		}
	}
}

// Values of CPython 3.11 for seeds that are not 42.
func TestSeeds(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for _, c := range []struct {
		seed *big.Int
		want string
	}{
		{big.NewInt(0), "3626764237 12 1002328363191468 0.420571580830845 595104494081739791237831482938"},
		{big.NewInt(1), "577090037 18 903269621787359 0.763774618976614 989990361817605419587374691388"},
		{big.NewInt(1 << 32), "485306839 11 1052401926067462 0.0166763664992291 1014567882866171436470707537673"},
		{huge, "3124625047 7 924157388150174 0.011812474780114934 941392166960217718063602129413"},
	} {
		r := NewBig(c.seed)
		if got := fmt.Sprintf("%d %d %d %v %d", r.Bits(32), r.Bits(5), r.Bits(50), r.Random(), r.BigBits(100)); got != c.want {
			t.Errorf("seed %d: %s, Python %s", c.seed, got, c.want)
		}
	}
	if New(-7).Bits(32) != New(7).Bits(32) {
		t.Error("-7 seeds another generator than 7")
	}
}

func TestPanics(t *testing.T) {
	r := New(1)
	for name, f := range map[string]func(){
		"Below(0)": func() { r.Below(0) }, "Bits(65)": func() { r.Bits(65) }, "Bits(-1)": func() { r.Bits(-1) },
		"Int(2, 1)": func() { r.Int(2, 1) }, "BigBits(-1)": func() { r.BigBits(-1) }, "Choice": func() { Choice(r, []int{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			f()
		}()
	}
	if r.Bits(0) != 0 || r.BigBits(0).Sign() != 0 {
		t.Error("no bits are not 0")
	}
}
