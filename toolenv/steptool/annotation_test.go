package steptool

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const judged = `{"7": {"query": "q", "tool_names": ["f", "Finish"],
 "answer_steps": ["Step 1: {'name': 'f', 'arguments': '{\"a\":1}', 'response': 'it\\'s'}"],
 "process_reward": {"0": {"succeed_tool_calling": [1], "contributions": [5]},
                    "1": {"succeed_tool_calling": [1], "contributions": [4]},
                    "2": {"succeed_tool_calling": [0], "contributions": [0]}},
 "final_step": "Final step: {'name': 'Finish', 'arguments': '{}'}",
 "is_solved": {"0": "AnswerStatus.Unsure", "1": "AnswerStatus.Solved", "2": "AnswerStatus.Solved"}}}`

func ExampleAnnotation_Rewards() {
	list, err := ParseAnnotations([]byte(judged))
	fmt.Println(len(list), err)
	fmt.Printf("%.4f\n", list[0].Rewards())
	step, err := ParseStep(list[0].Steps[0])
	fmt.Printf("%+v %v\n", step, err)
	// Output:
	// 1 <nil>
	// [0.6333 0.8333]
	// {Name:f Arguments:{"a":1} Response:it's} <nil>
}

func TestAnnotationErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`[1], "contributions": [5]`, `[1, 1], "contributions": [5]`, "query 7: repeat 0: 2 successes and 1 contributions for 1 steps"},
		{`"contributions": [4]`, `"contributions": [6]`, "repeat 1, step 1: success 1 (0 to 1), contribution 6 (0 to 5)"},
		{`"0": "AnswerStatus.Unsure"`, `"0": "Maybe"`, `repeat 0 is "Maybe"`},
		{`, "2": "AnswerStatus.Solved"`, ``, "3 repeats of process_reward, 2 of is_solved"},
		{`"1": {"succ`, `"x": {"succ`, `repeat "x" is not a number`},
		{`{"7"`, `["7"`, "expected a JSON object"},
		{judged, judged + " 1", "expected the end"},
	} {
		text := strings.Replace(judged, c.old, c.new, 1)
		if _, err := ParseAnnotations([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.new, err, c.want)
		}
	}
	for text, want := range map[string]string{
		"Step 1":               "has no",
		"Step 1: {'name': 'f'": "never closed",
		"Step 1: ['f']":        "holds no dict",
		"Step 1: {'x': 'f'}":   "has no name",
	} {
		if _, err := ParseStep(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

// The released annotations: every reward on the grid, every step readable, and
// query 44426 with its repeats Unsure, Solved, Solved, whose final reward is 5/6.
func TestReleasedAnnotations(t *testing.T) {
	list, err := LoadAnnotations(filepath.Join(release(t), "annotation", "reward_annotation.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
		r := a.Rewards()
		for k, x := range r {
			if n := 30 * x; math.Abs(n-math.Round(n)) > 1e-9 || x < 0 || x > 1 {
				t.Errorf("query %s: reward %d is %v, not a multiple of 1/30", a.ID, k, x)
			}
		}
		if a.ID == "44426" && math.Abs(r[len(r)-1]-5./6) > 1e-12 {
			t.Errorf("query 44426: final reward %v, want 5/6", r[len(r)-1])
		}
		for _, s := range append(a.Steps, a.FinalStep) {
			c, err := ParseStep(s)
			if err != nil {
				t.Errorf("query %s: %v", a.ID, err)
			} else if (c.Name == "Finish") != (s == a.FinalStep) {
				t.Errorf("query %s: step %.40q calls %q", a.ID, s, c.Name)
			}
		}
	}
	if want := []string{"32980", "70195", "44426", "34459", "56543"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("queries %v, want %v in this order", ids, want)
	}
}

// The released file comes back byte for byte, and so does what judges that are
// language models say, valid or not.
func TestAnnotationsAreWrittenAsReleased(t *testing.T) {
	path := filepath.Join(release(t), "annotation", "reward_annotation.json")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, err := LoadAnnotations(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy.json")
	if err := SaveAnnotations(copied, list); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(copied); string(got) != string(want) {
		t.Error("the released annotations are written differently")
	}
}

func TestInvalidAnnotationsAreKept(t *testing.T) {
	text := `{
    "7": {
        "query": "für 你",
        "tool_names": [
            "f"
        ],
        "answer_steps": [],
        "process_reward": {
            "0": {
                "succeed_tool_calling": "1, 0",
                "contributions": [
                    1.0
                ]
            },
            "2": {
                "succeed_tool_calling": [],
                "contributions": null
            }
        },
        "final_step": "",
        "is_solved": {
            "0": "AnswerStatus.Solved",
            "2": "AnswerStatus.Unsure"
        },
        "failures": {
            "1": "no answer"
        }
    }
}`
	var list []Annotation
	for a, err := range EachAnnotation(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, *a)
	}
	if err := list[0].Validate(); err == nil || !strings.Contains(err.Error(), `repeat 0: succeed_tool_calling: '1, 0' is not a list`) {
		t.Errorf("Validate: %v", err)
	}
	var b strings.Builder
	if err := WriteAnnotations(&b, list); err != nil || b.String() != text {
		t.Errorf("written (%v):\n%s", err, b.String())
	}
}
