package toy

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/llama"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/llama/tokenizer"
	"github.com/stepgrain/stepgrain/toolenv"
)

var (
	colours = []string{"red", "blue", "green", "pink"}
	words   = []string{"sun", "sea", "oak", "ice"}
)

// Env is one episode. It implements [toolenv.Env].
type Env struct {
	task *toolenv.Task
	k    int // the colour
	word string
	turn int
}

// New returns episode i.
func New(i int) *Env {
	k, w := i%len(colours), (i/len(colours)+i)%len(words)
	return &Env{k: k, word: words[w], task: &toolenv.Task{ID: fmt.Sprint("toy-", i), Set: "train", Query: colours[k], Answer: words[w], MaxCalls: 2}}
}

func (e *Env) Task() *toolenv.Task { return e.task }
func (e *Env) System() string      { return "tools" }
func (e *Env) User() string        { return e.task.Query }
func (e *Env) Reset()              { e.turn = 0 }

// Right is the right action of the present turn.
func (e *Env) Right() string {
	if e.turn == 0 {
		return Call(colours[e.k])
	}
	return Answer(e.word)
}

// Call is the action that calls a colour's tool.
func Call(colour string) string { return "Action: " + colour + "\nAction Input: {}" }

// Answer finishes with a word.
func Answer(word string) string { return "Action: Finish\nAction Input: " + word }

// Step implements [toolenv.Env].
func (e *Env) Step(action string) toolenv.StepResult {
	right := action == e.Right()
	e.turn++
	r := toolenv.StepResult{Failed: !right, Milestone: -1, Observation: "word " + e.word, Outcome: toolenv.Finished}
	if right && e.turn == 1 {
		r.Milestone = 0
	}
	if e.turn == 2 || !right {
		r.Done, r.Solved = true, right
	}
	return r
}

// Shape pays .5 for the right call and 1 for the right answer.
func Shape(t *toolenv.Trajectory) {
	for k := range t.Turns {
		turn := &t.Turns[k]
		turn.Rewards = nil
		if turn.Milestone == 0 {
			turn.Rewards = append(turn.Rewards, toolenv.Component{Name: "Contribution", Value: .5, Source: "toy"})
		}
	}
	if n := len(t.Turns); n > 0 && t.Solved {
		t.Turns[n-1].Rewards = append(t.Turns[n-1].Rewards, toolenv.Component{Name: "IsSolved", Value: 1, Source: "toy"})
	}
}

// Demo is a demonstration of episode i: with slip, a masked wrong call first.
func Demo(i int, slip bool) *toolenv.Trajectory {
	e := New(i)
	t := toolenv.NewTrajectory(e)
	if slip {
		t.Turns = append(t.Turns, toolenv.Turn{Action: Call("black"), Observation: "no such tool", Masked: true, Failed: true})
	}
	for range 2 {
		t.Take(e, e.Right())
	}
	return t
}

// Renderer returns a tokenizer with few merges in StepTool's plain layout.
func Renderer() *chat.Renderer {
	texts := func(yield func(string) bool) {
		for i := range 64 {
			t := Demo(i, i%4 == 0)
			s := "System:\n" + t.System + "\nUser:\n" + t.User + "\nBegin!\n\nAssistant:\n"
			for _, x := range t.Turns {
				s += x.Action + "Function:\n" + x.Observation + "\nAssistant:\n"
			}
			if !yield(strings.Repeat(s, 2)) {
				return
			}
		}
	}
	tok := tokenizer.Train(texts, 320, []string{chat.EndOfText}, tokenizer.WithEOS(chat.EndOfText))
	layout, err := chat.ByName("toolllama")
	if err != nil {
		panic(err)
	}
	r, err := chat.NewRenderer(layout, tok)
	if err != nil {
		panic(err)
	}
	return r
}

// Model returns a decoder of two layers for the renderer's tokenizer.
func Model(r *chat.Renderer, dt kernels.DType, d int, seed uint64) *llama.Model {
	m, err := llama.New(llama.Config{ModelType: "llama", VocabSize: r.Len(), HiddenSize: d, IntermediateSize: 2 * d, NumHiddenLayers: 2,
		NumAttentionHeads: 2, NumKeyValueHeads: 2, HeadDim: d / 2, RMSNormEps: 1e-5, RopeTheta: 1e4, MaxPositionEmbeddings: 160, TieWordEmbeddings: true}, dt)
	if err != nil {
		panic(err)
	}
	m.Init(seed)
	return m
}
