package llama

import "encoding/json"

// ropeFile mirrors rope_scaling (transformers 4) and rope_parameters
// (transformers 5, which also holds rope_theta). Older files write "type"
// where newer ones write "rope_type".
type ropeFile struct {
	RopeType        string   `json:"rope_type,omitempty"`
	Type            string   `json:"type,omitempty"`
	RopeTheta       *float64 `json:"rope_theta,omitempty"`
	Factor          float64  `json:"factor,omitempty"`
	Original        float64  `json:"original_max_position_embeddings,omitempty"`
	LowFreqFactor   float64  `json:"low_freq_factor,omitempty"`
	HighFreqFactor  float64  `json:"high_freq_factor,omitempty"`
	BetaFast        float64  `json:"beta_fast,omitempty"`
	BetaSlow        float64  `json:"beta_slow,omitempty"`
	AttentionFactor float64  `json:"attention_factor,omitempty"`
	MScale          float64  `json:"mscale,omitempty"`
	MScaleAllDim    float64  `json:"mscale_all_dim,omitempty"`
	Truncate        *bool    `json:"truncate,omitempty"`
	PartialRotary   *float64 `json:"partial_rotary_factor,omitempty"`
}

func (f *ropeFile) scaling() RopeScaling {
	kind := f.RopeType
	if kind == "" {
		kind = f.Type
	}
	if kind == "" || kind == "default" {
		return RopeScaling{}
	}
	return RopeScaling{
		Type:                          kind,
		Factor:                        f.Factor,
		OriginalMaxPositionEmbeddings: int(f.Original),
		LowFreqFactor:                 f.LowFreqFactor,
		HighFreqFactor:                f.HighFreqFactor,
		BetaFast:                      f.BetaFast,
		BetaSlow:                      f.BetaSlow,
		AttentionFactor:               f.AttentionFactor,
		MScale:                        f.MScale,
		MScaleAllDim:                  f.MScaleAllDim,
		NoTruncate:                    !or(f.Truncate, true),
	}
}

// file is the inverse of scaling; nil (JSON null) without scaling.
func (s RopeScaling) file() *ropeFile {
	if s.Type == "" || s.Type == "default" {
		return nil
	}
	f := &ropeFile{
		RopeType:        s.Type,
		Factor:          s.Factor,
		Original:        float64(s.OriginalMaxPositionEmbeddings),
		LowFreqFactor:   s.LowFreqFactor,
		HighFreqFactor:  s.HighFreqFactor,
		BetaFast:        s.BetaFast,
		BetaSlow:        s.BetaSlow,
		AttentionFactor: s.AttentionFactor,
		MScale:          s.MScale,
		MScaleAllDim:    s.MScaleAllDim,
	}
	if s.NoTruncate {
		f.Truncate = new(bool)
	}
	return f
}

// UnmarshalJSON reads the keys of rope_scaling.
func (s *RopeScaling) UnmarshalJSON(b []byte) error {
	var f ropeFile
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*s = f.scaling()
	return nil
}
