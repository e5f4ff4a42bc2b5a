package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/ppo"
)

// read is a list of settings and the keys that they make readable or not.
var read = []struct{ given, yes, no string }{
	{"", "precision seed method world.seed tokenizer.vocab model.dim model.context lora.r sft.tokens sft.copy_tokens env.calls eval.tasks reward.shaper reward.fail_cost ppo.lr ppo.gamma critic.lr critic.epochs loss.aggregate save.sft_every save.ppo_every",
		"lora.alpha reward.file reward.alpha reward.threshold ppo.old ppo.kl_target ppo.kl_horizon loss.constant data.epochs data.batch compat.replay compat.dtype compat.dump model.template"},
	{"method=sft", "sft.lr eval.tasks lora.r", "reward.shaper reward.fail_cost reward.allow_farmable ppo.iterations ppo.gae ppo.gamma critic.kind critic.hidden critic.epochs loss.aggregate loss.constant save.ppo_every"},
	{"method=ppo-final", "ppo.lr reward.allow_farmable", "reward.shaper reward.fail_cost reward.file reward.alpha"},
	{"sft.tokens=0", "sft.tokens model.init ppo.lr", "sft.batch sft.micro_tokens sft.lr sft.beta1 sft.beta2 sft.weight_decay sft.clip_norm sft.warmup sft.final_lr sft.copy_steps sft.copy_tokens sft.copy_warmup sft.copy_every save.sft_every save.log_every"},
	{"sft.tokens=0 method=sft", "", "lora.r"},
	{"sft.copy_steps=0", "sft.copy_steps sft.copy_every sft.copy_tokens", "sft.copy_warmup"},
	{"sft.copy_every=0", "sft.copy_steps sft.copy_warmup sft.copy_tokens", ""},
	{"sft.copy_steps=0 sft.copy_every=0", "sft.lr", "sft.copy_tokens sft.copy_warmup"},
	{"sft.from=r", "ppo.lr env.calls lora.r", "sft.tokens sft.lr sft.copy_steps sft.copy_tokens tokenizer.vocab model.dim model.context save.sft_every"},
	{"sft.from=r method=sft", "eval.tasks", "lora.r"},
	{"model.path=m lora.r=2", "lora.alpha lora.targets", ""},
	{"model.path=m", "model.template model.context sft.lr", "tokenizer.vocab model.dim model.init"},
	{"ppo.iterations=0", "ppo.iterations critic.kind critic.hidden eval.tasks", "ppo.lr ppo.gae ppo.gamma ppo.lambda ppo.tasks ppo.kl ppo.kl_coef critic.lr critic.epochs critic.coef critic.value_clip loss.aggregate loss.constant reward.shaper reward.allow_farmable save.ppo_every"},
	{"ppo.kl=none", "ppo.kl", "ppo.kl_estimator ppo.kl_coef ppo.kl_controller ppo.kl_target ppo.kl_horizon"},
	{"ppo.kl_coef=0", "ppo.kl_coef", "ppo.kl_estimator ppo.kl_controller ppo.kl_target"},
	{"ppo.kl=loss ppo.kl_estimator=k2 ppo.kl_coef=0", "ppo.kl_estimator", "ppo.kl_controller"},
	{"ppo.kl_controller=adaptive", "ppo.kl_target ppo.kl_horizon", ""},
	{"ppo.gae=turn", "ppo.gamma ppo.lambda_across", "ppo.gamma_in ppo.lambda_in"},
	{"ppo.gae=zeroed", "ppo.gamma ppo.lambda_in", "ppo.gamma_across ppo.lambda_across"},
	{"critic.kind=shared", "critic.coef", "critic.hidden critic.lr critic.epochs"},
	{"critic.kind=separate", "critic.coef critic.lr", "critic.hidden critic.epochs"},
	{"loss.aggregate=constant", "loss.constant", ""},
	{"reward.shaper=steptool", "reward.alpha reward.threshold", "reward.fail_cost reward.file"},
	{"reward.shaper=file reward.file=f", "reward.alpha", "reward.fail_cost reward.threshold"},
	{"reward.shaper=final", "", "reward.alpha reward.fail_cost reward.threshold reward.file"},
	{"data.file=d model.path=m", "seed method model.template data.batch data.epochs data.context ppo.iterations ppo.lr ppo.old ppo.kl_target ppo.kl_horizon lora.r lora.alpha save.ppo_every critic.coef loss.aggregate",
		"quick world.seed tokenizer.vocab model.dim model.context sft.tokens sft.from sft.lr env.calls env.action_tokens eval.tasks eval.temperature reward.shaper reward.file reward.alpha reward.allow_farmable ppo.tasks ppo.samples ppo.temperature critic.lr critic.hidden critic.epochs save.sft_every save.log_every"},
	{"data.file=d model.path=m ppo.kl=none", "", "ppo.kl_coef ppo.kl_controller ppo.kl_target ppo.kl_horizon"},
	{"data.file=d model.path=m ppo.iterations=3", "ppo.lr critic.coef loss.aggregate save.ppo_every data.batch", "data.epochs"},
	{"data.file=d model.path=m critic.kind=detached", "critic.lr critic.hidden critic.epochs", ""},
	{"compat.mode=released data.file=d model.path=m", "seed workers model.template lora.r lora.alpha lora.targets data.epochs data.batch data.context data.action_tokens ppo.iterations compat.dtype save.ppo_every",
		"precision quick world.seed tokenizer.vocab model.dim model.context sft.tokens env.calls eval.tasks reward.shaper ppo.lr ppo.epochs ppo.gae ppo.gamma ppo.gamma_in ppo.kl ppo.kl_coef ppo.kl_target ppo.old ppo.clip_low critic.kind critic.coef critic.value_clip loss.aggregate compat.dump save.sft_every"},
	{"compat.mode=released data.file=d model.path=m ppo.iterations=2", "ppo.iterations data.batch save.ppo_every", "data.epochs ppo.lr"},
	{"compat.mode=released compat.replay=d compat.dump=o", "compat.dtype compat.dump workers",
		"precision seed quick method world.seed tokenizer.vocab model.path model.dim lora.r lora.alpha sft.tokens env.calls eval.tasks reward.shaper ppo.iterations ppo.lr ppo.gamma ppo.kl_target critic.kind loss.aggregate data.file data.batch save.ppo_every"},
}

func TestWhatIsRead(t *testing.T) {
	tested := map[string]bool{}
	for _, r := range read {
		given := sets(strings.Fields(r.given)...)
		c, err := Load("", given)
		if err != nil {
			t.Errorf("%s: %v", r.given, err)
			continue
		}
		for _, key := range strings.Fields(r.yes) {
			if q := c.unread(key); q != nil {
				t.Errorf("%s: %s is not read: %s", r.given, key, q)
			}
		}
		for _, key := range strings.Fields(r.no) {
			tested[key] = true
			if c.unread(key) == nil {
				t.Errorf("%s: %s is read", r.given, key)
			}
			if slices.ContainsFunc(given, func(a Assignment) bool { return a.Key == key }) {
				continue
			}
			value := defaults(base{}).Get(key)
			if value == "" {
				value = "x"
			}
			if _, err := Load("", append(slices.Clone(given), Assignment{key, value, "-set"})); err == nil || !strings.Contains(err.Error(), key+" = "+value+" has no effect") {
				t.Errorf("%s %s=%s: got %v", r.given, key, value, err)
			}
		}
	}
	for i := range Settings {
		s := &Settings[i]
		section, _, _ := strings.Cut(s.Key, ".")
		same := slices.ContainsFunc(Settings, func(o Setting) bool { // one key of several with the same conditions will do
			return tested[o.Key] && strings.HasPrefix(o.Key, section+".") && slices.Equal(o.When, s.When)
		})
		if len(s.When) > 0 && !s.Recorded && !tested[s.Key] && !same {
			t.Errorf("no line of the table says when %s is not read", s.Key)
		}
	}
}

func TestTheReasonIsSaid(t *testing.T) {
	for given, want := range map[string]string{
		"data.file=d model.path=m reward.shaper=graph":                        "config reward.shaper = graph has no effect: it is read only without data.file (data.file is d): the rows of the file carry their own rewards; -method ppo-final pays the last one of each only",
		"sft.copy_steps=0 sft.copy_every=0 sft.copy_tokens=9":                 "config sft.copy_tokens = 9 has no effect: it is read only where sft.copy_steps is not 0 or sft.copy_every is not 0 (sft.copy_steps is 0, sft.copy_every is 0)",
		"method=ppo-final reward.alpha=1":                                     "config reward.alpha = 1 has no effect: it is read only with reward.shaper=steptool or file (reward.shaper is graph)",
		"method=ppo-final reward.fail_cost=0":                                 "config reward.fail_cost = 0 has no effect: it is read only with method=ppo-step (method is ppo-final)",
		"compat.mode=released compat.replay=d compat.dump=o seed=3":           "config seed = 3 has no effect: it is read only without compat.replay (compat.replay is d)",
		"compat.mode=released compat.replay=d compat.dump=o method=ppo-final": "config method = ppo-final has no effect: it is read only without compat.replay (compat.replay is d)",
		"compat.mode=released data.file=d model.path=m ppo.lr=.1":             "config ppo.lr = .1 has no effect: it is read only with compat.mode=none (compat.mode is released): the released trainer's hyper-parameters are its own",
		"critic.epochs=1": "config critic.epochs = 1 has no effect: the critic learns with the policy in each of its ppo.epochs = 2 passes; give more than that, or leave it out",
	} {
		if _, err := Load("", sets(strings.Fields(given)...)); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", given, err, want)
		}
	}
}

// The four numbers of an estimator are read where its advantages depend on them.
func TestEstimatorsReadWhatTheirConditionsSay(t *testing.T) {
	advantages := func(c *Config) []float64 {
		e, err := ppo.NewEstimator(c.PPO.GAE, ppo.Factors{Gamma: c.PPO.GammaIn, Lambda: c.PPO.LambdaIn}, ppo.Factors{Gamma: c.PPO.GammaAcross, Lambda: c.PPO.LambdaAcross})
		if err != nil {
			t.Fatal(err)
		}
		row := &ppo.Row{Turn: []int32{-1, 0, 0, -1, 1, 1, 1, -1, 2, 2}}
		for i := range row.Turn {
			x := float64(i)
			row.Task, row.KL, row.Value = append(row.Task, 0), append(row.KL, .01*math.Sin(x)), append(row.Value, math.Cos(x))
			row.Advantage, row.Return = append(row.Advantage, 0), append(row.Return, 0)
		}
		for k, at := range []int{2, 6, 9} {
			row.Task[at] = float64(k) + .5
		}
		e.Estimate(row)
		return row.Advantage
	}
	for _, name := range ppo.GAENames() {
		c, err := Load("", sets("ppo.gae="+name))
		if err != nil {
			t.Fatal(err)
		}
		usual := advantages(c)
		for _, key := range []string{"ppo.gamma_in", "ppo.lambda_in", "ppo.gamma_across", "ppo.lambda_across"} {
			other := *c
			if err := other.assign(Assignment{Key: key, Value: ".5"}); err != nil {
				t.Fatal(err)
			}
			if depends, says := !slices.Equal(usual, advantages(&other)), c.unread(key) == nil; depends != says {
				t.Errorf("%s: advantages depend on %s: %v, the conditions say %v", name, key, depends, says)
			}
		}
	}
}

// Every field is used by the pipeline or the command at all.
func TestEveryFieldIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range []string{"../pipeline", "../../train", "../rundir", "."} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || dir == "." && filepath.Base(name) != "validate.go" {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					used[s.Sel.Name] = true
				}
				return true
			})
		}
	}
	for i := range Settings {
		if s := &Settings[i]; s.Sets == nil {
			if f := reflect.TypeFor[Config]().FieldByIndex(s.index); !used[f.Name] {
				t.Errorf("nothing reads %s (field %s)", s.Key, f.Name)
			}
		}
	}
}
