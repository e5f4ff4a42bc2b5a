package world

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/metrics"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// both runs a test in the default and in the quick world.
func both(t *testing.T, f func(t *testing.T, w *World)) {
	for _, quick := range []bool{false, true} {
		t.Run(fmt.Sprintf("quick=%v", quick), func(t *testing.T) { f(t, New(1, Options{Quick: quick})) })
	}
}

// allSets lists the tasks of every set.
func allSets(w *World) map[string][]*Env {
	sets := map[string][]*Env{}
	for _, name := range Sets {
		sets[name] = w.Set(name)
	}
	return sets
}

// The plan of every task works: within the budget, every milestone answered in
// its turn, the right answer at the end.
func TestOracle(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		sets := allSets(w)
		for i := range 500 {
			sets["train"] = append(sets["train"], w.TrainTask(i))
		}
		for name, envs := range sets {
			if name != "train" && len(envs) != w.opt.Tasks {
				t.Errorf("set %s has %d tasks, want %d", name, len(envs), w.opt.Tasks)
			}
			list, err := toolenv.Rollout(context.Background(), Oracle(envs), Envs(envs, 1))
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range list {
				if !x.Solved || len(x.Turns) != len(x.Task.Plan)+1 || len(x.Turns) > w.MaxCalls() {
					t.Errorf("task %s: %s after %d of %d calls, plan of %d", x.Task.ID, x.Outcome, len(x.Turns), w.MaxCalls(), len(x.Task.Plan))
				}
				for i, turn := range x.Turns[:len(x.Turns)-1] {
					if turn.Milestone != i || turn.Failed {
						t.Errorf("task %s: call %d answers milestone %d: %s", x.Task.ID, i, turn.Milestone, turn.Observation)
					}
				}
			}
			m := metrics.Measure(list)
			if m.Pass != 1 || m.RecallPaper != 1 || m.Precision != 1 || m.InvalidCallRate != 0 {
				t.Errorf("%s: %+v", name, m)
			}
		}
	})
}

// The demonstrator always ends with Finish, is right half of the time or a bit
// more, and leaves room to improve in every kind of task.
func TestDemonstrator(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		var list []*toolenv.Trajectory
		slips, calls := 0, 0
		for i := range 4000 {
			d := w.Demo(i)
			list = append(list, d.Trajectory)
			last := d.Turns[len(d.Turns)-1]
			if last.Call == nil || last.Call.Name != toolenv.FinishName || last.Masked {
				t.Fatalf("demonstration %d ends with %q", i, last.Action)
			}
			for _, turn := range d.Turns {
				calls++
				if turn.Masked {
					slips++
				} else if turn.Status == toolenv.StatusUnparsable || turn.Status == toolenv.StatusNoSuchFunction {
					t.Errorf("demonstration %d: malformed and not masked: %q", i, turn.Action)
				}
			}
		}
		m := metrics.Measure(list)
		if m.Pass < .5 || m.Pass > .6 || m.FinishRate < .97 {
			t.Errorf("pass %.3f, finish rate %.3f; want .5 to .6, and .97", m.Pass, m.FinishRate)
		}
		if share := float64(slips) / float64(calls); share < .02 || share > .06 {
			t.Errorf("%.1f %% of the calls are slips, want 2 to 6", 100*share)
		}
		for kind, k := range metrics.ByKind(list) {
			t.Logf("%-5s pass %.2f of %4d, calls %.1f", kind, k.Pass, k.N, k.CallsMean)
			if k.Pass < .1 || k.Pass > .85 {
				t.Errorf("kind %s: pass %.2f", kind, k.Pass)
			}
		}
	})
}

// The same number gives the same task and demonstration, whoever asks and
// however many ask at once.
func TestConcurrency(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		const n = 200
		render := func(w *World, i int) string {
			b, err := json.Marshal([]any{w.Demo(i).Trajectory, w.TrainTask(i).Task()})
			if err != nil {
				t.Error(err)
			}
			return string(b)
		}
		var want, got [n]string
		for i := range n {
			if i < 20 {
				want[i] = render(New(w.seed, w.opt), i) // alone in a world of its own
			} else {
				want[i] = want[i-20]
			}
		}
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := g; i < n; i += 8 {
					got[n-1-i] = render(w, (n-1-i)%20)
				}
			})
		}
		wg.Wait()
		if want != got {
			t.Error("tasks or demonstrations depend on who asks when")
		}
		if other := render(New(w.seed+1, w.opt), 0); other == want[0] {
			t.Error("another seed gives the same demonstration")
		}
		a, b := New(1, w.opt).Set("I3")[7], New(2, w.opt).Set("I3")[7]
		if !reflect.DeepEqual(a.Task(), b.Task()) {
			t.Error("evaluation sets depend on the training seed")
		}
	})
}

// Replaying an episode gives the same answers, flaky APIs included, and a flaky
// API does not answer the same way for ever.
func TestFlaky(t *testing.T) {
	w := New(1, Options{})
	answered, refused := 0, 0
	for i := range 400 {
		e := w.TrainTask(i)
		for at, s := range e.steps {
			if at > 0 {
				break
			}
			for _, o := range e.backend.list {
				if o.fn != s.fn || o.offer.Marker != catalog.Beta {
					continue
				}
				play := func() (list []string) {
					f := e.Fresh()
					for range f.CallsLeft() {
						list = append(list, f.Step(toolenv.FormatAction(o.name, s.argsJSON(nil))).Observation)
					}
					return list
				}
				first := play()
				if !slices.Equal(first, play()) {
					t.Fatalf("task %d: another try gives other answers", i)
				}
				for _, obs := range first {
					if strings.Contains(obs, `"error": ""`) {
						answered++
					} else {
						refused++
					}
				}
			}
		}
	}
	if share := float64(refused) / float64(refused+answered); share < .5 || share > .7 {
		t.Errorf("flaky APIs refuse %.2f of %d calls, want about .6", share, refused+answered)
	}
}

var quotedName = regexp.MustCompile(`"([A-Z][a-z]+|[A-Z][a-z]{2} \d{4})"`)

// poolsIn lists the pools of all names and dates in a text.
func poolsIn(w *World, text string) map[int8]bool {
	pools := map[int8]bool{}
	for _, m := range quotedName.FindAllStringSubmatch(text, -1) {
		i, ok := indexOfName[m[1]]
		if !ok {
			i = indexOfDate(m[1])
		}
		if i < 0 {
			continue // an invented name in a slip
		}
		pools[int8(w.base.mix(0, 3, uint64(i))%2)] = true
	}
	return pools
}

// Facts cannot leak: training shows only names of pool 0, evaluation only of
// pool 1.
func TestPools(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		for i := range 2000 {
			d := w.Demo(i)
			text := d.User
			for _, turn := range d.Turns {
				text += turn.Action + turn.Observation
			}
			if p := poolsIn(w, text); p[1] || !p[0] {
				t.Fatalf("demonstration %d shows names of pools %v", i, p)
			}
			e := w.TrainTask(i)
			text = e.User() + `"` + e.Task().Answer + `"`
			for _, turn := range e.record(e.goldActions()).Turns {
				text += turn.Action + turn.Observation
			}
			if p := poolsIn(w, text); p[1] || !p[0] {
				t.Fatalf("training task %d shows names of pools %v", i, p)
			}
		}
		for name, envs := range allSets(w) {
			for _, e := range envs {
				for _, a := range append(e.goldActions(), e.User(), `"`+e.Task().Answer+`"`) {
					if p := poolsIn(w, a); p[0] {
						t.Errorf("set %s: %q shows a name of pool 0", name, a)
					}
				}
			}
		}
	})
}

// What is held out does not occur in training, in no text at all.
func TestHeldOutWords(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		var forbidden []string
		for _, c := range w.cats {
			if c.HeldOut {
				forbidden = append(forbidden, c.Word)
			}
			for _, tool := range c.Tools {
				if catalog.HeldOutBrand(tool.Name) {
					forbidden = append(forbidden, "_for_"+toolenv.Standardize(tool.Name)+"'", "_for_"+toolenv.Standardize(tool.Name)+"\n")
				}
			}
		}
		trainWords := map[string]bool{}
		check := func(i int, text string) {
			for _, word := range forbidden {
				if strings.Contains(strings.ToLower(text), word) {
					t.Errorf("training text %d contains %q: %s", i, word, text)
				}
			}
		}
		for i := range 6000 {
			d := w.Demo(i)
			check(i, d.System)
			check(i, d.User)
			for _, turn := range d.Turns {
				check(i, turn.Action+"\n")
				check(i, turn.Observation)
			}
			for _, word := range wordsIn(d.User) {
				trainWords[word] = true
			}
			e := w.TrainTask(i)
			check(i, e.System())
			check(i, e.User())
			check(i, e.Task().Answer)
			for _, turn := range e.record(e.goldActions()).Turns {
				check(i, turn.Action+"\n")
				check(i, turn.Observation)
			}
		}
		for name, envs := range allSets(w) {
			for _, e := range envs {
				for _, word := range wordsIn(quotedName.ReplaceAllString(e.User(), "")) {
					if !trainWords[word] && !slices.Contains(forbidden, word) {
						t.Errorf("set %s: the query %q uses %q, which training never does", name, e.User(), word)
					}
				}
			}
		}
	})
}

func wordsIn(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' })
}

// Each set holds out what its name says.
func TestSets(t *testing.T) {
	both(t, func(t *testing.T, w *World) {
		pairs := map[string]bool{} // compositions that training asks for
		frames := map[string]bool{}
		for i := range 6000 {
			for _, e := range []*Env{w.Demo(i).Env, w.TrainTask(i)} { // to imitate and to reinforce on
				for _, p := range compositionsOf(e) {
					pairs[p] = true
				}
				frames[frameOf(e.User())] = true
			}
		}
		sets := allSets(w)
		for name, envs := range sets {
			queries := map[string]bool{}
			for _, e := range envs {
				if queries[e.User()] {
					t.Errorf("set %s asks twice: %s", name, e.User())
				}
				queries[e.User()] = true
				heldTools, kinds := 0, map[string]int{}
				newPair := false
				for _, p := range compositionsOf(e) {
					newPair = newPair || !pairs[p]
				}
				tools := map[*kind]map[string]bool{}
				for i, g := range e.gold {
					o := e.backend.list[g]
					if catalog.HeldOutBrand(o.offer.Tool.Name) {
						heldTools++
					}
					if o.fn.kind.HeldOut {
						kinds["held out"]++
					}
					k := e.steps[i].fn.kind
					if tools[k] == nil {
						tools[k] = map[string]bool{}
					}
					tools[k][o.offer.Tool.Name] = true
				}
				if (name == "I1-tool") != (heldTools == len(e.gold)) || (name != "I1-tool" && heldTools > 0) {
					t.Errorf("set %s: %d of %d calls need held-out tools", name, heldTools, len(e.gold))
				}
				if (name == "I1-cat") != (kinds["held out"] > 0) {
					t.Errorf("set %s: %d calls in held-out categories: %s", name, kinds["held out"], e.User())
				}
				if (name == "I2" || name == "I3") && !newPair {
					t.Errorf("set %s: %q asks nothing new", name, e.User())
				}
				if name == "I2" {
					two := false
					for k, names := range tools {
						two = two || k.Key != "" && len(names) > 1
					}
					if !two {
						t.Errorf("set I2: %q needs one tool per category", e.User())
					}
				}
				if (name == "I1-inst" || name == "toollens") && frames[frameOf(e.User())] {
					t.Errorf("set %s: training knows the wording of %q", name, e.User())
				}
				if n := len(e.Task().APIs); name == "toollens" && (n < 10 || n > 14) {
					t.Errorf("set toollens: %d APIs", n)
				}
			}
		}
		t.Logf("compositions: %d in training", len(pairs))
		for _, name := range []string{"I2", "I3"} {
			distinct := map[string]bool{}
			for _, e := range sets[name] {
				for _, p := range compositionsOf(e) {
					if !pairs[p] {
						distinct[p] = true
					}
				}
			}
			t.Logf("%s: %d new compositions", name, len(distinct))
			if len(distinct) < 3 {
				t.Errorf("set %s has only %d different compositions", name, len(distinct))
			}
		}
	})
}

// compositionsOf lists the pairs of fields where one is read of what the other
// gave.
func compositionsOf(e *Env) []string {
	var list []string
	for _, s := range e.steps {
		if s.fn.field == nil {
			continue
		}
		for _, in := range s.args {
			for at := in; at.step >= 0; at = e.steps[at.step].args[0] {
				prev := e.steps[at.step]
				if prev.fn.field != nil && prev.fn.verb != "calc" {
					list = append(list, prev.fn.kind.Word+"."+prev.fn.word+">"+s.fn.word)
					break
				}
				if prev.fn.verb != "find" {
					break
				}
			}
		}
	}
	return list
}

// frameOf is a query without what changes from task to task: names and all words
// that are no frame's.
func frameOf(query string) string {
	frameWords := map[string]bool{}
	for _, f := range []frames{trainFrames, heldOutFrames, terseFrames} {
		for _, list := range [][]string{f.nested, f.forward, f.joints, f.which, f.winner} {
			for _, s := range list {
				for _, w := range wordsIn(s) {
					frameWords[w] = true
				}
			}
		}
	}
	for _, w := range []string{"the", "of", "number", "s", "higher", "and", "sum"} {
		delete(frameWords, w)
	}
	var out []string
	for _, w := range strings.Fields(quotedName.ReplaceAllString(query, "")) {
		bare := strings.Trim(strings.ToLower(w), ".,:?")
		if frameWords[bare] {
			out = append(out, w)
		} else if mark := w[len(w)-1:]; strings.Contains(".,:?", mark) {
			out = append(out, mark)
		}
	}
	first := "lower"
	if query[0] >= 'A' && query[0] <= 'Z' {
		first = "Upper"
	}
	return first + " " + strings.Join(out, " ")
}

// The frame tables share no frame, and the held-out ones no word that training
// lacks (checked on whole queries in TestHeldOutWords).
func TestFrameTables(t *testing.T) {
	for _, pick := range []func(frames) []string{
		func(f frames) []string { return f.nested }, func(f frames) []string { return f.forward },
		func(f frames) []string { return f.which }, func(f frames) []string { return f.winner },
	} {
		seen := map[string]bool{}
		for _, f := range []frames{trainFrames, heldOutFrames, terseFrames} {
			for _, s := range pick(f) {
				if seen[s] {
					t.Errorf("frame %q is in two tables", s)
				}
				seen[s] = true
			}
		}
	}
}
