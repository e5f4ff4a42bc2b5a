package main

import (
	"go/token"
	"go/types"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The registers of every micro-kernel. R14 belongs to Go.
//
//	DI                        the tile
//	SI, BX                    A[0,k] and row k of B
//	R12, R13                  bytes between steps of k in A and in B
//	R11, R8, R9, R10, AX, DX  1, 3, 5, 7, 9, 11 times the bytes between rows of A
//	CX                        steps left
//
// Before and after the loop over k, DX and R15 are a row of C, of the sums to
// start from or of the matrix to add, and the bytes between its rows. In the
// loop R15 is what is prefetched.
var oddRows = map[int]GPPhysical{1: R11, 3: R8, 5: R9, 7: R10, 9: RAX, 11: RDX}

// function begins an assembly function func(t *tile) with t in DI.
func function(c *build.Context, name string) {
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	pkg := types.NewPackage("cpu", "cpu")
	tile := types.NewTypeName(token.NoPos, pkg, "tile", nil)
	types.NewNamed(tile, types.NewStruct(nil, nil), nil)
	pkg.Scope().Insert(tile)
	signature, err := gotypes.ParseSignatureInPackage(pkg, "func(t *tile)")
	if err != nil {
		panic(err)
	}
	c.Signature(signature)
	c.Load(c.Param("t"), RDI)
}

// field is a field of the tile; go_asm.h knows its offset.
func field(name string) Mem { return Mem{Symbol: Symbol{Name: "tile_" + name}, Base: RDI} }

// rowsOfA computes the addresses of A[0…rows−1, k]: row i = o·2^e stands at SI
// plus 2^e times the register of the odd number o.
func rowsOfA(c *build.Context, rows int) []Mem {
	c.MOVQ(field("rsa"), R11)
	at := []Mem{{Base: RSI}}
	for i := 1; i < rows; i++ {
		odd, scale := i, 1
		for ; odd%2 == 0; odd /= 2 {
			scale *= 2
		}
		if odd == i && i > 1 {
			c.LEAQ(Mem{Base: oddRows[i-2], Index: R11, Scale: 2}, oddRows[i])
		}
		at = append(at, Mem{Base: RSI, Index: oddRows[odd], Scale: uint8(scale)})
	}
	return at
}

// matrix points DX at the first row of a matrix of the tile and R15 at its stride.
func matrix(c *build.Context, name string) {
	c.MOVQ(field(name), RDX)
	c.MOVQ(field("ld"+name), R15)
}

// skipIfAbsent jumps to a label when a pointer of the tile is nil.
func skipIfAbsent(c *build.Context, name, label string) {
	c.MOVQ(field(name), RDX)
	c.TESTQ(RDX, RDX)
	c.JZ(LabelRef(label))
}

// loop repeats body t.k times. It is not unrolled: the processor keeps a short
// loop in its queue of decoded instructions, and the two additions a step cost
// less than longer code. It begins at a line of the cache: 32 bytes later it takes
// 4 % more time.
func loop(c *build.Context, body func()) {
	c.MOVQ(field("k"), RCX)
	c.TESTQ(RCX, RCX)
	c.JZ(LabelRef("ending"))
	c.Instruction(&ir.Instruction{Opcode: "PCALIGN", Operands: []Op{U8(64)}})
	c.Label("loop")
	body()
	c.ADDQ(R12, RSI)
	c.ADDQ(R13, RBX)
	c.DECQ(RCX)
	c.JNZ(LabelRef("loop"))
	c.Label("ending")
}
