package config

// PPO is step-grained proximal policy optimisation (docs/method.md).
type PPO struct {
	Iterations  int     `json:"iterations" in:"[0,∞)" despite:"compat.mode" doc:"iterations of RL; with -data, batches, 0: as many as the epochs hold (-steps)"`
	Tasks       int     `json:"tasks" in:"[1,∞)" when:"data.file=" doc:"fresh tasks of an iteration"`
	Samples     int     `json:"samples" in:"[1,∞)" when:"data.file=" doc:"episodes of each task"`
	Temperature float64 `json:"temperature" in:"(0,10]" when:"data.file=" doc:"of sampling; log-probabilities are taken at it"`
	Epochs      int     `json:"epochs" in:"[1,1000]" doc:"passes over the episodes of an iteration"`
	Minibatches int     `json:"minibatches" in:"[1,∞)" doc:"parts an epoch is cut into"`
	Accumulate  int     `json:"accumulate" in:"[1,∞)" doc:"minibatches of one optimiser step"`
	MicroTokens int     `json:"micro_tokens" in:"[1,∞)" doc:"most tokens of one forward and backward pass: bounds memory, not the result"`
	LR          float64 `json:"lr" in:"[0,1]" doc:"learning rate of AdamW"`
	Beta1       float64 `json:"beta1" in:"[0,1)" doc:"AdamW's decay of the first moment"`
	Beta2       float64 `json:"beta2" in:"[0,1)" doc:"AdamW's decay of the second moment"`
	Decay       float64 `json:"weight_decay" in:"[0,1]" doc:"AdamW's decay of matrices"`
	Warmup      int     `json:"warmup" in:"[0,∞)" doc:"iterations in which the rate rises"`
	ClipNorm    float64 `json:"clip_norm" in:"[0,∞)" doc:"largest global norm of a gradient; 0: no limit"`

	GAE          string  `json:"gae" oneof:"step-trace|token|paper|turn|step|bilevel|include|zeroed|released" doc:"advantage estimator: a preset of the four numbers below, or a rule"`
	GammaIn      float64 `json:"gamma_in" in:"[0,1]" when:"ppo.gae!=turn|step" doc:"discount from one sampled token to the next of the same step"`
	LambdaIn     float64 `json:"lambda_in" in:"[0,1]" when:"ppo.gae!=turn|step" doc:"trace from one sampled token to the next of the same step"`
	GammaAcross  float64 `json:"gamma_across" in:"[0,1]" when:"ppo.gae!=include|zeroed|released" doc:"discount from a step to the next"`
	LambdaAcross float64 `json:"lambda_across" in:"[0,1]" when:"ppo.gae!=include|zeroed|released" doc:"trace from a step to the next"`
	Whiten       string  `json:"whiten" oneof:"full|scale|none" doc:"advantages of a batch: full to mean 0 and variance 1, scale the variance only"`
	DeadStd      float64 `json:"dead_std" in:"[0,∞)" doc:"an iteration whose returns deviate less trains the critic only"`

	ClipLow   float64 `json:"clip_low" in:"[0,1]" doc:"ratio is clipped below 1 − clip_low"`
	ClipHigh  float64 `json:"clip_high" in:"[0,∞)" doc:"ratio is clipped above 1 + clip_high"`
	DualClip  float64 `json:"dual_clip" in:"[0,∞)" doc:"bound c of the loss where the advantage is negative; 0: none"`
	Entropy   float64 `json:"entropy" in:"[0,∞)" doc:"weight of the entropy bonus"`
	MaxRatio  float64 `json:"max_ratio" in:"[0,∞)" doc:"a minibatch whose mean ratio is larger is skipped; 0: never"`
	TargetKL  float64 `json:"target_kl" in:"[0,∞)" doc:"an iteration's epochs end when the KL to its start passes this; 0: never"`
	CriticLed int     `json:"critic_first" in:"[0,∞)" doc:"first iterations in which only the critic is trained"`
	Behaviour string  `json:"old" oneof:"current|stored" when:"data.file!=" doc:"old log-probabilities of stored rows: current (recomputed each batch, as released) or stored (those of the policy that played, from the column logprobs of data.file: a list per response with a number per token)"`

	KL           string  `json:"kl" oneof:"reward|loss|none" doc:"where the KL to the reference model enters"`
	KLEstimator  string  `json:"kl_estimator" oneof:"k1|abs|k2|k3|full|k1+|k3+" when:"ppo.kl!=none,ppo.kl_coef!=0 or ppo.kl=loss" doc:"in the reward any but k1+ and k3+; in the loss k2, k3, k1+ or k3+"`
	KLCoef       float64 `json:"kl_coef" in:"[0,∞)" when:"ppo.kl!=none" doc:"β, its weight"`
	KLController string  `json:"kl_controller" oneof:"fixed|adaptive" when:"ppo.kl!=none,ppo.kl_coef!=0" doc:"adaptive moves β to hold kl_target"`
	KLTarget     float64 `json:"kl_target" in:"(0,∞)" when:"ppo.kl_controller=adaptive" doc:"nats of an episode that the controller aims at"`
	KLHorizon    float64 `json:"kl_horizon" in:"(0,∞)" when:"ppo.kl_controller=adaptive" doc:"episodes over which it moves"`
}

// Critic estimates the return of a state.
type Critic struct {
	Kind      string  `json:"kind" oneof:"detached|shared|separate" doc:"detached: a small MLP on the policy's last hidden state, without gradient into it; shared: a linear head whose gradient reaches the policy; separate: a model of its own"`
	Hidden    int     `json:"hidden" in:"[1,65536]" when:"critic.kind=detached" doc:"width of the detached critic's hidden layer"`
	LR        float64 `json:"lr" in:"(0,1]" when:"critic.kind!=shared,ppo.iterations!=0 or data.file!=" doc:"learning rate of its own AdamW"`
	Epochs    int     `json:"epochs" in:"[1,1000]" when:"critic.kind=detached,ppo.iterations!=0 or data.file!=" doc:"passes of the detached critic over an iteration's states, at least ppo.epochs: it learns with the policy in those, and alone in the rest, which costs next to nothing"`
	Coef      float64 `json:"coef" in:"[0,∞)" when:"ppo.iterations!=0 or data.file!=" doc:"weight of the value loss"`
	ValueClip float64 `json:"value_clip" in:"[0,∞)" when:"ppo.iterations!=0 or data.file!=" doc:"a new value counts at most so far from the old one; 0: no clip"`
}

// Loss says how the losses of tokens become one number.
type Loss struct {
	Aggregate string  `json:"aggregate" oneof:"token-mean|token-sum|seq-mean-token-sum|seq-mean-token-mean|turn-mean|constant" doc:"how the losses of tokens are averaged"`
	Constant  float64 `json:"constant" in:"(0,∞)" when:"loss.aggregate=constant" doc:"divisor of the sum of an episode"`
}

// Data trains on stored trajectories instead of the world.
type Data struct {
	File         string `json:"file" doc:"StepTool's CSV of trajectories with step rewards (-data)"`
	SHA256       string `json:"sha256" mark:"recorded" doc:"digest of that file"`
	Epochs       int    `json:"epochs" in:"[1,1000]" when:"data.file!=,ppo.iterations=0" doc:"passes over the file"`
	Batch        int    `json:"batch" in:"[1,∞)" when:"data.file!=" doc:"rows of a batch; as released, a multiple of 8, and short batches are dropped"`
	Context      int    `json:"context" in:"[16,∞)" when:"data.file!=" doc:"tokens of a row; whole leading steps are dropped beyond; as released, tokens before the last action, the first ones are cut off"`
	ActionTokens int    `json:"action_tokens" in:"[1,∞)" when:"data.file!=" doc:"tokens of one action; as released, of the last action alone (toolllama: 1024)"`
}

// Compat reproduces the released trainer.
type Compat struct {
	Mode   string `json:"mode" oneof:"none|released" doc:"released: StepTool's released trainer, defects included (-compat): replays a recorded run, or trains with -data; hyper-parameters are its own, so nothing of ppo, critic and loss is read but ppo.iterations"`
	Replay string `json:"replay" when:"compat.mode=released" doc:"folder of a recorded run (run.json, init.safetensors) to replay"`
	DType  string `json:"dtype" oneof:"f64|f32" when:"compat.mode=released" doc:"f64: the reference backend, exact; f32: the fast one, usual with -data"`
	Dump   string `json:"dump" when:"compat.replay!=" doc:"folder that receives the replayed run's numbers (-dump)"`
}

// Save is the cadence of checkpoints and metrics, counted in steps.
type Save struct {
	SFTEvery int `json:"sft_every" in:"[1,∞)" when:"data.file=,sft.from=,sft.tokens!=0" doc:"SFT steps between checkpoints"`
	LogEvery int `json:"log_every" in:"[1,∞)" when:"data.file=,sft.from=,sft.tokens!=0" doc:"SFT steps of one line of metrics"`
	PPOEvery int `json:"ppo_every" in:"[1,∞)" when:"method!=sft,ppo.iterations!=0 or data.file!=" doc:"RL iterations between checkpoints"`
}
