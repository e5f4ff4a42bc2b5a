package service

import (
	"fmt"
	"testing"
)

func TestOccurrencesFollowTheBranch(t *testing.T) {
	var o Occurrences
	for _, c := range []struct {
		branch string
		want   int
	}{
		{"", 0}, {"0", 1}, {"0", 2}, {"0.1", 3}, {"0.1.0", 4},
		{"0.0", 3},     // a sibling's calls are not in its past
		{"0.1.0", 5},   // its own are
		{"1", 1},       // only the root's
		{"0.10", 3},    // "0.1" is not on the way to "0.10"
		{"0.10.0", 4},  // "0.10" is
		{"0.1.0.2", 6}, // 1 root, 2 on "0", 1 on "0.1", 2 on "0.1.0"
	} {
		if got := o.Next("t", c.branch, "x"); got != c.want {
			t.Errorf("branch %q: %d earlier calls, want %d", c.branch, got, c.want)
		}
	}
	if n := o.Next("t", "0", "y"); n != 0 {
		t.Errorf("another content: %d earlier calls", n)
	}
	if n := o.Next("u", "0", "x"); n != 0 {
		t.Errorf("another task: %d earlier calls", n)
	}
	o.Forget("t")
	if n := o.Next("t", "0", "x"); n != 0 {
		t.Errorf("a forgotten task: %d earlier calls", n)
	}
}

func ExampleOccurrences() {
	var o Occurrences
	fmt.Println(o.Next("588", "0", "search"), o.Next("588", "0.0", "search"), o.Next("588", "0.1", "search"))
	// Output: 0 1 1
}
