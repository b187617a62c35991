package platform

import (
	"slices"
	"strings"
)

// Split cuts text into parts of at most limit (as the dialect counts), at line ends where it can, else at
// spaces, else between characters; never inside a character or inside markup. Markup that is open at a
// cut is closed there and opened again in the next part. A line end at which it cuts is left out: parts
// joined by it are the text. limit should be 200 at least; 0 is no limit.
func (d Dialect) Split(text string, limit int) []string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if limit <= 0 || d.cost(text) <= limit {
		return []string{text}
	}
	s := splitter{dialect: d, limit: limit, atoms: d.atoms(text, limit)}
	var parts []string
	for s.at < len(s.atoms) {
		parts = append(parts, s.next())
	}
	return parts
}

// splitter takes part after part from a text.
type splitter struct {
	dialect Dialect
	limit   int
	atoms   []atom
	at      int    // the next atom
	open    []atom // what is open there, from outside in
	prefix  string // of the line that the next part goes on with: "> "
}

// cut is a place where a part may end.
type cut struct {
	end   int // the atom after the part
	open  []atom
	skips bool // whether the atom at the end, a line end, is left out
	rank  int  // how good the place is
}

// Ranks of cuts.
const (
	betweenCharacters = iota
	atSpace
	atLineEnd
)

// next returns the next part.
func (s *splitter) next() string {
	begin := s.prefix
	for _, a := range s.open {
		begin += a.text
	}
	c := s.cut(s.dialect.cost(begin))
	var out strings.Builder
	out.WriteString(begin)
	for _, a := range s.atoms[s.at:c.end] {
		out.WriteString(a.text)
	}
	out.WriteString(closers(c.open))
	s.prefix = ""
	if !c.skips {
		s.prefix = s.linePrefix(c.end)
	}
	s.at, s.open = c.end, c.open
	if c.skips {
		s.at++
	}
	return out.String()
}

// cut finds where the part that begins at s.at ends; begun is what its beginning costs.
func (s *splitter) cut(begun int) cut {
	var best cut
	size, open := begun, slices.Clone(s.open)
	for i := s.at; i < len(s.atoms); i++ {
		a := s.atoms[i]
		next := i + 1
		closes := next < len(s.atoms) && s.atoms[next].kind == closer
		if a.kind == lineEnd && i > s.at && !closes {
			best = better(best, cut{i, slices.Clone(open), true, atLineEnd}, s.at)
		}
		size += s.dialect.cost(a.text)
		open = a.apply(open)
		if size+s.dialect.cost(closers(open)) > s.limit && best.end > 0 {
			return best
		}
		if closes || a.kind == opener || a.kind == linePrefix || next < len(s.atoms) && s.atoms[next].kind == lineEnd {
			continue // markup around nothing would be left, or an empty line
		}
		rank := betweenCharacters
		if a.text == " " {
			rank = atSpace
		}
		best = better(best, cut{next, slices.Clone(open), false, rank}, s.at)
	}
	return cut{end: len(s.atoms), open: open}
}

// better returns the better of two cuts of a part that begins at start; b is the later one. A place that
// leaves most of the room unused is no better than any.
func better(a, b cut, start int) cut {
	if a.end == 0 || b.rank >= a.rank || b.end-start > 3*(a.end-start) {
		return b
	}
	return a
}

// linePrefix is what quotes and heads the line that the atom at end is in, when the cut is inside the line.
func (s *splitter) linePrefix(end int) string {
	if s.dialect.Markup == 0 {
		return ""
	}
	start := end
	for start > 0 && s.atoms[start-1].kind != lineEnd {
		start--
	}
	if start < end && s.atoms[start].kind == linePrefix {
		return s.atoms[start].text
	}
	return ""
}

// closers closes what is open, from inside out.
func closers(open []atom) string {
	text := ""
	for _, a := range slices.Backward(open) {
		text += a.closes
	}
	return text
}
