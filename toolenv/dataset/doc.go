// Package dataset builds training data from trajectories: what a system did on
// ToolBench's tasks, raw or converted, becomes the files that trainers of StepTool
// (Yu et al. 2025, arXiv 2410.07745) and its baselines read.
//
// # Words used
//
//	trajectory  the calls of one answer to one task, with thoughts and
//	            observations, the last of them usually Finish
//	row         a trajectory with a reward per call, for step-grained PPO (CSV)
//	instance    a conversation that ends with the turn to be imitated; a
//	            trajectory of n turns gives n of them (JSON, for SFT and RFT)
//	pair        one prompt with a better and a worse turn, for DPO (CSV)
//	sample      one of several answers of the same system to the same tasks
//
// # The way in
//
// [Open] goes through the trajectories of a folder of raw outputs or a file of
// converted answers; [WritePPO], [WriteSFT], [WriteRFT] and [WriteDPO] build the
// four formats from them, one trajectory at a time, and count in a [Report] what
// they left out and why. [ReadExamples] and [ReadPairs] read the JSON and the
// pairs back; rows are read by package steptool.
//
// # Released and correct
//
// The texts are those of the released training files where these are consistent.
// Options.Released writes them as they are; the differences of the default are
// listed at Options.
package dataset
