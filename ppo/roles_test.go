package ppo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

func TestRoles(t *testing.T) {
	// One letter per byte: . layout, n tool name, a arguments, w answer.
	for _, c := range []struct{ text, want string }{
		{"Thought: x\nAction: get_a\nAction Input: {\"k\": 1}", "..................nnnnnn..............aaaaaaaaa"},
		{"Action: Finish\nAction Input: {}", ".......nnnnnnn..............www"},
		{"Action: f", ".......nn"},
		{"no call at all", ".............."},
		{"a thought about Action: x\nAction: y", ".................................nn"},
		{"", ""},
	} {
		roles := ppo.Roles(strings.Split(c.text, ""))
		var got strings.Builder
		for _, r := range roles {
			got.WriteByte(".naw"[r])
		}
		// A token that is a space alone has the role of its place.
		if got.String() != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got.String(), c.want)
		}
	}
	if got := ppo.Roles([]string{"Action:", " get", "_a", "\nAction", " Input:", " {", "}", "</s>"}); !slices.Equal(got, []ppo.Role{0, 1, 1, 0, 0, 2, 2, 2}) {
		t.Errorf("roles of tokens %v", got)
	}
}
