package pipeline

import (
	"fmt"
	"math"

	"github.com/stepgrain/stepgrain/cmd/internal/config"
)

// warning says in one line what is wrong with a setting that is there for
// comparison only; "" when nothing is.
func warning(c *config.Config) string {
	if !c.Reads("ppo.gae") {
		return ""
	}
	f := c.PPO.GammaIn * c.PPO.LambdaIn
	faded := fmt.Sprintf("what follows an observation of n tokens is credited by (γλ)ⁿ, %.2g of it at 100 tokens", math.Pow(f, 100))
	wrong := ""
	switch c.PPO.GAE {
	case "include":
		wrong = "takes observation tokens for steps, with values that the critic is never trained on: " + faded + ", and advantages change with the text of observations"
	case "zeroed":
		wrong = "takes observation tokens for steps of value 0: an action's last token sees 0 behind it instead of the next action's value, and " + faded
	case "released":
		wrong = "is the released trainer's estimator, which takes observation tokens for steps of value 0: an action's last token sees 0 behind it instead of the next action's value, and " + faded
	default:
		return ""
	}
	return fmt.Sprintf("warning: ppo.gae=%s %s; an episode cut off by the context counts as ended. It is here to be compared with: step-trace, token and paper have none of this (docs/method.md)", c.PPO.GAE, wrong)
}
