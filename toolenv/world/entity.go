package world

import (
	"fmt"
	"strconv"
	"strings"
)

// An entity is an index below numEntities. Its name, its date and its id in a
// category are each a bijection of the index, so that looking something up by
// what another call returned always leads to the same record.
const numEntities = 9000

var (
	nameStart  = strings.Fields("Kol Bar Dun Fen Gal Hol Jor Kel Lor Mar Nor Pel Qin Ron Sal Tam Tul Van Wen Yor Zan Ber Cal Dor Rel Fal Gor Hal Vir Jen")
	nameMiddle = strings.Fields("van vor del dim par pel kem kir bur zol")
	nameEnd    = strings.Fields("bar bel bos bin dan dek dil dov fal fen fit fos kar kel kis kov pas pek pin pol vas vel vim vot zan zet zil zor has hul")
	months     = strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
)

// entityName is three syllables, for instance Kolivus.
func entityName(index int) string {
	a, b, c := index/300, index/30%10, index%30
	return nameStart[a] + nameMiddle[b] + nameEnd[c]
}

// entityDate is a month of one of 750 years, for instance Mar 1487.
func entityDate(index int) string {
	return months[index%12] + " " + strconv.Itoa(1250+index/12)
}

var indexOfName, indexOfFolded = func() (map[string]int, map[string]int) {
	exact, folded := make(map[string]int, numEntities), make(map[string]int, numEntities)
	for i := range numEntities {
		n := entityName(i)
		exact[n], folded[strings.ToLower(n)] = i, i
	}
	if len(folded) != numEntities {
		panic("world: entity names are not unique")
	}
	return exact, folded
}()

// indexOfDate is the inverse of entityDate, or -1.
func indexOfDate(date string) int {
	month, year, ok := strings.Cut(date, " ")
	y, err := strconv.Atoi(year)
	if !ok || err != nil || y < 1250 || y >= 1250+numEntities/12 || len(year) != 4 {
		return -1
	}
	for m, name := range months {
		if name == month {
			return (y-1250)*12 + m
		}
	}
	return -1
}

// Ids have four digits: 1000 + (index·7919 + offset) mod 9000. 7919 and 9000
// have no common factor, so idInverse undoes the multiplication.
const (
	idFactor  = 7919
	idInverse = 4679 // 7919·4679 ≡ 1 mod 9000, checked below
)

func init() {
	if idFactor*idInverse%numEntities != 1 {
		panic(fmt.Sprintf("world: %d·%d mod %d is %d, not 1", idFactor, idInverse, numEntities, idFactor*idInverse%numEntities))
	}
}

func entityID(index, offset int) int { return 1000 + (index*idFactor+offset)%numEntities }

// indexOfID is the inverse of entityID, or -1.
func indexOfID(id int64, offset int) int {
	if id < 1000 || id >= 1000+numEntities {
		return -1
	}
	return int((id-1000-int64(offset)+numEntities)%numEntities) * idInverse % numEntities
}
