package toolenv

import "testing"

func TestFinishIsReadAlsoWhenItIsCutOff(t *testing.T) {
	for _, x := range []struct {
		input  string
		status Status
		answer any
	}{
		{`{"return_type": "give_answer", "final_answer": "42"}`, StatusFinalAnswer, "42"},
		{`{"return_type": "give_answer", "final_answer": "it is fort`, StatusFinalAnswer, "it is fort"},
		{`{'return_type': 'give_answer', 'final_answer': 'no JSON'}`, StatusFinalAnswer, "no JSON'}"},
		{"{\"return_type\": \"give_answer\", \"final_answer\": \"two\nlines\"}", StatusFinalAnswer, "two\nlines"},
		{`{"return_type": "give_up_and_restart"}`, StatusGaveUp, nil},
		{`{"return_type": "give_answer", "final_answer": "say give_up_and_restart"}`, StatusFinalAnswer, "say give_up_and_restart"},
		{`{"return_type": "maybe", "final_answer": "42"}`, StatusFinishInvalid, nil},
		{`{"final_answer": "42"}`, StatusFinishInvalid, nil},
		{`[]`, StatusFinishInvalid, nil},
		{``, StatusFinishInvalid, nil},
	} {
		if status, answer := FinishStatus(x.input); status != x.status || answer != x.answer {
			t.Errorf("%q: %v, %v; want %v, %v", x.input, status, answer, x.status, x.answer)
		}
	}
}
