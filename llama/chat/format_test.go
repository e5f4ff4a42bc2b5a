package chat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

func ExampleLayout_format() {
	l, err := chat.ByName("qwen2")
	if err != nil {
		fmt.Println(err)
		return
	}
	prompts, actions := l.Format(chat.Conversation{System: "s", User: "q", Turns: []chat.Turn{{Action: "Action: f", Observation: "o"}, {Action: "Action: Finish"}}})
	fmt.Printf("%q\n%q\n", prompts, actions)
	c, err := l.Parse(prompts, actions)
	fmt.Println(c.Turns[0].Observation, err)
	// Output:
	// ["<|im_start|>system\ns<|im_end|>\n<|im_start|>user\n\nq\nBegin!\n<|im_end|>\n<|im_start|>assistant\n" "<|im_start|>function\no<|im_end|>\n<|im_start|>assistant\n"]
	// ["Action: f<|im_end|>\n" "Action: Finish<|im_end|>\n"]
	// o <nil>
}

// The released training files, taken apart and written again, are the same.
func TestFormatReleased(t *testing.T) {
	rows := 0
	for _, name := range chat.Names() {
		path := filepath.Join(golden.Root(t), "..", "shared", "steptool", "data_train", name, "step_grained_for_ppo_example.csv")
		if _, err := os.Stat(path); err != nil {
			continue
		}
		l, err := chat.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := steptool.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range list {
			c, err := l.Parse(row.Prompts, row.Responses)
			if err != nil {
				t.Fatal(err)
			}
			prompts, actions := l.Format(c)
			if !reflect.DeepEqual(prompts, row.Prompts) || !reflect.DeepEqual(actions, row.Responses) {
				t.Errorf("%s: row %d:\n got %q %q\nwant %q %q", name, i+1, prompts, actions, row.Prompts, row.Responses)
			}
			rows++
		}
	}
	if rows == 0 {
		t.Skip("no released training files")
	}
}
