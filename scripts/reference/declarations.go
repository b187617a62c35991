package reference

import (
	"regexp"
	"strings"
)

// declared reads TypeScript declarations as this project writes them: const, function, class, interface
// and type, each at the beginning of a line, with a comment of its own before it or not. It is a reader of
// names, not a compiler: what it does not understand becomes a signature without members.
func declared(text string) []Entry {
	var out []Entry
	for _, part := range topLevel(text) {
		doc, code := leadingDoc(part)
		m := declaration.FindStringSubmatch(code)
		if m == nil {
			continue
		}
		keyword, name, rest := m[1], m[2], code[len(m[0]):]
		e := Entry{Name: name, Doc: doc}
		switch keyword {
		case "function":
			e.Signature = "function " + name + oneLine(rest)
			e.Returns = typeName(resultOf(rest))
		case "class", "interface":
			head, body, _ := strings.Cut(rest, "{")
			e.Signature = keyword + " " + name + oneLine(head)
			if base := extends.FindStringSubmatch(head); base != nil {
				e.Type = base[1]
			}
			e.Members = members("{" + body)
		case "type":
			_, of, _ := strings.Cut(rest, "=")
			e.Signature, e.Type, e.Members = "type "+name+" = "+oneLine(of), typeName(of), members(of)
		default:
			of := strings.TrimPrefix(strings.TrimSpace(rest), ":")
			e.Signature, e.Type, e.Members = keyword+" "+name+": "+oneLine(of), typeName(of), members(of)
		}
		out = append(out, e)
	}
	return out
}

var (
	declaration = regexp.MustCompile(`^(?:declare )?(const|let|var|function|class|interface|type) ([\w$]+)`)
	extends     = regexp.MustCompile(`extends ([\w$]+)`)
	member      = regexp.MustCompile(`^(static )?(?:readonly )?([A-Za-z_$][\w$]*)\??\s*([:(<])`)
	quoted      = regexp.MustCompile(`"(\w+)"`)
)

// topLevel cuts declarations apart, each with the comment before it.
func topLevel(text string) []string {
	var out []string
	start, depth := 0, 0
	for i := 0; i < len(text); {
		if end := skip(text, i); end > i {
			i = end
			continue
		}
		depth += bracket(text, i)
		if depth == 0 && (text[i] == ';' || text[i] == '\n') && beginsDeclaration(text[i+1:]) {
			out, start = append(out, text[start:i]), i+1
		}
		i++
	}
	return append(out, text[start:])
}

var beginning = regexp.MustCompile(`^\s*(/\*\*|(declare )?(const|let|var|function|class|interface|type) )`)

func beginsDeclaration(text string) bool { return beginning.MatchString(text) }

// leadingDoc takes the comment away that a declaration begins with.
func leadingDoc(text string) (doc, code string) {
	code = strings.TrimSpace(text)
	for strings.HasPrefix(code, "/**") {
		end := strings.Index(code, "*/")
		if end < 0 {
			return doc, ""
		}
		doc, code = strings.TrimSpace(code[3:end]), strings.TrimSpace(code[end+2:])
	}
	return doc, code
}

// members are those of every object type that stands at the outermost level of a type: one alone, parts
// of an intersection, the keys of a Record.
func members(of string) []Entry {
	of = strings.TrimSpace(of)
	var out []Entry
	if keys, ok := strings.CutPrefix(of, "Record<"); ok && strings.HasPrefix(keys, `"`) {
		names, valueType, _ := strings.Cut(keys, ",")
		signature := oneLine(strings.TrimSuffix(strings.TrimSpace(valueType), ">"))
		for _, name := range quoted.FindAllStringSubmatch(names, -1) {
			out = append(out, Entry{Name: name[1], Signature: name[1] + ": " + signature})
		}
		return out
	}
	depth, start := 0, 0
	for i := 0; i < len(of); {
		if end := skip(of, i); end > i {
			i = end
			continue
		}
		before := depth
		depth += bracket(of, i)
		switch {
		case before == 0 && of[i] == '{':
			start = i + 1
		case depth == 0 && of[i] == '}':
			out = append(out, membersIn(of[start:i])...)
		case depth == 0 && of[i] == '=' && strings.HasPrefix(of[i:], "=>"):
			return nil // a function's type: the braces are its parameters'
		case depth == 0 && of[i] == '[':
			return nil // a list of them
		}
		i++
	}
	if strings.HasSuffix(of, "[]") {
		return nil
	}
	return out
}

// membersIn reads what stands between the braces of an object type.
func membersIn(body string) []Entry {
	var out []Entry
	for _, part := range separated(body) {
		doc, code := leadingDoc(part)
		m := member.FindStringSubmatch(code)
		if m == nil {
			continue // a constructor, an index or call signature
		}
		e := Entry{Name: m[2], Signature: oneLine(code), Doc: doc}
		if m[3] == ":" {
			of := code[len(m[0]):]
			e.Type, e.Members = typeName(of), members(of)
		} else {
			if e.Name == "constructor" || e.Name == "new" {
				continue
			}
			e.Returns = typeName(resultOf(code))
		}
		if last := len(out) - 1; last >= 0 && out[last].Name == e.Name {
			out[last].Signature += "\n" + e.Signature // another way to call it
			continue
		}
		out = append(out, e)
	}
	return out
}

// separated cuts members apart: at semicolons and at the ends of lines.
func separated(body string) []string {
	var out []string
	start, depth := 0, 0
	for i := 0; i < len(body); {
		if end := skip(body, i); end > i {
			i = end
			continue
		}
		depth += bracket(body, i)
		if depth == 0 && (body[i] == ';' || body[i] == '\n' && strings.HasPrefix(strings.TrimSpace(body[start:i]), "[")) {
			out, start = append(out, body[start:i]), i+1
		}
		i++
	}
	return append(out, body[start:])
}

// resultOf is what stands after the colon behind a function's parameters.
func resultOf(code string) string {
	depth := 0
	for i := 0; i < len(code); {
		if end := skip(code, i); end > i {
			i = end
			continue
		}
		depth += bracket(code, i)
		if depth == 0 && code[i] == ')' {
			return strings.TrimPrefix(strings.TrimSpace(code[i+1:]), ":")
		}
		i++
	}
	return ""
}

var (
	promised = regexp.MustCompile(`^Promise<(.*)>$`)
	named    = regexp.MustCompile(`^([A-Z][\w$]*)(?:<[^>]*>)?(?:\s*[&|].*)?$`)
)

// typeName is the named type that a type is first of all; "" when it has no name. A promise is what it
// promises.
func typeName(of string) string {
	of = strings.TrimSuffix(oneLine(of), ";")
	if m := promised.FindStringSubmatch(of); m != nil {
		of = m[1]
	}
	if m := named.FindStringSubmatch(of); m != nil {
		return m[1]
	}
	return ""
}

// skip returns the end of the string or comment that begins at i, or i.
func skip(text string, i int) int {
	switch {
	case text[i] == '"':
		if end := strings.IndexByte(text[i+1:], '"'); end >= 0 {
			return i + end + 2
		}
	case strings.HasPrefix(text[i:], "/*"):
		if end := strings.Index(text[i:], "*/"); end >= 0 {
			return i + end + 2
		}
	}
	return i
}

// bracket is how the character at i changes the depth; the arrow of a function type is no bracket.
func bracket(text string, i int) int {
	switch text[i] {
	case '{', '(', '[', '<':
		return 1
	case '}', ')', ']':
		return -1
	case '>':
		if i > 0 && text[i-1] == '=' {
			return 0
		}
		return -1
	}
	return 0
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
