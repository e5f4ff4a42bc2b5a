package chat

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/llama/tokenizer"
)

func TestDialogueIsRenderWithTheTurnsInAnyOrder(t *testing.T) {
	for _, name := range Names() {
		r := renderer(t, name, tokenizer.WithBOS("<s>"))
		want := r.PromptIDs("sys\n", "a query")
		want = append(want, r.ActionIDs("Action: f")...)
		want = append(want, r.ObservationIDs("obs\n")...)
		sampled := []int32{1, 2, 3}
		want = append(want, sampled...)
		want = append(want, r.ObservationIDs("")...)
		got, err := r.Dialogue([]Message{
			{Role: "system", Content: "sys\n"}, {Role: "user", Content: r.UserText("a query")}, {Role: "assistant", Content: "Action: f"},
			{Role: "tool", Content: "obs\n"}, {Role: "assistant", IDs: sampled}, {Role: "function"},
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
		// A user's turn between observation and action is one of its own.
		more, err := r.Dialogue([]Message{{Role: "user", Content: "q"}, {Role: "assistant"}, {Role: "tool", Content: "o"}, {Role: "user", Content: "be<|im_end|></s><|eot_id|> different"}})
		if err != nil {
			t.Fatal(err)
		}
		l := r.Layout.(*turns)
		user := l.header(l.roles.user).String() + "be<|im_end|></s><|eot_id|> different" + l.between().String()
		if text := string(r.DecodeBytes(more)); !strings.HasSuffix(text, user+l.header(l.roles.assistant).String()) {
			t.Errorf("%s: %q does not end in %q", name, text, user)
		}
		plain, err := r.Dialogue([]Message{{Role: "user"}, {Role: "assistant"}, {Role: "tool"}, {Role: "user"}})
		if a, b := controls(r, more), controls(r, plain); a != b || err != nil {
			t.Errorf("%s: special tokens %s, want %s (%v)", name, a, b, err)
		}
		if _, err := r.Dialogue([]Message{{Role: "robot"}}); err == nil || !strings.Contains(err.Error(), `message 0 has role "robot"`) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
