package config

import (
	"fmt"
	"slices"
	"strings"
)

// A condition such as "ppo.kl_controller=adaptive", "method!=sft" or
// "data.file=" (which asks for an empty value). Several values are separated
// by bars.
type condition struct {
	key    string
	not    bool
	values []string
}

func parseCondition(text string) condition {
	key, values, ok := strings.Cut(text, "=")
	if !ok {
		panic("config: condition " + text)
	}
	not := strings.HasSuffix(key, "!")
	return condition{strings.TrimSuffix(key, "!"), not, strings.Split(values, "|")}
}

func (q condition) holds(c *Config) bool {
	return slices.Contains(q.values, c.Get(q.key)) != q.not
}

// String says the condition in words, as in "with ppo.kl_controller=adaptive".
func (q condition) String() string {
	values := strings.Join(q.values, " or ")
	switch {
	case values == "" && q.not:
		return "with " + q.key
	case values == "":
		return "without " + q.key
	case q.not:
		return "unless " + q.key + " is " + values
	}
	return "with " + q.key + "=" + values
}

// unread returns the first condition of a key that does not hold, or nil when
// the key is read under the settings of c.
func (c *Config) unread(key string) *condition {
	for _, text := range byKey[key].When {
		if q := parseCondition(text); !q.holds(c) {
			return &q
		}
	}
	return nil
}

// noEffect is the error for a key given by hand that nothing reads.
func (c *Config) noEffect(a Assignment, q *condition) error {
	given := a.Key
	if a.From != "" && a.From != "-set" && strings.HasPrefix(a.From, "-") {
		given = a.From + " (" + a.Key + ")"
	}
	now := c.Get(q.key)
	if now == "" {
		now = "not given"
	}
	return fmt.Errorf("config %s = %s has no effect: it is read only %s (%s is %s)", given, a.Value, q, q.key, now)
}
