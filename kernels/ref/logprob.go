package ref

import (
	"math"

	"github.com/stepgrain/stepgrain/kernels"
)

// LogProb reads rows z = invTemp·logits[t] and writes
//
//	lse[t]     = log Σ_j exp(z[j])              (the largest z is taken out first)
//	logp[t]    = z[targets[t]] − lse[t]
//	entropy[t] = lse[t] − Σ_j p[j]·z[j]         p[j] = exp(z[j] − lse[t]), in nats
//
// logits is [T, V]; logp (with targets), entropy and lse are [T]. logp and
// entropy may be absent.
func (Of[F]) LogProb(pb, eb, lb, zb kernels.Buffer, targets []int32, T, V int, invTemp float64) {
	logp, entropy := optional[F]("LogProb", "logp", pb, T), optional[F]("LogProb", "entropy", eb, T)
	lse, logits := slice[F]("LogProb", "lse", lb, T), slice[F]("LogProb", "logits", zb, T*V)
	if logp != nil {
		ints("LogProb", "targets", len(targets), T)
	}
	for t := range T {
		row := logits[t*V : (t+1)*V]
		largest := math.Inf(-1)
		for _, x := range row {
			largest = max(largest, invTemp*float64(x))
		}
		sum, mean := 0.0, 0.0 // of e = exp(z − largest), and of e·(z − largest)
		for _, x := range row {
			z := invTemp*float64(x) - largest
			e := math.Exp(z)
			sum += e
			if e > 0 {
				mean += e * z
			}
		}
		l := largest + math.Log(sum)
		lse[t] = F(l)
		if logp != nil {
			checkRow("LogProb", targets[t], V, 1)
			logp[t] = F(invTemp*float64(row[targets[t]]) - l)
		}
		if entropy != nil {
			// lse − Σ p·z, with the largest z taken out of both terms.
			entropy[t] = F(math.Log(sum) - mean/sum)
		}
	}
}

// LogProbBackward turns logits in place into their gradient. With p, z as in
// LogProb and H = entropy[t],
//
//	∂logp/∂z[j]    = 1{j = target} − p[j]
//	∂entropy/∂z[j] = −p[j]·( log p[j] + H )
//	dlogits[j]     = invTemp·( dlogp[t]·∂logp/∂z[j] + dentropy[t]·∂entropy/∂z[j] )
//
// dlogp (with targets) and dentropy (with entropy) may be absent: zero. log p is
// taken from the row again: lse may have lost digits that it needs, as the
// logits can be far from zero.
func (Of[F]) LogProbBackward(zb, lb, eb kernels.Buffer, targets []int32, dpb, deb kernels.Buffer, T, V int, invTemp float64) {
	const op = "LogProbBackward"
	logits := slice[F](op, "logits", zb, T*V)
	slice[F](op, "lse", lb, T)
	dlogp, dentropy := optional[F](op, "dlogp", dpb, T), optional[F](op, "dentropy", deb, T)
	if dlogp != nil {
		ints(op, "targets", len(targets), T)
	}
	var entropy []F
	if dentropy != nil {
		entropy = slice[F](op, "entropy", eb, T)
	}
	for t := range T {
		row := logits[t*V : (t+1)*V]
		largest, sum := math.Inf(-1), 0.0
		for _, x := range row {
			largest = max(largest, invTemp*float64(x))
		}
		for _, x := range row {
			sum += math.Exp(invTemp*float64(x) - largest)
		}
		for j, x := range row {
			logP := invTemp*float64(x) - largest - math.Log(sum)
			p, g := math.Exp(logP), 0.0
			if dlogp != nil {
				g -= float64(dlogp[t]) * p
				if int(targets[t]) == j {
					g += float64(dlogp[t])
				}
			}
			if dentropy != nil && p > 0 {
				g -= float64(dentropy[t]) * p * (logP + float64(entropy[t]))
			}
			row[j] = F(invTemp * g)
		}
	}
}
