package platform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Composer writes notices as the messages of one target.
type Composer struct {
	Dialect    Dialect
	Keywords   []string               // every message has one of them
	Recipients []string               // who gets the messages; nil for a place that has none
	Most       int                    // recipients of one message; 0 is any number
	Sign       func(id string) string // a line that makes each message unlike every other; nil for none
}

// signRoom is what Sign's line may take.
const signRoom = 64

// leastRoom is left for a text whatever is added to it: Split needs some to make parts.
const leastRoom = 300

// Compose implements Target.Compose.
func (c Composer) Compose(notices []Notice) []Message {
	var out []Message
	for len(notices) > 0 {
		texts, n := c.texts(notices)
		out = append(out, c.messages(notices[:n], texts)...)
		notices = notices[n:]
	}
	return out
}

// texts writes as many of the leading notices as go together, and returns how many these are.
func (c Composer) texts(notices []Notice) ([]string, int) {
	if len(notices) > 1 {
		if text, n := c.digest(notices); n > 1 {
			return []string{text}, n
		}
	}
	return c.parts(c.Dialect.text(notices[0])), 1
}

// room is what a text may take beside what is added to each message, never less than leastRoom; 0 when
// there is no limit.
func (c Composer) room() int {
	if c.Dialect.Limit == 0 {
		return 0
	}
	room := c.Dialect.Limit
	if len(c.Keywords) > 0 {
		room -= c.Dialect.cost("\n" + c.Keywords[0])
	}
	if c.Sign != nil {
		room -= signRoom
	}
	return max(room, leastRoom)
}

// parts cuts a text that is too long for one message and numbers what it is cut into.
func (c Composer) parts(text string) []string {
	room := c.room()
	if room == 0 || c.Dialect.cost(text) <= room {
		return []string{text}
	}
	var parts []string
	for _, marker := range []string{"\n(9/9)", "\n(99/99)", "\n(99999/99999)"} {
		parts = c.Dialect.Split(text, room-c.Dialect.cost(marker))
		if len(fmt.Sprintf("\n(%d/%d)", len(parts), len(parts))) <= len(marker) {
			break
		}
	}
	for i := range parts {
		parts[i] += fmt.Sprintf("\n(%d/%d)", i+1, len(parts))
	}
	return parts
}

// messages addresses texts that finish notices.
func (c Composer) messages(notices []Notice, texts []string) []Message {
	title, level := headline(notices), Highest(notices)
	var out []Message
	for part, text := range texts {
		heading := title
		if len(texts) > 1 {
			heading += fmt.Sprintf(" (%d/%d)", part+1, len(texts))
		}
		for _, people := range c.groups() {
			id := messageID(notices, part, people)
			out = append(out, Message{ID: id, Title: heading, Text: c.finish(text, id), Level: level, Recipients: people})
		}
	}
	out[len(out)-1].Finishes = len(notices)
	return out
}

// groups are the recipients of each message.
func (c Composer) groups() [][]string {
	if c.Most == 0 || len(c.Recipients) <= c.Most {
		return [][]string{c.Recipients}
	}
	return slices.Collect(slices.Chunk(c.Recipients, c.Most))
}

// finish adds to a message what each has to have.
func (c Composer) finish(text, id string) string {
	if len(c.Keywords) > 0 && !slices.ContainsFunc(c.Keywords, func(k string) bool { return strings.Contains(text, k) }) {
		text += "\n" + c.Keywords[0]
	}
	if c.Sign != nil {
		text += "\n" + c.Sign(id)
	}
	return text
}

// messageID is that of the only notice for a message that is all of it, and else a hash.
func messageID(notices []Notice, part int, people []string) string {
	if len(notices) == 1 && part == 0 && len(people) == 0 {
		return notices[0].ID
	}
	var parts []string
	for _, n := range notices {
		parts = append(parts, n.ID)
	}
	return Key(append(append(parts, strconv.Itoa(part)), people...)...)
}

// headlines say what happened, as headings do.
var headlines = map[string]string{
	EventRaise:  "Alarm raised",
	EventChange: "Alarm changed",
	EventClear:  "Alarm recovered",
	EventRepeat: "Alarm still active",
	EventTest:   "Test message",
}

// longestTitle is the size of a title in bytes: platforms show some twenty characters of it.
const longestTitle = 120

func headline(notices []Notice) string {
	n := notices[0]
	if len(notices) == 1 {
		return Cut(n.tagged(headlines[n.Event]+": "+oneLine(n.Title)), longestTitle)
	}
	return n.tagged(strconv.Itoa(len(notices)) + " alarm messages")
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

// tagged puts the organisation's tag before a heading.
func (n Notice) tagged(heading string) string {
	return strings.TrimSpace(oneLine(n.Origin) + " " + heading)
}

// text is the message of one notice: its rule's own, or the default.
func (d Dialect) text(n Notice) string {
	if n.Template != "" {
		if text := d.render(n); text != "" {
			return text
		}
	}
	lines := []string{d.heading(d.line(n.tagged(headlines[n.Event]))), d.quote(d.bold(d.line(n.Title)))}
	quote := func(label, value string) {
		if value != "" {
			lines = append(lines, d.quote(label+value))
		}
	}
	quote("", strings.TrimSpace(d.inert(n.Desc)))
	quote("Recovery note: ", strings.TrimSpace(d.inert(n.Note)))
	quote("Level: ", d.level(n))
	quote("Device: ", d.device(n))
	quote("Alarm: ", d.code(d.line(n.Alarm)))
	quote("Time: ", n.clock(n.At))
	if n.Event == EventClear || n.Event == EventRepeat {
		quote("Active for: ", n.lasted())
	}
	if n.Event == EventRepeat && n.Count > 1 {
		quote("Seen: ", strconv.Itoa(n.Count)+" times")
	}
	return strings.Join(lines, "\n")
}

// device is the name and the EUI.
func (d Dialect) device(n Notice) string {
	name, eui := d.line(n.Device), d.line(n.EUI)
	if name == eui {
		name = ""
	}
	return strings.TrimSpace(name + " " + d.code(eui))
}

// digest lists as many of the leading notices as one message takes, and returns how many these are.
func (c Composer) digest(notices []Notice) (string, int) {
	d, room := c.Dialect, c.room()
	heading := func(n int) string { return d.heading(d.line(headline(notices[:n]))) }
	size := d.cost(heading(len(notices)))
	var lines []string
	for _, n := range notices {
		entry := d.entry(n)
		size += d.cost("\n" + entry)
		if room > 0 && size > room {
			break
		}
		lines = append(lines, entry)
	}
	if len(lines) < 2 {
		return "", 0
	}
	return heading(len(lines)) + "\n" + strings.Join(lines, "\n"), len(lines)
}

// entry is a notice in a digest.
func (d Dialect) entry(n Notice) string {
	if n.Template != "" {
		if text := d.render(n); text != "" {
			return "\n" + text
		}
	}
	mark := d.level(n)
	if n.Event != EventRaise {
		mark = d.coloured(n.tone(), headlines[n.Event])
	}
	first := []string{mark, d.bold(d.line(n.Title))}
	for _, rest := range []string{d.device(n), d.code(d.line(n.Alarm)), n.clock(n.At)} {
		if rest != "" {
			first = append(first, "· "+rest)
		}
	}
	text := d.quote(strings.TrimSpace(strings.Join(first, " ")))
	for _, more := range []string{n.Desc, n.Note} {
		if more = strings.TrimSpace(d.inert(more)); more != "" {
			text += "\n" + d.quote(more)
		}
	}
	return text
}
