package autograd

import "fmt"

// Embedding looks up y[t] = table[ids[t]]: [T, d] for a table [V, d]. ids must
// not change before the backward pass.
//
//	backward  dtable[ids[t]] += dy[t], in ascending t
func Embedding(t *Tape, table *Param, ids []int32) *Value {
	if len(table.Data.Shape) != 2 {
		panic(fmt.Sprintf("autograd: Embedding: the table is %v, want [V d]", table.Data.Shape))
	}
	d := table.Data.Shape[1]
	y := t.result(t.wants(table), len(ids), d)
	if table.InBlocks() {
		embeddingBlocks(t.dev, y.data.Buf, table, ids)
	} else {
		t.dev.Embedding(y.data.Buf, table.Data.Buf, ids, d)
	}
	if y.needs {
		record(t, embeddingOp{table, ids, y}, y)
	}
	return y
}

type embeddingOp struct {
	table *Param
	ids   []int32
	y     *Value
}

func (o *embeddingOp) back() {
	o.y.tape.dev.EmbeddingBackward(o.table.wanted(), o.y.grad.buf, o.ids, o.y.data.Shape[1])
}
