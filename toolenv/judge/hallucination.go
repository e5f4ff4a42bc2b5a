package judge

import "github.com/stepgrain/stepgrain/toolenv/answers"

// Hallucinated lists the calls of an answer whose function is not on offer, by
// their index among its calls. An answer without a list of functions has none.
func Hallucinated(c *answers.Converted) (at []int) {
	offered := c.FunctionNames()
	_, _, calls := c.Steps()
	for i, call := range calls {
		if !known(offered, call.Name) {
			at = append(at, i)
		}
	}
	return at
}
