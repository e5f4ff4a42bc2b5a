package main

import "fmt"

// product is a matrix product that a name describes: rows T, weight [N, K], and
// which of the three products of a layer.
type product struct {
	form    string // "NT": y = x·wᵀ, "NN": dx = dy·w, "TN": dw = dyᵀ·x
	dtype   string
	T, K, N int
}

// parseProduct reads Sgemm/FORM/sqN and Linear/WAY/DTYPE/Tt/KxN, prepacked or not.
func parseProduct(name string) (p product, ok bool) {
	var n int
	if _, err := fmt.Sscanf(name, "Sgemm/%2s/sq%d", &p.form, &n); err == nil {
		p.dtype, p.T, p.K, p.N = "f32", n, n, n
		return p, p.form == "NN" || p.form == "NT" || p.form == "TN"
	}
	for way, form := range map[string]string{"fwd": "NT", "dx": "NN", "dw": "TN"} {
		for _, dtype := range []string{"f32", "bf16"} {
			if _, err := fmt.Sscanf(name, "Linear/"+way+"/"+dtype+"/T%d/%dx%d", &p.T, &p.K, &p.N); err == nil {
				p.form, p.dtype = form, dtype
				return p, true
			}
		}
	}
	return p, false
}
