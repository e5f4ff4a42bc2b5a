package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stepgrain/stepgrain/ppo"
)

func sets(pairs ...string) []Assignment {
	var list []Assignment
	for _, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		list = append(list, Assignment{k, v, "-set"})
	}
	return list
}

func TestErrorsNameTheKeyAndWhatWouldBeRight(t *testing.T) {
	for _, tt := range []struct{ set, want string }{
		{"ppo.gama=.9", `unknown key "ppo.gama": did you mean "ppo.gamma"?`},
		{"gamma=.9", `unknown key "gamma": did you mean "ppo.gamma"?`},
		{"ppo.learning_rate=.1", `unknown key "ppo.learning_rate": did you mean "ppo.lr"?`},
		{"lora.rank=8", `unknown key "lora.rank": did you mean "lora.r"?`},
		{"max_grad_norm=1", `unknown key "max_grad_norm": did you mean "sft.clip_norm"?`},
		{"sft.token=3", `unknown key "sft.token": did you mean "sft.tokens"?`},
		{"ppo.clip_high=-0.1", "config ppo.clip_high = -0.1: must be ≥ 0 (0.2 is usual)"},
		{"ppo.gamma=abc", `config ppo.gamma = "abc": must be in [0, 1] (1 is usual)`},
		{"ppo.gamma=1.5", "config ppo.gamma = 1.5: must be in [0, 1] (1 is usual)"},
		{"ppo.gamma=nan", "config ppo.gamma = nan: must be in [0, 1] (1 is usual)"},
		{"ppo.epochs=1.5", "config ppo.epochs = 1.5: must be a whole number in [1, 1000] (2 is usual)"},
		{"seed=-1", "config seed = -1: must be a whole number ≥ 0 (1 is usual)"},
		{"method=nonsense", `config method = "nonsense": must be one of ppo-step, ppo-final, sft (ppo-step is usual)`},
		{"reward.shaper=grahp", `config reward.shaper = "grahp": must be one of graph, steptool, file, final (graph is usual): did you mean "graph"?`},
		{"ppo.gae=step_trace", `config ppo.gae = "step_trace": must be one of step-trace, token, paper, turn, step, bilevel, include, zeroed, released (step-trace is usual): did you mean "step-trace"?`},
		{"lora.r=4 lora.targets=q_proj,v_prj", `config lora.targets = q_proj,v_prj: "v_prj" is none of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, all-linear: did you mean "v_proj"?`},
		{"env.calls=6", "config env.calls = 6: the longest solution takes 6 calls and Finish: must be at least 7"},
		{"quick=true env.calls=5", "config env.calls = 5: the longest solution takes 5 calls and Finish: must be at least 6"},
		{"sft.copy_every=1", "config sft.copy_every = 1: every step would be on strings to copy, and none on demonstrations: must be 0 or at least 2 (20 is usual)"},
		{"lora.r=4", "config lora.r = 4: adapters need a model to adapt: give -model PATH or -set sft.from=RUN, or leave -lora out"},
		{"lora.r=4 critic.kind=separate", "config critic.kind = separate: a model with adapters is not copied: use detached or shared, or lora.r=0"},
		{"reward.allow_farmable=maybe", `config reward.allow_farmable = "maybe": must be true or false (false is usual)`},
		{"version=2", "config version = 2: is recorded by the program and cannot be set"},
		{"model.heads=5", "config model.heads = 5: must divide model.dim = 96"},
		{"compat.mode=released", "config compat.mode = released: needs trajectories to train on (-model PATH -data FILE) or a recorded run to replay (-set compat.replay=DIR)"},
		{"compat.mode=released data.file=d", "config data.file = d: stored trajectories need a model to train: give -model PATH"},
		{"compat.mode=released data.file=d model.path=m method=ppo-final", "config method = ppo-final: the released trainer pays the steps of the file: leave -method out"},
		{"compat.mode=released data.file=d model.path=m model.template=qwen2-react", "config model.template = qwen2-react: the released trainer has toolllama, qwen2 and llama3-1 only"},
		{"model.path=m model.template=qwen2-react", "config model.template = qwen2-react: ToolBench's prompts stand in stored trajectories only: give -data FILE, or leave -react out"},
		{"compat.mode=released data.file=d model.path=m lora.r=0", "config lora.r = 0: the released trainer trains adapters, and its reference is the model without them: must be at least 1"},
		{"compat.mode=released data.file=d model.path=m data.batch=4", "config data.batch = 4: the released trainer steps after 4 minibatches of 2 rows: must be a multiple of 8"},
	} {
		_, err := Load("", sets(strings.Fields(tt.set)...))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.set, err, tt.want)
		}
	}
}

func TestAKeyThatNothingReadsIsAnError(t *testing.T) {
	for _, tt := range []struct{ set, want string }{
		{"ppo.kl_target=3", "config ppo.kl_target = 3 has no effect: it is read only with ppo.kl_controller=adaptive (ppo.kl_controller is fixed)"},
		{"method=sft ppo.lr=.1", "config ppo.lr = .1 has no effect: it is read only unless method is sft (method is sft)"},
		{"ppo.gae=turn ppo.gamma_in=.9", "config ppo.gamma_in = .9 has no effect: it is read only unless ppo.gae is turn or step (ppo.gae is turn)"},
		{"sft.from=x model.dim=64", "config model.dim = 64 has no effect: it is read only without sft.from (sft.from is x)"},
		{"method=ppo-final reward.shaper=graph", "config reward.shaper = graph has no effect: it is read only with method=ppo-step (method is ppo-final)"},
		{"data.epochs=2", "config data.epochs = 2 has no effect: it is read only with data.file (data.file is not given)"},
	} {
		_, err := Load("", sets(strings.Fields(tt.set)...))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.set, err, tt.want)
		}
	}
	_, err := Load("", []Assignment{{"model.template", "qwen2", "-template"}})
	if want := "config -template (model.template) = qwen2 has no effect: it is read only with model.path (model.path is not given)"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := Load("", sets("ppo.kl_controller=adaptive", "ppo.kl_target=3")); err != nil {
		t.Error(err)
	}
}

// Every spelling of true asks for the small run, not for its world alone.
func TestQuickHasItsDefaults(t *testing.T) {
	want, err := Load("", sets("quick=true"))
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{"1", "t", "True"} {
		c, err := Load("", sets("quick="+spelling))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, c); d != "" {
			t.Errorf("quick=%s: %s", spelling, d)
		}
	}
}

// Wide keys do not undo narrow ones, whatever the order on the command line.
func TestCompositeKeys(t *testing.T) {
	for _, set := range [][]Assignment{
		sets("ppo.lambda_across=.5", "ppo.gamma=.9", "ppo.gae=paper"),
		sets("ppo.gae=paper", "ppo.gamma=.9", "ppo.lambda_across=.5"),
	} {
		c, err := Load("", set)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := [4]float64{c.PPO.GammaIn, c.PPO.LambdaIn, c.PPO.GammaAcross, c.PPO.LambdaAcross}, [4]float64{.9, 1, .9, .5}; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestTheWordsAreThoseOfTheTrainer(t *testing.T) {
	if d := cmp.Diff(ppo.GAENames(), byKey["ppo.gae"].OneOf); d != "" {
		t.Error(d)
	}
	for _, w := range byKey["loss.aggregate"].OneOf {
		if err := ppo.Aggregation(w).Validate(); err != nil {
			t.Error(err)
		}
	}
}

// What a run records can be given back as it is, and means the same.
func TestRecordedConfigurationsRoundTrip(t *testing.T) {
	for _, set := range [][]Assignment{
		nil, sets("quick=true"), sets("method=sft"), sets("method=ppo-final"), sets("sft.from=runs/x"),
		sets("ppo.gae=turn"), sets("ppo.gae=paper", "ppo.gamma=.5"),
		sets("data.file=d.csv", "model.path=m", "model.template=qwen2"),
		sets("compat.mode=released", "compat.replay=d", "compat.dump=o"),
		sets("compat.mode=released", "data.file=d.csv", "model.path=m", "model.template=llama3-1", "ppo.iterations=3"),
	} {
		c, err := Load("", set)
		if err != nil {
			t.Fatal(set, err)
		}
		c.Version, c.Impl, c.SFT.FromSHA256 = "v1", "avx2", "123"
		path := filepath.Join(t.TempDir(), "config.json")
		if err := os.WriteFile(path, c.JSON(), 0o666); err != nil {
			t.Fatal(err)
		}
		again, err := Load(path, nil)
		if err != nil {
			t.Fatal(set, err)
		}
		if d := cmp.Diff(c, again); d != "" {
			t.Errorf("%v: %s", set, d)
		}
		// A recorded file may be changed by flags, and those are checked.
		if _, err := Load(path, sets("ppo.gama=1")); err == nil {
			t.Error("an unknown key beside a recorded file is accepted")
		}
	}
}

// A run of the final reward alone keeps the shaper that was set, so that its
// configuration with another method is what that method would have been.
func TestPPOFinalLeavesTheShaper(t *testing.T) {
	c, err := Load("", sets("method=ppo-final"))
	if err != nil || c.Shaper() != "final" || c.Reward.Shaper != "graph" {
		t.Fatalf("shaper %s, reward.shaper %s, %v", c.Shaper(), c.Reward.Shaper, err)
	}
	c.Version = "v1"
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, c.JSON(), 0o666); err != nil {
		t.Fatal(err)
	}
	if c, err = Load(path, []Assignment{{"method", "ppo-step", "-method"}}); err != nil || c.Shaper() != "graph" {
		t.Errorf("shaper %s, %v", c.Shaper(), err)
	}
	if c, err = Load(path, sets("method=ppo-step", "reward.shaper=final")); err != nil || c.Shaper() != "final" {
		t.Errorf("shaper %s, %v", c.Shaper(), err)
	}
	if _, err = Load(path, sets("reward.shaper=steptool")); err == nil {
		t.Error("a shaper beside -method ppo-final is accepted")
	}
}

func TestAPresetOverARecordedFileReplacesItsNumbers(t *testing.T) {
	c, _ := Load("", nil)
	c.Version = "v1"
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, c.JSON(), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, sets("ppo.gae=token"))
	if err != nil || c.PPO.GammaIn != .99 || c.PPO.LambdaAcross != .95 {
		t.Errorf("γ %v, λ %v, %v", c.PPO.GammaIn, c.PPO.LambdaAcross, err)
	}
	if _, err := Load(path, []Assignment{{"quick", "true", "-quick"}}); err == nil {
		t.Error("-quick beside a recorded file is accepted")
	}
}

func TestHandWrittenFile(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "c.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c, err := Load(write(`{"quick": true, "ppo": {"iterations": 3}, "ppo.gamma": 0.9, "sft.from": "runs/a", "lora.r": 4, "lora": {"targets": ["q_proj"]}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.PPO.Iterations != 3 || c.PPO.GammaAcross != .9 || c.Model.Context != 512 || len(c.LoRA.Targets) != 1 {
		t.Errorf("got %+v", c)
	}
	for text, want := range map[string]string{
		`{`:                            "not a JSON object",
		`{} {}`:                        "more than one JSON value",
		`[1]`:                          "not a JSON object",
		`{"ppo": 3}`:                   `unknown key "ppo"`,
		`{"ppo": {"gama": 3}}`:         `did you mean "ppo.gamma"`,
		`{"seed": null}`:               "seed is null",
		`{"ppo": {"kl_target": 3}}`:    "has no effect",
		`{"lora": {"targets": [1]}}`:   "a list holds text only",
		`{"ppo": {"gamma": "x"}}`:      "config ppo.gamma",
		`{"lora": {"targets": "a,b"}}`: "has no effect",
	} {
		if _, err := Load(write(text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
	if _, err := Load(filepath.Join(dir, "none.json"), nil); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v", err)
	}
}

// Every tag is well formed, every default passes its own check, and every
// condition names a key and values that exist.
func TestSchema(t *testing.T) {
	for _, b := range []base{{}, {quick: true}, {data: true, template: "toolllama"}, {data: true, template: "qwen2"}} {
		c := defaults(b)
		c.applyGAE()
		for i := range Settings {
			s := &Settings[i]
			if s.Doc == "" {
				t.Errorf("%s has no documentation", s.Key)
			}
			if s.Sets != nil {
				continue
			}
			if err := s.check(c.field(s), c.Get(s.Key)); err != nil && !s.Recorded {
				t.Errorf("default: %v", err)
			}
			for _, w := range s.When {
				q := parseCondition(w)
				for _, r := range q {
					on, ok := byKey[r.key]
					if !ok {
						t.Fatalf("%s: condition on unknown key %s", s.Key, r.key)
					}
					for _, v := range r.values {
						if on.OneOf != nil && !strings.Contains("|"+strings.Join(on.OneOf, "|")+"|", "|"+v+"|") {
							t.Errorf("%s: condition %s: no such value", s.Key, w)
						}
					}
				}
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(`{"ppo":{"gamma":1e999}}`)
	f.Add(`{"sft":{"tokens":"9.6e6"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Skip("no file to load: ", err)
		}
		if c, err := Load(path, nil); err == nil && c.Validate() != nil {
			t.Error("accepted an invalid configuration")
		} else if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("error of several lines: %q", err)
		}
	})
}
