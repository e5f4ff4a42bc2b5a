package llama

// job is a request that runs.
type job struct {
	req *Request
	res *Result
	s   *Session

	feedFrom, feedTo int // where Feed lies in the session's tokens
	rows             int // token rows in the present step
	last             int // the last of them in the step's hidden states
}

// start begins a request. Requests that have nothing to compute end at once,
// and so do their follow-ups; the result is nil when none is left.
func (e *Engine) start(r *Request, done func(*Request, *Result) *Request) *job {
	for r != nil {
		e.check(r)
		s, room := r.Session, e.opts.MaxContext
		j := e.newJob(r)
		if n := s.Len() + len(r.Feed); n > room || n == room && r.MaxNew > 0 {
			j.res.Reason = "context"
			r = e.finish(j, done)
			continue
		}
		j.feedFrom = s.Len()
		s.tokens = append(s.tokens, r.Feed...)
		j.feedTo = s.Len()
		if r.Score {
			j.res.FeedLogProbs = make([]float32, len(r.Feed))
		}
		s.busy = true
		return j
	}
	return nil
}

func (e *Engine) newJob(r *Request) *job {
	j := &job{}
	if n := len(e.idle); n > 0 {
		j, e.idle = e.idle[n-1], e.idle[:n-1]
	}
	*j = job{req: r, res: &Result{}, s: r.Session}
	return j
}

// finish reports a result; the job is used again.
func (e *Engine) finish(j *job, done func(*Request, *Result) *Request) *Request {
	req, res := j.req, j.res
	j.s.busy = false
	*j = job{}
	e.idle = append(e.idle, j)
	return done(req, res)
}

// pending is the number of tokens that are not in the cache yet.
func (s *Session) pending() int { return len(s.tokens) - s.span.Len }

// step runs one forward pass and what follows from it.
func (e *Engine) step() error {
	if err := e.plan(); err != nil {
		return err
	}
	e.picks = e.picks[:0]
	for _, j := range e.active {
		e.pickStored(j)
	}
	if len(e.ids) > 0 {
		e.tape.Reset()
		h := e.model.Forward(e.tape, e.ids, &e.batch, e.cache).Data()
		e.head.hidden = h
		e.stats.Steps++
		e.stats.Rows += len(e.ids)
		row := 0
		for _, j := range e.active {
			e.pickRows(j, row)
			row += j.rows
		}
	}
	e.predict()
	for _, j := range e.active {
		if j.req.MaxNew > 0 || j.s.pending() > 0 {
			continue
		}
		j.res.Reason = "length"
		if j.rows > 0 {
			j.s.keepHidden(e.head.hidden, j.last)
		}
	}
	return nil
}

// plan lays out the batch of the next step: one row for every sequence that
// decodes, and as much of the prompts, in order, as the budget allows.
func (e *Engine) plan() error {
	e.batch.Reset()
	e.ids = e.ids[:0]
	budget := e.opts.MaxTokensPerStep
	for _, j := range e.active {
		if j.s.pending() == 1 {
			budget--
		}
	}
	for _, j := range e.active {
		s, n := j.s, j.s.pending()
		if n > 1 {
			n = min(n, budget)
			budget -= n
		}
		j.rows = n
		if n == 0 {
			continue
		}
		if err := e.cache.Extend(&s.span, n); err != nil {
			return err
		}
		e.batch.AddCached(n, s.span.Len, s.span.Pages)
		e.ids = append(e.ids, s.tokens[s.span.Len:s.span.Len+n]...)
	}
	return nil
}

// pickStored predicts from the hidden state that an earlier request left.
func (e *Engine) pickStored(j *job) {
	s := j.s
	if !s.hasHidden || s.span.Len != j.feedFrom {
		return
	}
	switch {
	case j.feedTo > j.feedFrom && j.req.Score:
		e.picks = append(e.picks, pick{job: j, row: -1, target: s.tokens[j.feedFrom], feed: 0})
	case j.feedTo == j.feedFrom && j.req.MaxNew > 0:
		e.picks = append(e.picks, pick{job: j, row: -1, target: -1})
	case j.feedTo == j.feedFrom:
		return // nothing to do; the state stays current
	}
	s.hasHidden = false // the session grows beyond it
}

// pickRows predicts from the rows of this step, the first of which is row.
func (e *Engine) pickRows(j *job, row int) {
	s := j.s
	if j.rows == 0 {
		return
	}
	first := s.span.Len
	s.span.Len += j.rows
	if j.req.Score {
		for p := max(first, j.feedFrom-1); p < min(s.span.Len, j.feedTo-1); p++ {
			e.picks = append(e.picks, pick{job: j, row: row + p - first, target: s.tokens[p+1], feed: p + 1 - j.feedFrom})
		}
	}
	j.last = row + j.rows - 1
	if s.pending() == 0 && j.req.MaxNew > 0 {
		e.picks = append(e.picks, pick{job: j, row: j.last, target: -1})
	}
}
