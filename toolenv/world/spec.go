package world

import "math/rand/v2"

// spec says what the tasks of a set are like.
type spec struct {
	name   string
	pool   int8 // 0 for training, 1 for every evaluation set
	frames *frames
	shapes shapes
	terse  bool

	heldOutTools  bool        // needed and other APIs come from held-out brands
	newCategories bool        // questions begin in a held-out category
	composition   composition // chains contain such a pair
	distinctTools bool        // at least two tools of one category are needed
	invent        bool        // training: invented brands and category words

	distractors int    // APIs that are not needed
	fill        [2]int // or: fill the list to a length between these with similar names
	fillShare   int    // in so many of 100 tasks
}

// shapes is a distribution of task shapes. Weights need not sum to anything.
type shapes []struct {
	name   string
	weight int
}

func (s shapes) draw(r *rand.Rand) string {
	total := 0
	for _, x := range s {
		total += x.weight
	}
	n := r.IntN(total)
	for _, x := range s {
		if n -= x.weight; n < 0 {
			return x.name
		}
	}
	panic("unreachable")
}

// The shapes: c1-c3 are chains of one to three relations; sum and max compute
// with two numbers; cmp asks which of two has more; list computes over the
// entries of a list; join asks for a field of the one that has more.
var (
	usualShapes = shapes{{"c1", 24}, {"c2", 31}, {"c3", 14}, {"sum", 11}, {"max", 5}, {"cmp", 5}, {"list", 5}, {"join", 5}}
	quickShapes = shapes{{"c1", 42}, {"c2", 36}, {"sum", 12}, {"cmp", 10}}
	hardShapes  = shapes{{"c3", 60}, {"sum", 40}}
	chainShapes = shapes{{"c2", 70}, {"c3", 30}}
	quickChains = shapes{{"c2", 100}}
)

// trainSpec describes the training tasks.
func trainSpec(quick bool) *spec {
	s := &spec{name: "train", frames: &trainFrames, shapes: usualShapes, invent: true, distractors: 2, fill: [2]int{8, 12}, fillShare: 15}
	if quick {
		s.shapes, s.distractors, s.fill = quickShapes, 1, [2]int{7, 10}
	}
	return s
}

// Sets lists the evaluation sets. All but the last two count as held out.
var Sets = []string{"I1-inst", "I1-tool", "I1-cat", "I2", "I3", "toollens", "seen", "hard"}

// setSpec describes an evaluation set, or returns nil.
func setSpec(name string, quick bool) *spec {
	s := trainSpec(quick)
	s.name, s.pool, s.invent, s.fillShare = name, 1, false, 0
	chains := chainShapes
	if quick {
		chains = quickChains
	}
	switch name {
	case "seen":
	case "I1-inst":
		s.frames = &heldOutFrames
	case "I1-tool":
		s.heldOutTools = true
	case "I1-cat":
		s.newCategories = true
		s.shapes = withoutList(s.shapes)
	case "I2":
		s.composition, s.distinctTools, s.shapes = heldOutIntra, true, chains
	case "I3":
		s.composition, s.shapes = heldOutCross, chains
	case "toollens":
		s.frames, s.terse, s.fill, s.fillShare = &terseFrames, true, [2]int{10, 14}, 100
		if quick {
			s.fill = [2]int{10, 12}
		}
	case "hard":
		s.shapes = hardShapes
	default:
		return nil
	}
	return s
}

// withoutList: no held-out category lists records.
func withoutList(s shapes) shapes {
	var out shapes
	for _, x := range s {
		if x.name != "list" {
			out = append(out, x)
		}
	}
	return out
}
