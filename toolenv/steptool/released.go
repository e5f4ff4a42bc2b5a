package steptool

import "github.com/x448/float16"

// Formatted is a row as the released trainer sees it.
type Formatted struct {
	Query    []int32 // everything before the last action, cut on the left
	Response []int32 // the last action, cut on the right
	// Mask has one entry per id of Query and Response, true for actions.
	Mask   []bool
	Scores []float32 // rewards after rounding to float16
	Cut    bool      // the limits took something away
}

// Released formats a row exactly as the released trainer does
// (src/steptool/step_ppo.py), for comparing with it:
//
//	query    = enc(P0) enc(A0) enc(P1) … enc(P[T-1]), the last maxContext ids
//	response = enc(A[T-1]), the first maxResponse ids
//	scores   = rewards as float16
//
// encode has to add what the tokenizer adds to any text (BOS for Llama), so it
// stands before every fragment, also inside the mask; a cut may reach into an
// action. The renderer of package chat has none of these defects.
func Released(row Row, encode func(text string) []int32, maxContext, maxResponse int) Formatted {
	var f Formatted
	add := func(text string, action bool) {
		ids := encode(text)
		f.Query = append(f.Query, ids...)
		for range ids {
			f.Mask = append(f.Mask, action)
		}
	}
	last := len(row.Prompts) - 1
	for k := range last {
		add(row.Prompts[k], false)
		add(row.Responses[k], true)
	}
	add(row.Prompts[last], false)
	cut := max(0, len(f.Query)-maxContext)
	f.Query, f.Mask = f.Query[cut:], f.Mask[cut:]
	f.Response = encode(row.Responses[last])
	f.Cut = cut > 0 || len(f.Response) > maxResponse
	f.Response = f.Response[:min(len(f.Response), maxResponse)]
	for range f.Response {
		f.Mask = append(f.Mask, true)
	}
	for _, r := range row.Rewards {
		f.Scores = append(f.Scores, float16.Fromfloat32(float32(r)).Float32())
	}
	return f
}

// MaskRuns returns the lengths of the alternating runs of the mask, beginning
// with a run of false, which may be empty.
func (f *Formatted) MaskRuns() []int {
	runs := []int{0}
	value := false
	for _, m := range f.Mask {
		if m != value {
			runs = append(runs, 0)
			value = m
		}
		runs[len(runs)-1]++
	}
	return runs
}
