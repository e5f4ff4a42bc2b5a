package report

import "github.com/stepgrain/stepgrain/cmd/internal/evaluate"

// tableRow is one set of tasks, before and after RL, played in two ways.
type tableRow struct {
	Set                       string
	N                         int
	SFT, Final                *evaluate.Row // greedy
	SFTSampled, FinalSampled  *evaluate.Row
	Gain, GainSampled         float64
	HasGain, HasGainSampled   bool
	CallsBefore, CallsAfter   float64
	InvalidBefore, InvalidNow float64
}

// table groups the lines of eval.json by set, in their order.
func table(rows []evaluate.Row) []tableRow {
	var list []tableRow
	at := map[string]int{}
	for i := range rows {
		r := &rows[i]
		j, ok := at[r.Set]
		if !ok {
			j = len(list)
			at[r.Set] = j
			list = append(list, tableRow{Set: r.Set, N: r.N})
		}
		t := &list[j]
		switch {
		case r.Stage == "sft" && r.Temperature == 0:
			t.SFT = r
		case r.Stage == "sft":
			t.SFTSampled = r
		case r.Temperature == 0:
			t.Final = r
		default:
			t.FinalSampled = r
		}
	}
	for i := range list {
		t := &list[i]
		if t.SFT != nil && t.Final != nil {
			t.Gain, t.HasGain = t.Final.Pass-t.SFT.Pass, true
		}
		if t.SFTSampled != nil && t.FinalSampled != nil {
			t.GainSampled, t.HasGainSampled = t.FinalSampled.Pass-t.SFTSampled.Pass, true
		}
	}
	return list
}
