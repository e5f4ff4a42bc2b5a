package llama

import (
	"cmp"
	"slices"

	"github.com/stepgrain/stepgrain/kernels"
	"github.com/stepgrain/stepgrain/tensor"
)

// pick is one row of hidden states to predict from.
type pick struct {
	job    *job
	row    int   // of the step's hidden states; −1: the one that the session stored
	target int32 // ≥ 0: report its log-probability as that of Feed[feed]; −1: choose a token
	feed   int
}

// headBuffers are the memory of the head, kept from step to step.
type headBuffers struct {
	hidden *tensor.Tensor // of the present step, [T, d]

	rows   *tensor.Tensor // [n, d] picked hidden states
	logits *tensor.Tensor // [n, V]
	lse    *tensor.Tensor // [n]
	logp   *tensor.Tensor // [n]
	ids    []int32
	u      []float64
}

// logitElements bounds the memory of the logits: rows are predicted from in
// pieces of so many numbers.
const logitElements = 1 << 22

// kind orders picks so that those that one kernel call can serve lie together:
// tokens to be scored, greedy, plainly sampled, sampled with top-k or top-p.
func (p pick) kind() int {
	switch r := p.job.req; {
	case p.target >= 0:
		return 0
	case r.Temperature == 0:
		return 1
	case r.TopK == 0 && (r.TopP == 0 || r.TopP == 1):
		return 2
	}
	return 3
}

// invTemp is the factor on the logits: 1 when greedy.
func (p pick) invTemp() float64 {
	if t := p.job.req.Temperature; t > 0 {
		return 1 / t
	}
	return 1
}

func comparePicks(a, b pick) int {
	return cmp.Or(cmp.Compare(a.kind(), b.kind()), cmp.Compare(a.invTemp(), b.invTemp()))
}

// predict computes what every pick asks for.
func (e *Engine) predict() {
	picks := e.picks
	slices.SortStableFunc(picks, comparePicks)
	most := max(16, logitElements/e.model.Config.VocabSize)
	for len(picks) > 0 {
		n := 1
		for n < len(picks) && n < most && comparePicks(picks[0], picks[n]) == 0 {
			n++
		}
		e.predictAlike(picks[:n])
		picks = picks[n:]
	}
}

// predictAlike serves picks of one kind and temperature.
func (e *Engine) predictAlike(picks []pick) {
	n, cfg, b := len(picks), e.model.Config, &e.head
	b.reserve(n, cfg.HiddenSize, cfg.VocabSize, e.model.DType())
	for i, p := range picks {
		if p.row < 0 {
			tensor.Copy(b.rows.Row(i), p.job.s.hidden.Buf)
		} else {
			tensor.Copy(b.rows.Row(i), b.hidden.Row(p.row))
		}
	}
	logits, lse := b.logits.Buf.Slice(0, n*cfg.VocabSize), b.lse.Buf.Slice(0, n)
	hidden := b.rows.Buf.Slice(0, n*cfg.HiddenSize)
	e.dev.Linear(logits, hidden, e.model.HeadParam().Weight(e.dev), n, kernels.Epilogue{})

	ids, inv := b.ids[:n], picks[0].invTemp()
	switch picks[0].kind() {
	case 0:
		for i, p := range picks {
			ids[i] = p.target
		}
	case 1:
		e.dev.ArgMax(ids, logits, n, cfg.VocabSize)
	case 2:
		for i, p := range picks {
			b.u[i] = p.job.req.Rand.Float64()
		}
		e.dev.LogProb(kernels.Buffer{}, kernels.Buffer{}, lse, logits, nil, n, cfg.VocabSize, inv)
		e.dev.Sample(ids, logits, lse, b.u[:n], n, cfg.VocabSize, inv)
	default:
		for i, p := range picks {
			r := p.job.req
			ids[i] = e.sampler.draw(b.logits.Row(i), inv, r.TopK, r.TopP, r.Rand.Float64())
		}
	}
	logp := b.logp.Buf.Slice(0, n)
	e.dev.LogProb(logp, kernels.Buffer{}, lse, logits, ids, n, cfg.VocabSize, inv)

	if picks[0].target >= 0 {
		for i, p := range picks {
			p.job.res.FeedLogProbs[p.feed] = float32(logp.At(i))
		}
		return
	}
	var values []float32
	if e.Value != nil {
		values = e.Value(tensor.Wrap(hidden, n, cfg.HiddenSize))
	}
	for i, p := range picks {
		if values != nil {
			p.job.res.Values = append(p.job.res.Values, values[i])
		}
		e.append(p.job, ids[i], float32(logp.At(i)))
	}
}

// append adds a sampled token and decides whether the request ends with it.
func (e *Engine) append(j *job, id int32, logp float32) {
	e.stats.Sampled++
	r := j.res
	j.s.tokens = append(j.s.tokens, id)
	r.IDs, r.LogProbs = append(r.IDs, id), append(r.LogProbs, logp)
	goOn := j.req.OnToken == nil || j.req.OnToken(id, logp)
	switch {
	case !goOn || slices.Contains(j.req.Stop, id):
		r.Reason = "stop"
	case len(r.IDs) >= j.req.MaxNew:
		r.Reason = "length"
	case len(j.s.tokens) >= e.opts.MaxContext:
		r.Reason = "context"
	}
}

// reserve makes the buffers large enough for n rows.
func (b *headBuffers) reserve(n, d, vocab int, dt kernels.DType) {
	if len(b.ids) >= n {
		return
	}
	n = max(n, 2*len(b.ids))
	b.rows, b.logits = tensor.New(dt, n, d), tensor.New(dt, n, vocab)
	b.lse, b.logp = tensor.New(dt, n), tensor.New(dt, n)
	b.ids, b.u = make([]int32, n), make([]float64, n)
}
