package llama

import (
	"fmt"
	"math"
)

// RopeScaling stretches the rotary embedding beyond the context that a model
// was first trained with. The zero value is no scaling. The fields are the
// keys of rope_scaling in config.json; zero means "not given".
type RopeScaling struct {
	Type   string // "" or "default", "linear", "dynamic", "llama3", "yarn"
	Factor float64

	// OriginalMaxPositionEmbeddings is the context before scaling (llama3, yarn).
	OriginalMaxPositionEmbeddings int

	LowFreqFactor, HighFreqFactor float64 // llama3

	BetaFast, BetaSlow   float64 // yarn: rotations that bound the ramp; default 32 and 1
	AttentionFactor      float64 // yarn: default 0.1·ln(Factor) + 1
	MScale, MScaleAllDim float64 // yarn, DeepSeek's form of the attention factor
	NoTruncate           bool    // yarn: keep the bounds of the ramp unrounded ("truncate": false)
}

// InvFreq returns the angle per position ω of each of the HeadDim/2 rotary
// pairs, and the factor on cos and sin (1 except for YaRN). Without scaling
//
//	ω_i = theta^(−2i/headDim)            (Su et al. 2021, RoFormer, eq. 15)
//
// seqLen is the longest sequence, in tokens; only "dynamic" reads it.
func (c Config) InvFreq(seqLen int) (inv []float64, attentionFactor float64) {
	s, d := c.RopeScaling, c.HeadDim
	theta := c.RopeTheta
	if s.Type == "dynamic" && seqLen > c.MaxPositionEmbeddings {
		theta = s.dynamicTheta(theta, seqLen, c.MaxPositionEmbeddings, d)
	}
	inv = make([]float64, d/2)
	for i := range inv {
		inv[i] = math.Pow(theta, -float64(2*i)/float64(d))
	}
	switch s.Type {
	case "linear":
		for i := range inv {
			inv[i] /= s.Factor
		}
	case "llama3":
		s.llama3(inv)
	case "yarn":
		return inv, s.yarn(inv, theta, d, c.MaxPositionEmbeddings)
	}
	return inv, 1
}

// dynamicTheta enlarges the base so that the longest sequence just fits
// ("dynamic NTK-aware" scaling, bloc97 2023).
func (s RopeScaling) dynamicTheta(theta float64, seqLen, context, headDim int) float64 {
	d := float64(headDim)
	stretch := s.Factor*float64(seqLen)/float64(context) - (s.Factor - 1)
	return theta * math.Pow(stretch, d/(d-2))
}

// llama3 divides the slow pairs by Factor, keeps the fast ones, and ramps
// between: a pair is fast when it turns more than HighFreqFactor times within
// the original context, slow when less than LowFreqFactor times (Llama 3.1).
func (s RopeScaling) llama3(inv []float64) {
	original := float64(s.OriginalMaxPositionEmbeddings)
	for i, w := range inv {
		turns := original * w / (2 * math.Pi)
		switch {
		case turns > s.HighFreqFactor:
		case turns < s.LowFreqFactor:
			inv[i] = w / s.Factor
		default:
			keep := (turns - s.LowFreqFactor) / (s.HighFreqFactor - s.LowFreqFactor)
			inv[i] = (1-keep)*w/s.Factor + keep*w
		}
	}
}

// yarn divides the slow pairs by the factor and keeps the fast ones, with a
// linear ramp between the pairs that turn BetaFast and BetaSlow times within
// the original context, and returns the factor on cos and sin (Peng et al.
// 2023, YaRN, eqs. 17-18 and 22).
func (s RopeScaling) yarn(inv []float64, theta float64, headDim, context int) float64 {
	original, factor := float64(s.OriginalMaxPositionEmbeddings), s.Factor
	if original == 0 {
		original = float64(context)
	}
	if factor == 0 {
		factor = float64(context) / original
	}
	fast, slow := s.BetaFast, s.BetaSlow
	if fast == 0 {
		fast = 32
	}
	if slow == 0 {
		slow = 1
	}
	d := float64(headDim)
	pairThatTurns := func(times float64) float64 { // the index i with original·ω_i = 2π·times
		return d * math.Log(original/(times*2*math.Pi)) / (2 * math.Log(theta))
	}
	low, high := pairThatTurns(fast), pairThatTurns(slow)
	if !s.NoTruncate {
		low, high = math.Floor(low), math.Ceil(high)
	}
	low, high = max(low, 0), min(high, d-1)
	if low == high {
		high += 0.001 // no division by zero
	}
	for i, w := range inv {
		ramp := min(max((float64(i)-low)/(high-low), 0), 1)
		inv[i] = w/factor*ramp + w*(1-ramp)
	}
	mscale := func(m float64) float64 {
		if factor <= 1 {
			return 1
		}
		return 0.1*m*math.Log(factor) + 1
	}
	switch {
	case s.AttentionFactor != 0:
		return s.AttentionFactor
	case s.MScale != 0 && s.MScaleAllDim != 0:
		return mscale(s.MScale) / mscale(s.MScaleAllDim)
	}
	return mscale(1)
}

func (s RopeScaling) validate() error {
	needFactor := func() error {
		if !(s.Factor > 0) || math.IsInf(s.Factor, 0) {
			return fmt.Errorf("rope_scaling %q needs a positive factor, got %g", s.Type, s.Factor)
		}
		return nil
	}
	switch s.Type {
	case "", "default":
		return nil
	case "linear", "dynamic":
		return needFactor()
	case "llama3":
		if err := needFactor(); err != nil {
			return err
		}
		if s.OriginalMaxPositionEmbeddings <= 0 {
			return fmt.Errorf("rope_scaling \"llama3\" needs original_max_position_embeddings")
		}
		if !(s.LowFreqFactor > 0 && s.HighFreqFactor > s.LowFreqFactor) {
			return fmt.Errorf("rope_scaling \"llama3\" needs 0 < low_freq_factor (%g) < high_freq_factor (%g)", s.LowFreqFactor, s.HighFreqFactor)
		}
		return nil
	case "yarn":
		if s.Factor == 0 && s.OriginalMaxPositionEmbeddings > 0 {
			return nil
		}
		return needFactor()
	}
	return fmt.Errorf("rope_scaling type %q is not supported (linear, dynamic, llama3, yarn)", s.Type)
}
