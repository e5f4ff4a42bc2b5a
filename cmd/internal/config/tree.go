package config

// Config is everything that a run is a function of, besides the seed's random
// numbers and the files it names. Workers is the one setting that changes no
// bit of any result.
type Config struct {
	Version string `json:"version" mark:"recorded" doc:"version of the code that wrote this file"`
	Impl    string `json:"impl" mark:"recorded" doc:"implementation of the kernels, as amx; -impl and STEPGRAIN_IMPL choose another"`

	Seed    uint64 `json:"seed" when:"compat.replay=" doc:"seed of every random choice of the run (-seed)"`
	Quick   bool   `json:"quick" when:"data.file=,compat.replay=" doc:"the smaller world and budgets: about a minute (-quick)"`
	Method  string `json:"method" oneof:"ppo-step|ppo-final|sft" when:"compat.replay=" doc:"ppo-step: step-grained PPO; ppo-final: PPO on the final reward alone; sft: stop after imitation (-method)"`
	Workers int    `json:"workers" in:"[0,∞)" doc:"goroutines that compute; 0: one per CPU; changes no result (-workers)"`

	Precision string `json:"precision" oneof:"auto|f32|bf16" when:"compat.replay=,compat.mode=none" doc:"what the factors of products, and of attention where there are tiles (amx), are rounded to, in training and sampling alike; weights, sums, gradients, moments and checkpoints are f32; auto: bf16 on processors whose bfloat16 products are fast (avx512bf16, amx), f32 on others and with -model, as the run of sft.from; a run records what it came to (-precision; generate has -dtype bf16)"`

	World     World     `json:"world" when:"data.file=,compat.replay="`
	Tokenizer Tokenizer `json:"tokenizer" when:"data.file=,model.path=,sft.from=,compat.replay="`
	Model     Model     `json:"model" when:"compat.replay="`
	LoRA      LoRA      `json:"lora" when:"compat.replay="`
	SFT       SFT       `json:"sft" when:"data.file=,compat.replay="`
	Env       Env       `json:"env" when:"data.file=,compat.replay="`
	Eval      Eval      `json:"eval" when:"data.file=,compat.replay="`
	Reward    Reward    `json:"reward" when:"data.file=,compat.replay=,method!=sft,ppo.iterations!=0"`
	PPO       PPO       `json:"ppo" when:"compat.replay=,compat.mode=none,method!=sft,ppo.iterations!=0 or data.file!="`
	Critic    Critic    `json:"critic" when:"compat.replay=,compat.mode=none,method!=sft"`
	Loss      Loss      `json:"loss" when:"compat.replay=,compat.mode=none,method!=sft,ppo.iterations!=0 or data.file!="`
	Data      Data      `json:"data" when:"compat.replay="`
	Compat    Compat    `json:"compat"`
	Save      Save      `json:"save" when:"compat.replay="`
}

// World chooses the embedded world.
type World struct {
	Seed uint64 `json:"seed" doc:"seed of the knowledge base and of the held-out tasks; keep it to compare runs"`
}

// Tokenizer is the byte-level BPE that a run trains for itself.
type Tokenizer struct {
	Vocab    int `json:"vocab" in:"[300,65536]" doc:"entries of the vocabulary"`
	Episodes int `json:"episodes" in:"[1,∞)" doc:"training demonstrations whose text it is trained on"`
}

// Model is the shape of the model made from nothing, or the path of a
// checkpoint to start from.
type Model struct {
	Path      string  `json:"path" doc:"checkpoint: a Hugging Face directory, a .gguf file or a run's final/ (-model)"`
	SHA256    string  `json:"sha256" mark:"recorded" doc:"digest of the checkpoint's weights"`
	Template  string  `json:"template" oneof:"toolllama|qwen2|llama3-1|toolllama-react|qwen2-react|llama3-1-react" when:"model.path!=" doc:"chat layout of that checkpoint (-template); with -data also as ToolBench prompts it, NAME-react"`
	Dim       int     `json:"dim" in:"[8,8192]" when:"model.path=,sft.from=" doc:"width of the residual stream, d"`
	Layers    int     `json:"layers" in:"[1,128]" when:"model.path=,sft.from=" doc:"transformer blocks"`
	Heads     int     `json:"heads" in:"[1,256]" when:"model.path=,sft.from=" doc:"query heads; d/heads is the head's size"`
	KVHeads   int     `json:"kv_heads" in:"[1,256]" when:"model.path=,sft.from=" doc:"key and value heads (GQA when fewer)"`
	MLP       int     `json:"mlp" in:"[8,65536]" when:"model.path=,sft.from=" doc:"width of the SwiGLU layer"`
	RopeTheta float64 `json:"rope_theta" in:"(0,∞)" when:"model.path=,sft.from=" doc:"base of the rotary angles"`
	Init      string  `json:"init" oneof:"copy|plain" when:"model.path=,sft.from=" doc:"copy: previous-token and matching heads are set up to copy; plain: random (docs/adr)"`
	Context   int     `json:"context" in:"[32,1048576]" when:"sft.from=,data.file=" doc:"tokens of the longest episode"`
}

// LoRA trains low-rank adapters instead of the weights (Hu et al. 2021).
type LoRA struct {
	R       int      `json:"r" in:"[0,1024]" when:"method!=sft or sft.from=,method!=sft or sft.tokens!=0" doc:"rank; 0 trains all weights (-lora)"`
	Alpha   float64  `json:"alpha" in:"(0,∞)" when:"lora.r!=0" doc:"the update is scaled by alpha/r"`
	Targets []string `json:"targets" when:"lora.r!=0" doc:"linear layers that get adapters, by their checkpoint names"`
}

// SFT is the imitation stage.
type SFT struct {
	From        string  `json:"from" doc:"run directory whose SFT checkpoint is the start: no imitation is done here"`
	FromSHA256  string  `json:"from_sha256" mark:"recorded" doc:"digest of that checkpoint's weights"`
	Tokens      int     `json:"tokens" in:"[0,∞)" when:"sft.from=" doc:"tokens of demonstrations to train on, each once; 0: no imitation"`
	Batch       int     `json:"batch" in:"[1,∞)" when:"sft.from=,sft.tokens!=0" doc:"tokens per optimiser step"`
	MicroTokens int     `json:"micro_tokens" in:"[1,∞)" when:"sft.from=,sft.tokens!=0" doc:"most tokens of one forward and backward pass: bounds memory"`
	LR          float64 `json:"lr" in:"(0,1]" when:"sft.from=,sft.tokens!=0" doc:"peak learning rate of AdamW"`
	Beta1       float64 `json:"beta1" in:"[0,1)" when:"sft.from=,sft.tokens!=0" doc:"AdamW's decay of the first moment"`
	Beta2       float64 `json:"beta2" in:"[0,1)" when:"sft.from=,sft.tokens!=0" doc:"AdamW's decay of the second moment"`
	Decay       float64 `json:"weight_decay" in:"[0,1]" when:"sft.from=,sft.tokens!=0" doc:"AdamW's decay of matrices"`
	ClipNorm    float64 `json:"clip_norm" in:"(0,∞)" when:"sft.from=,sft.tokens!=0" doc:"largest global norm of a gradient"`
	Warmup      float64 `json:"warmup" in:"[0,1]" when:"sft.from=,sft.tokens!=0" doc:"share of the steps in which the rate rises"`
	FinalLR     float64 `json:"final_lr" in:"[0,1]" when:"sft.from=,sft.tokens!=0" doc:"share of the peak rate that the cosine ends at"`
	CopySteps   int     `json:"copy_steps" in:"[0,∞)" when:"sft.from=,sft.tokens!=0" doc:"steps on strings to copy before the first demonstration"`
	CopyTokens  int     `json:"copy_tokens" in:"[1,∞)" when:"sft.from=,sft.tokens!=0,sft.copy_steps!=0 or sft.copy_every!=0" doc:"tokens of a step on strings to copy"`
	CopyWarmup  int     `json:"copy_warmup" in:"[0,∞)" when:"sft.from=,sft.tokens!=0,sft.copy_steps!=0" doc:"of the first copy_steps, those in which the rate rises"`
	CopyEvery   int     `json:"copy_every" in:"[0,∞)" when:"sft.from=,sft.tokens!=0" doc:"after the warm-up, one step in so many is on strings to copy; 0: none"`
}

// Env is the budget of an episode, in training and in evaluation alike.
type Env struct {
	Calls        int `json:"calls" in:"[1,64]" doc:"calls of an episode, Finish included; running out is a failure; more than the longest solution takes (6, quick 5)"`
	ActionTokens int `json:"action_tokens" in:"[8,∞)" doc:"tokens of one action"`
}

// Eval is the evaluation after each stage.
type Eval struct {
	Tasks       int     `json:"tasks" in:"[1,10000]" doc:"tasks of each of the eight sets"`
	Temperature float64 `json:"temperature" in:"(0,10]" doc:"of the sampled evaluation (the other is greedy)"`
}

// Reward chooses how an episode is paid.
type Reward struct {
	Shaper        string  `json:"shaper" oneof:"graph|steptool|file|final" when:"method=ppo-step" doc:"graph: milestones once each; steptool: the paper's rules; file: annotations; final: the answer alone, which -method ppo-final implies"`
	File          string  `json:"file" when:"reward.shaper=file" doc:"annotations in StepTool's JSON; a step is paid by the annotation of the same call with the same answer, others are not paid"`
	FileSHA256    string  `json:"file_sha256" mark:"recorded" doc:"digest of that file"`
	FailCost      float64 `json:"fail_cost" in:"[0,1]" when:"reward.shaper=graph" doc:"cost of a call that fails"`
	Alpha         float64 `json:"alpha" in:"[0,∞)" when:"reward.shaper=steptool|file" doc:"weight of SuccCalling against Contribution (the paper's equation 3)"`
	Threshold     float64 `json:"threshold" in:"[0,1]" when:"reward.shaper=steptool" doc:"overlap with the answer from which a call counts as contributing"`
	AllowFarmable bool    `json:"allow_farmable" doc:"train even where the guard finds that repeating pays more than solving"`
}
