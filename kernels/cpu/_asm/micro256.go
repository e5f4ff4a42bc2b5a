package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var ymm = []VecPhysical{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15}

// micro256 writes the micro-kernels of AVX2: 1 to 6 rows by 16 columns.
//
//	Y(2i), Y(2i+1)   row i of C, columns 0-7 and 8-15
//	Y12, Y13         row k of B
//	Y14, Y15         A[i,k] in all lanes, in turn; before and after, the masks
//	                 of the columns
func micro256(c *build.Context) {
	for rows := 1; rows <= 6; rows++ {
		micro256Rows(c, rows)
	}
}

// masks256 makes the masks of the columns 0-7 and 8-15 that exist. With n
// columns the first starts at element 8−min(n, 8) of the table, the second at
// 16−n, at most 8.
func masks256(c *build.Context) {
	c.LEAQ(Mem{Symbol: Symbol{Name: "·tailTable"}, Base: StaticBase}, RAX)
	c.MOVQ(field("cols"), RDX)
	c.MOVQ(U32(8), RCX)
	c.CMPQ(RDX, RCX)
	c.CMOVQLT(RDX, RCX)
	c.SUBQ(RCX, RDX)
	c.SHLQ(U8(2), RCX)
	c.SHLQ(U8(2), RDX)
	c.NEGQ(RCX)
	c.NEGQ(RDX)
	c.VMOVUPS(Mem{Base: RAX, Index: RCX, Scale: 1, Disp: 32}, Y14)
	c.VMOVUPS(Mem{Base: RAX, Index: RDX, Scale: 1, Disp: 32}, Y15)
}

func micro256Rows(c *build.Context, rows int) {
	function(c, fmt.Sprintf("micro256x%d", rows))
	for i := range 2 * rows {
		c.VXORPS(ymm[i], ymm[i], ymm[i])
	}
	each := func(f func(left, right VecPhysical)) {
		for i := range rows {
			f(ymm[2*i], ymm[2*i+1])
			c.ADDQ(R15, RDX)
		}
	}
	skipIfAbsent(c, "from", "start")
	c.Comment("The sums go on from these.")
	masks256(c)
	matrix(c, "from")
	each(func(left, right VecPhysical) {
		c.VMASKMOVPS(Mem{Base: RDX}, Y14, left)
		c.VMASKMOVPS(Mem{Base: RDX, Disp: 32}, Y15, right)
	})

	c.Label("start")
	c.MOVQ(field("a"), RSI)
	c.MOVQ(field("csa"), R12)
	c.MOVQ(field("b"), RBX)
	c.MOVQ(field("ldb"), R13)
	a := rowsOfA(c, rows)
	loop(c, func() {
		c.VMOVUPS(Mem{Base: RBX}, Y12)
		c.VMOVUPS(Mem{Base: RBX, Disp: 32}, Y13)
		for i := range rows {
			t := ymm[14+i%2]
			c.VBROADCASTSS(a[i], t)
			c.VFMADD231PS(Y12, t, ymm[2*i])
			c.VFMADD231PS(Y13, t, ymm[2*i+1])
		}
	})

	masks256(c)
	skipIfAbsent(c, "bias", "old")
	c.VMASKMOVPS(Mem{Base: RDX}, Y14, Y12)
	c.VMASKMOVPS(Mem{Base: RDX, Disp: 32}, Y15, Y13)
	for i := range rows {
		c.VADDPS(Y12, ymm[2*i], ymm[2*i])
		c.VADDPS(Y13, ymm[2*i+1], ymm[2*i+1])
	}
	c.Label("old")
	skipIfAbsent(c, "old", "write")
	matrix(c, "old")
	each(func(left, right VecPhysical) {
		c.VMASKMOVPS(Mem{Base: RDX}, Y14, Y12)
		c.VMASKMOVPS(Mem{Base: RDX, Disp: 32}, Y15, Y13)
		c.VADDPS(Y12, left, left)
		c.VADDPS(Y13, right, right)
	})
	c.Label("write")
	matrix(c, "c")
	c.CMPQ(field("cols"), U8(16))
	c.JLT(LabelRef("part"))
	each(func(left, right VecPhysical) {
		c.VMOVUPS(left, Mem{Base: RDX})
		c.VMOVUPS(right, Mem{Base: RDX, Disp: 32})
	})
	c.VZEROUPPER()
	c.RET()
	c.Label("part")
	each(func(left, right VecPhysical) {
		c.VMASKMOVPS(left, Y14, Mem{Base: RDX})
		c.VMASKMOVPS(right, Y15, Mem{Base: RDX, Disp: 32})
	})
	c.VZEROUPPER()
	c.RET()
}
