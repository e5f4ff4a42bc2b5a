// Package steptool reads and writes the files of StepTool's release (Yu et al.
// 2025, arXiv 2410.07745): stored trajectories with a reward per step, and the
// annotations that those rewards come from.
//
// # Words used
//
//	row         one trajectory: prompts P[0..T), responses A[0..T), rewards
//	            r[0..T). P[0] is the prompt, P[k] the observation after A[k-1]; all
//	            are texts with their role headers (see package chat)
//	annotation  what a judge said about each step of a trajectory, several times:
//	            did the call succeed (0 or 1), what did it contribute (0 to 5), is
//	            the task solved
//	released    as the released trainer formats a row, defects included, for
//	            comparing with it
//
// # The way in
//
// [Load] reads step_grained_for_ppo_example.csv and its like, [Save] writes them,
// [Each] and [NewWriter] do the same one row at a time; [LoadAnnotations] reads
// judgements, [SaveAnnotations] writes them, and [Annotation.Rewards] maps them
// to rewards; [Released] formats a row exactly as the released trainer does.
package steptool
