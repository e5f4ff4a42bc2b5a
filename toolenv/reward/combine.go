package reward

import "fmt"

// Combination turns opinions about a trajectory into one reward per step
// (StepTool, equation 3):
//
//	r_k = mean over opinions of (α·SuccCalling_k + Contribution_k/Scale) / (1 + α)   k < T
//	r_T = mean over opinions of Status[…]
//
// The paper has α·SuccCalling + Contribution without saying what the numbers are
// divided by; dividing by 1 + α puts every reward into [0, 1], and with α = 1, Scale =
// 5 and three opinions gives the multiples of 1/30 that the released rewards are.
type Combination struct {
	Alpha float64
	// Scale is the largest contribution.
	Scale float64
	// Plain leaves out the division by 1 + α: the literal equation.
	Plain bool
	// Status is what a verdict on the whole task is worth.
	Status map[string]float64
}

// DefaultCombination is that of the released data.
func DefaultCombination() Combination {
	return Combination{Alpha: 1, Scale: 5, Status: map[string]float64{"AnswerStatus.Solved": 1, "AnswerStatus.Unsure": .5, "AnswerStatus.Unsolved": 0}}
}

// Opinion is what one judge said once.
type Opinion struct {
	SuccCalling   []float64 // per step before Finish, 0 to 1
	Contributions []float64 // per step before Finish, 0 to Scale
	Status        string
}

// Rewards combines opinions about one trajectory; the last reward is that of its
// end. The sums are made before anything is divided, so that whole scores give the
// nearest number to the exact fraction.
func (c Combination) Rewards(opinions []Opinion) ([]float64, error) {
	if len(opinions) == 0 {
		return nil, fmt.Errorf("reward: no opinions to combine")
	}
	steps := len(opinions[0].SuccCalling)
	out := make([]float64, steps+1)
	for i, o := range opinions {
		if len(o.SuccCalling) != steps || len(o.Contributions) != steps {
			return nil, fmt.Errorf("reward: opinion %d has %d successes and %d contributions, the first has %d steps", i, len(o.SuccCalling), len(o.Contributions), steps)
		}
		value, ok := c.Status[o.Status]
		if !ok {
			return nil, fmt.Errorf("reward: opinion %d: no value for the status %q", i, o.Status)
		}
		for k := range steps {
			if s, d := o.SuccCalling[k], o.Contributions[k]; !(s >= 0 && s <= 1 && d >= 0 && d <= c.Scale) {
				return nil, fmt.Errorf("reward: opinion %d, step %d: success %g (0 to 1), contribution %g (0 to %g)", i, k+1, s, d, c.Scale)
			}
			out[k] += c.Alpha*c.Scale*o.SuccCalling[k] + o.Contributions[k]
		}
		out[steps] += value
	}
	divisor := c.Scale * float64(len(opinions))
	if !c.Plain {
		divisor *= 1 + c.Alpha
	}
	for k := range steps {
		out[k] /= divisor
	}
	out[steps] /= float64(len(opinions))
	return out, nil
}
