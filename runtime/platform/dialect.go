package platform

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Dialect is how a platform writes a text: how much of it a message takes, and the markup that it knows.
// The splitter understands the markup of all platforms: headings, quotes, **bold**, *italic*, ~~struck~~,
// `code`, fences, links, <font> and mentions.
type Dialect struct {
	// Limit is the size of one message's text as Cost counts it; 0 is no limit.
	Limit int
	// Cost is what a piece of text adds to the size; nil counts bytes of UTF-8. The cost of a text is the
	// sum of its pieces' costs.
	Cost func(piece string) int
	// Markup is what the platform shows as more than its characters; 0 is plain text.
	Markup Markup
	// Colour writes text in the colour of a level, or of "clear"; nil for a platform without colours.
	Colour func(level, text string) string
}

// Markup is a set of kinds of markup.
type Markup uint8

// Kinds of markup.
const (
	Bold Markup = 1 << iota
	Headings
	Quotes
	Code
)

// AllMarkup is what WeCom and DingTalk show.
const AllMarkup = Bold | Headings | Quotes | Code

// cost is the size of text.
func (d Dialect) cost(text string) int {
	if d.Cost == nil {
		return len(text)
	}
	return d.Cost(text)
}

// InJSON is the Cost of text in a JSON body whose bytes are counted: quotes, control characters and line
// ends are longer there.
func InJSON(piece string) int {
	n := len(piece)
	for i := range len(piece) {
		switch c := piece[i]; {
		case c == '"', c == '\\', c == '\n', c == '\r', c == '\t':
			n++
		case c < ' ':
			n += len(`\u0000`) - 1
		}
	}
	return n + 3*strings.Count(piece, "\u2028") + 3*strings.Count(piece, "\u2029")
}

func (d Dialect) heading(text string) string {
	if d.Markup&Headings == 0 {
		return d.bold(text)
	}
	return "### " + text
}

// quote quotes the lines of text.
func (d Dialect) quote(text string) string {
	if d.Markup&Quotes == 0 {
		return text
	}
	return "> " + strings.ReplaceAll(text, "\n", "\n> ")
}

func (d Dialect) bold(text string) string {
	if d.Markup&Bold == 0 || text == "" {
		return text
	}
	return "**" + text + "**"
}

func (d Dialect) code(text string) string {
	if d.Markup&Code == 0 || text == "" {
		return text
	}
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}

func (d Dialect) coloured(level, text string) string {
	switch {
	case text == "":
		return ""
	case d.Colour == nil:
		return d.bold(text)
	default:
		return d.Colour(level, text)
	}
}

// level writes a level as a word, in its colour where there are colours.
func (d Dialect) level(n Notice) string {
	return d.coloured(n.tone(), strings.ToUpper(n.Level))
}

// tone is what a notice's colour goes by: its level, or "clear".
func (n Notice) tone() string {
	if n.Event == EventClear {
		return EventClear
	}
	return n.Level
}

// tags begin what would be more than text in a value that comes from outside: a mention, a colour.
var tags = strings.NewReplacer("<@", "<\u200b@", "<at", "<\u200bat", "</at", "<\u200b/at", "<font", "<\u200bfont", "</font", "<\u200b/font")

// inert makes a value that comes from outside harmless: it mentions nobody, and closes no tag.
func (d Dialect) inert(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	if d.Markup == 0 {
		return text
	}
	return tags.Replace(text)
}

// line is one line of a value: names and titles come from outside and may be anything.
func (d Dialect) line(text string) string {
	return d.inert(strings.Join(strings.Fields(text), " "))
}

// clock writes a time in the notice's time zone, to the second.
func (n Notice) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	zone, err := time.LoadLocation(n.Zone)
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04:05 MST")
}

// Highest returns the most urgent level of notices that tell of active alarms, or "".
func Highest(notices []Notice) (level string) {
	for _, n := range notices {
		if n.Event != EventClear && n.Event != EventTest && rank[n.Level] > rank[level] {
			level = n.Level
		}
	}
	return level
}

var rank = map[string]int{"low": 1, "mid": 2, "high": 3, "urgent": 4}

// Cut returns the beginning of one line of text in at most so many bytes, with … in place of what is
// left out: for titles, whose whole is in the text.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:max(end, 0)] + "…"
}
