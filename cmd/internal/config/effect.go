package config

import (
	"fmt"
	"slices"
	"strings"
)

// A requirement such as "ppo.kl_controller=adaptive", "method!=sft" or
// "data.file=" (which asks for an empty value). Several values are separated
// by bars.
type requirement struct {
	key    string
	not    bool
	values []string
}

// A condition holds when one of its requirements does:
// "sft.copy_steps!=0 or sft.copy_every!=0".
type condition []requirement

func parseCondition(text string) condition {
	var q condition
	for part := range strings.SplitSeq(text, " or ") {
		key, values, ok := strings.Cut(part, "=")
		if !ok {
			panic("config: condition " + text)
		}
		not := strings.HasSuffix(key, "!")
		q = append(q, requirement{strings.TrimSuffix(key, "!"), not, strings.Split(values, "|")})
	}
	return q
}

// about reports whether a condition speaks of a key.
func (q condition) about(key string) bool {
	return slices.ContainsFunc(q, func(r requirement) bool { return r.key == key })
}

// absent reports whether a requirement asks for nothing to be given.
func (r requirement) absent() bool { return !r.not && len(r.values) == 1 && r.values[0] == "" }

// holds reports whether a requirement is met by a setting that is itself read.
func (r requirement) holds(c *Config) bool {
	return slices.Contains(r.values, c.Get(r.key)) != r.not && (r.absent() || c.unread(r.key) == nil)
}

func (q condition) holds(c *Config) bool {
	return slices.ContainsFunc(q, func(r requirement) bool { return r.holds(c) })
}

// String says the condition in words, as in "with ppo.kl_controller=adaptive".
func (q condition) String() string {
	if len(q) == 1 {
		return q[0].String()
	}
	var parts []string
	for _, r := range q {
		values := strings.Join(r.values, " or ")
		if values == "" {
			values = "given"
			r.not = !r.not
		}
		is := " is "
		if r.not {
			is = " is not "
		}
		parts = append(parts, r.key+is+values)
	}
	return "where " + strings.Join(parts, " or ")
}

func (r requirement) String() string {
	values := strings.Join(r.values, " or ")
	switch {
	case values == "" && r.not:
		return "with " + r.key
	case values == "":
		return "without " + r.key
	case r.not:
		return "unless " + r.key + " is " + values
	}
	return "with " + r.key + "=" + values
}

// Reads reports whether a key has an effect under the settings of c.
func (c *Config) Reads(key string) bool { return c.unread(key) == nil }

// unread returns the condition because of which a key is not read, or nil when
// the key is read under the settings of c. A key is not read either when its
// condition is on a setting that is not read: then that one's condition is the
// answer.
func (c *Config) unread(key string) condition {
	for _, text := range byKey[key].When {
		q := parseCondition(text)
		if q.holds(c) {
			continue
		}
		for _, r := range q {
			if slices.Contains(r.values, c.Get(r.key)) != r.not {
				return c.unread(r.key)
			}
		}
		return q
	}
	return nil
}

// reasons say why a section is not read, where the condition alone does not.
var reasons = map[[2]string]string{
	{"reward", "data.file"}:      "the rows of the file carry their own rewards; -method ppo-final pays the last one of each only",
	{"env", "data.file"}:         "nothing is played, the file's rows are trained on",
	{"ppo", "compat.mode"}:       "the released trainer's hyper-parameters are its own",
	{"critic", "compat.mode"}:    "the released trainer's hyper-parameters are its own",
	{"loss", "compat.mode"}:      "the released trainer's hyper-parameters are its own",
	{"eval", "data.file"}:        "the world's tasks are not played",
	{"sft", "data.file"}:         "nothing is imitated",
	{"ppo", "ppo.iterations"}:    "nothing is reinforced",
	{"critic", "ppo.iterations"}: "nothing is reinforced",
	{"loss", "ppo.iterations"}:   "nothing is reinforced",
	{"reward", "ppo.iterations"}: "nothing is reinforced",
	{"data", "ppo.iterations"}:   "the number of batches is given",
}

// noEffect is the error for a key given by hand that nothing reads.
func (c *Config) noEffect(a Assignment, q condition) error {
	given := a.Key
	if a.From != "" && a.From != "-set" && strings.HasPrefix(a.From, "-") {
		given = a.From + " (" + a.Key + ")"
	}
	var now []string
	for _, r := range q {
		v := c.Get(r.key)
		if v == "" {
			v = "not given"
		}
		now = append(now, r.key+" is "+v)
	}
	section, _, _ := strings.Cut(a.Key, ".")
	why := reasons[[2]string{section, q[0].key}]
	if why != "" {
		why = ": " + why
	}
	return fmt.Errorf("config %s = %s has no effect: it is read only %s (%s)%s", given, a.Value, q, strings.Join(now, ", "), why)
}
