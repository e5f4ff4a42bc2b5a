package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var zmm = []VecPhysical{
	Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
	Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31,
}

// micro512 writes the micro-kernels of AVX-512: 1 to 12 rows by 32 columns, and
// one row by 128.
//
//	Z(2i), Z(2i+1)   row i of C, columns 0-15 and 16-31
//	Z24, Z25         row k of B
//	Z26…Z31          A[i,k] in all lanes, in turn
//	K1, K2           which of the columns 0-15 and 16-31 exist
func micro512(c *build.Context) {
	for rows := 1; rows <= 12; rows++ {
		micro512Rows(c, rows)
	}
	micro512Wide(c)
}

func micro512Rows(c *build.Context, rows int) {
	function(c, fmt.Sprintf("micro512x%d", rows))
	c.MOVQ(field("cols"), RCX)
	c.MOVQ(U64(1), RAX)
	c.SHLQ(CL, RAX)
	c.DECQ(RAX)
	c.KMOVW(EAX, K1)
	c.SHRQ(U8(16), RAX)
	c.KMOVW(EAX, K2)

	c.Comment("The next tile of C is on its way while the sums run.")
	c.MOVQ(field("next"), RDX)
	c.MOVQ(field("ldc"), R15)
	for range rows {
		c.PREFETCHT0(Mem{Base: RDX})
		c.PREFETCHT0(Mem{Base: RDX, Disp: 64})
		c.ADDQ(R15, RDX)
	}
	for i := range 2 * rows {
		c.VPXORQ(zmm[i], zmm[i], zmm[i])
	}
	each := func(f func(left, right VecPhysical)) {
		for i := range rows {
			f(zmm[2*i], zmm[2*i+1])
			c.ADDQ(R15, RDX)
		}
	}
	skipIfAbsent(c, "from", "start")
	c.Comment("The sums go on from these.")
	matrix(c, "from")
	each(func(left, right VecPhysical) {
		c.VMOVUPS_Z(Mem{Base: RDX}, K1, left)
		c.VMOVUPS_Z(Mem{Base: RDX, Disp: 64}, K2, right)
	})

	c.Label("start")
	c.MOVQ(field("a"), RSI)
	c.MOVQ(field("csa"), R12)
	c.MOVQ(field("b"), RBX)
	c.MOVQ(field("ldb"), R13)
	a := rowsOfA(c, rows)
	c.MOVQ(field("ahead"), R15)
	lines := 1 // a step; with few rows it ends sooner
	if rows <= 8 {
		lines = 2
	}
	loop(c, func() {
		for i := range lines {
			c.PREFETCHT1(Mem{Base: R15, Disp: 64 * i})
		}
		c.ADDQ(U32(64*lines), R15)
		c.VMOVUPS(Mem{Base: RBX}, Z24)
		c.VMOVUPS(Mem{Base: RBX, Disp: 64}, Z25)
		for i := 0; i < rows; i += 6 {
			some := min(6, rows-i)
			for q := range some {
				c.VBROADCASTSS(a[i+q], zmm[26+q])
			}
			for q := range some {
				c.VFMADD231PS(Z24, zmm[26+q], zmm[2*(i+q)])
				c.VFMADD231PS(Z25, zmm[26+q], zmm[2*(i+q)+1])
			}
		}
	})

	skipIfAbsent(c, "bias", "old")
	c.VMOVUPS_Z(Mem{Base: RDX}, K1, Z24)
	c.VMOVUPS_Z(Mem{Base: RDX, Disp: 64}, K2, Z25)
	for i := range rows {
		c.VADDPS(Z24, zmm[2*i], zmm[2*i])
		c.VADDPS(Z25, zmm[2*i+1], zmm[2*i+1])
	}
	c.Label("old")
	skipIfAbsent(c, "old", "write")
	matrix(c, "old")
	each(func(left, right VecPhysical) {
		c.VADDPS_Z(Mem{Base: RDX}, left, K1, left)
		c.VADDPS_Z(Mem{Base: RDX, Disp: 64}, right, K2, right)
	})
	c.Label("write")
	matrix(c, "c")
	each(func(left, right VecPhysical) {
		c.VMOVUPS(left, K1, Mem{Base: RDX})
		c.VMOVUPS(right, K2, Mem{Base: RDX, Disp: 64})
	})
	c.VZEROUPPER()
	c.RET()
}

// micro512Wide is one row by the 128 columns of four panels, t.ldpanel bytes
// apart. One row of 32 columns is two chains of sums, too few to keep the
// multipliers or the memory busy; this has eight, and reads four streams.
//
//	Z0…Z7             columns 0-15, 16-31, … of C
//	Z8                A[0,k] in all lanes
//	BX, R8, R9, R10   row k of the four panels of B
func micro512Wide(c *build.Context) {
	function(c, "micro512wide")
	panels := []GPPhysical{RBX, R8, R9, R10}
	c.MOVQ(field("a"), RSI)
	c.MOVQ(field("csa"), R12)
	c.MOVQ(field("b"), RBX)
	c.MOVQ(field("ldb"), R13)
	c.MOVQ(field("ldpanel"), RAX)
	for i := 1; i < 4; i++ {
		c.LEAQ(Mem{Base: panels[i-1], Index: RAX, Scale: 1}, panels[i])
	}
	for i := range 8 {
		c.VPXORQ(zmm[i], zmm[i], zmm[i])
	}
	loop(c, func() {
		c.VBROADCASTSS(Mem{Base: RSI}, Z8)
		for i := range 8 {
			c.VFMADD231PS(Mem{Base: panels[i/2], Disp: i % 2 * 64}, Z8, zmm[i])
		}
		for _, p := range panels[1:] {
			c.ADDQ(R13, p)
		}
	})
	row := func(name, absent string, f func(i int, m Mem)) {
		skipIfAbsent(c, name, absent)
		for i := range 8 {
			f(i, Mem{Base: RDX, Disp: 64 * i})
		}
	}
	row("bias", "old", func(i int, m Mem) { c.VADDPS(m, zmm[i], zmm[i]) })
	c.Label("old")
	row("old", "write", func(i int, m Mem) { c.VADDPS(m, zmm[i], zmm[i]) })
	c.Label("write")
	c.MOVQ(field("c"), RDX)
	for i := range 8 {
		c.VMOVUPS(zmm[i], Mem{Base: RDX, Disp: 64 * i})
	}
	c.VZEROUPPER()
	c.RET()
}
