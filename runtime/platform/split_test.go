package platform

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var splitDialects = map[string]Dialect{
	"bytes":   {Markup: AllMarkup},
	"in JSON": {Markup: AllMarkup, Cost: InJSON},
	"plain":   {},
}

// chinese is a text of so many bytes, with markup of all kinds in it.
func chinese(size int) string {
	var out strings.Builder
	for i := 0; out.Len() < size; i++ {
		switch i % 9 {
		case 0:
			fmt.Fprintf(&out, "### 第 %d 段 **冷库温度过高**\n", i)
		case 1:
			out.WriteString("> 设备 `24e124136d151234` 的温度是 <font color=\"warning\">三十一点五度,高于上限三十度</font>,请尽快处理\n")
		case 2:
			out.WriteString("详情见 [巡检手册第三章](https://example.com/manual/3?page=12&from=alert) 和现场照片 👨‍👩‍👧 🇨🇳\n")
		case 3:
			out.WriteString("**" + strings.Repeat("压缩机运行状态异常", 40) + "** 结束\n")
		case 4:
			out.WriteString("> " + strings.Repeat("回风口温度传感器读数偏高需要校准。", 30) + "\n")
		case 5:
			out.WriteString("```text\n" + strings.Repeat("通道一 31.5 通道二 30.9\n", 8) + "```\n")
		case 6:
			out.WriteString("<font color=\"info\">" + strings.Repeat("恢复", 200) + "</font>\n")
		case 7:
			out.WriteString("请 <@zhangsan> 与 <@lisi> 处理 2*3*4 ~~旧值~~ *斜体*\n")
		default:
			out.WriteString("\n")
		}
	}
	return out.String()
}

// words is what people read of a text: neither markup nor spaces.
func words(text string) string {
	text = regexp.MustCompile(`</?font[^>]*>|`+"```[a-z]*"+`|[\s>#*~`+"`"+`]`).ReplaceAllString(text, "")
	return text
}

// balanced reports what is wrong with the markup of a part, or "".
func balanced(part string) string {
	if n := strings.Count(part, "```"); n%2 != 0 {
		return "a fence is not closed"
	}
	if strings.Count(part, "<font ") != strings.Count(part, "</font>") {
		return "a colour is not closed"
	}
	for _, mark := range []string{"**", "~~"} {
		if strings.Count(part, mark)%2 != 0 {
			return mark + " is not closed"
		}
	}
	if strings.Count(strings.ReplaceAll(part, "```", ""), "`")%2 != 0 {
		return "code is not closed"
	}
	if i := strings.LastIndex(part, "<"); i > strings.LastIndex(part, ">") {
		return "a tag is cut"
	}
	if i := strings.LastIndex(part, "["); i >= 0 && !strings.Contains(part[i:], ")") {
		return "a link is cut"
	}
	return ""
}

func TestPartsAreTheText(t *testing.T) {
	for name, d := range splitDialects {
		for _, size := range []int{1 << 10, 3 << 10, 7 << 10, 20 << 10} {
			for _, limit := range []int{400, 1000, 2048, 4096} {
				text := chinese(size)
				parts := d.Split(text, limit)
				joined := ""
				for i, part := range parts {
					if got := d.cost(part); got > limit {
						t.Errorf("%s, %d of %d: part %d has %d", name, limit, size, i, got)
					}
					if !utf8.ValidString(part) {
						t.Errorf("%s, %d of %d: part %d is no UTF-8", name, limit, size, i)
					}
					if wrong := balanced(part); wrong != "" && d.Markup != 0 {
						t.Errorf("%s, %d of %d: part %d: %s: %q", name, limit, size, i, wrong, part)
					}
					joined += part + "\n"
				}
				if words(joined) != words(text) {
					t.Errorf("%s, %d of %d: the parts are not the text", name, limit, size)
				}
				if few := d.cost(text)/limit*3/2 + 2; len(parts) > few {
					t.Errorf("%s, %d of %d: %d parts, %d would do", name, limit, size, len(parts), few)
				}
			}
		}
	}
}

func TestCutsAreWhereTheyHurtLeast(t *testing.T) {
	d := Dialect{Markup: AllMarkup}
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"at line ends":      {"one\ntwo\nthree", 8, []string{"one\ntwo", "three"}},
		"at spaces":         {"aaaa bbbb cccc", 10, []string{"aaaa bbbb ", "cccc"}},
		"inside a word":     {"aaaaaaaaaaaa", 5, []string{"aaaaa", "aaaaa", "aa"}},
		"not in characters": {"温温温温", 7, []string{"温温", "温温"}},
		"not in emoji":      {"aa👨‍👩‍👧b", 19, []string{"aa", "👨‍👩‍👧b"}},
		"bold again":        {"**aaaaaaaa bbbbbbbb**", 14, []string{"**aaaaaaaa **", "**bbbbbbbb**"}},
		"a quote again":     {"> aaaa bbbb cccc", 12, []string{"> aaaa bbbb ", "> cccc"}},
		"a link whole":      {"see [a](http://b/c) there, and there again", 60, []string{"see [a](http://b/c) there, and there again"}},
		"a mention whole":   {"aaaaaaaaaaaaaaaaaaaa<@id>", 22, []string{"aaaaaaaaaaaaaaaaaaaa", "<@id>"}},
		"a lonely mark":     {"5 * 3 ** 2 `x", 8, []string{"5 * 3 ", "** 2 `x"}},
		"bad UTF-8":         {"a\xffb", 100, []string{"a\uFFFDb"}},
	} {
		got := d.Split(c.text, c.limit)
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(chinese(3000), uint16(600))
	f.Add("**a** `b` <font color=\"info\">c</font> [d](e) <@f>\n> ### g\n```\nh\n```", uint16(1))
	f.Add("**a*b** *c**d* ~~`~~` <font x><font y></font> <@", uint16(13))
	f.Add("```\n"+strings.Repeat("x\n", 900)+"```", uint16(200))
	f.Fuzz(func(t *testing.T, text string, limit uint16) {
		room := 200 + int(limit)
		for name, d := range splitDialects {
			joined := ""
			for _, part := range d.Split(text, room) {
				if got := d.cost(part); got > room {
					t.Fatalf("%s: %d of %d: %q", name, got, room, part)
				}
				if !utf8.ValidString(part) {
					t.Fatalf("%s: no UTF-8: %q", name, part)
				}
				joined += part
			}
			if d.Markup == 0 && strings.ReplaceAll(joined, "\n", "") != strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\n", "") {
				t.Fatalf("%s: the parts are not the text", name)
			}
			if letters(joined) < letters(text) {
				t.Fatalf("%s: letters are lost", name)
			}
		}
	})
}

func letters(text string) int {
	n := 0
	for _, r := range text {
		if r >= 'a' && r <= 'z' || r > 0x7f && r != utf8.RuneError {
			n++
		}
	}
	return n
}
