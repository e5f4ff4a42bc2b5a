// Annotate judges every step of converted answers, which is what rewards per step
// are made of.
//
//	$ annotate -by hybrid -answers converted/qwen2 -judge http://127.0.0.1:8000/v1 -out annotated
//	G1_instruction: 163 answers, 489 judgements of 652 steps, succeeded 0.71, contribution 2.40, solved 0.52
//	-> annotated/G1_instruction.json
//
// Three ways, or a file:
//
//	rules    what StepTool released: a call succeeded by what its answer says, and
//	         contributed if enough of its answer stands in the final one. No model is
//	         asked; every entry bears the label "rules"
//	judge    a language model judges all steps at once, in some repeats
//	hybrid   rules look at name and parameters; only well-formed calls reach the model
//	import   opinions of people, or of another program, from a file
//
// The result is StepTool's annotation file (data/reward_annotation): by task, the
// steps, and for every repeat a success (0 or 1) and a contribution (0 to 5) per
// step and a status. A run that is started again makes what is missing. A judgement
// that the model does not get right in three tries is left out and listed in
// <out>.failures.jsonl; the exit status is 1 then.
//
// -h lists the flags. The exit status is 0, 1 for what cannot be done, 2 for wrong
// usage. What happens inside is explained in package toolenv/judge.
package main
