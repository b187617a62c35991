package addressbook_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/server/addressbook"
)

// workbook makes a ZIP archive of named parts.
func workbook(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	texts = `<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4"><si><t>姓名</t></si>` +
		`<si><t>员工UserID</t></si><si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si><si><t xml:space="preserve"> manager7 </t></si></sst>`
	sheet = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>How to fill this in</t></is></c></row>` +
		`<row r="3"><c r="B3" t="s"><v>1</v></c><c r="D3" t="s"><v>0</v></c></row>` +
		`<row r="4"><c r="B4" t="s"><v>3</v></c><c r="D4" t="s"><v>2</v></c></row>` +
		`<row r="5"><c r="B5"><v>20260017</v></c></row><row r="6"><c r="B6" t="s"><v>99</v></c></row></sheetData></worksheet>`
)

func gb(t *testing.T, text string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestExportsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"WeCom, as text":       {[]byte("\ufeff姓名,账号,手机\n张三,zhangsan,1\n\n李四, lisi ,2\n张三,zhangsan,1\n没有,,3\n"), "zhangsan=张三 lisi=李四"},
		"instructions before":  {[]byte("请勿修改表头\n1、必填\n姓名*,账号（必填）\n张三,zhangsan\n"), "zhangsan=张三"},
		"semicolons":           {[]byte("Name;User ID\n\"Smith; Ann\";ann\n"), "ann=Smith; Ann"},
		"tabs":                 {[]byte("Account\tMobile\nann\t1\n"), "ann="},
		"the encoding of old":  {gb(t, "姓名,员工UserID\n张三,manager7\n"), "manager7=张三"},
		"the better column":    {[]byte("账号,员工UserID\nlogin,manager7\n"), "manager7="},
		"DingTalk, a workbook": {workbook(t, map[string]string{"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": sheet}), "manager7=张三 20260017="},
		"the first sheet":      {workbook(t, map[string]string{"xl/worksheets/sheet10.xml": "<x/>", "xl/worksheets/sheet2.xml": strings.ReplaceAll(sheet, `t="s"><v>1</v>`, `t="inlineStr"><is><t>userid</t></is>`)}), "20260017="},
	} {
		t.Run(name, func(t *testing.T) {
			people, err := addressbook.Read(c.file)
			var got []string
			for _, p := range people {
				got = append(got, p.ID+"="+p.Name)
			}
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("found is %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	rows := strings.Repeat(`<row><c r="A1"><v>1</v></c></row>`, 50_001)
	many := map[string]string{}
	for i := range 1001 {
		many[fmt.Sprint("part", i)] = ""
	}
	for name, file := range map[string][]byte{
		"nothing":             nil,
		"no column of ids":    []byte("Name,Phone\nAnn,1\n"),
		"no ids":              []byte("Name,Account\nAnn,\n"),
		"binary":              {0xd0, 0xcf, 0x11, 0xe0, 0, 1, 2},
		"no archive":          []byte("PK nothing"),
		"no sheet":            workbook(t, map[string]string{"xl/workbook.xml": "<x/>"}),
		"broken XML":          workbook(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><row><c"}),
		"too many parts":      workbook(t, many),
		"too many rows":       workbook(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + rows + "</worksheet>"}),
		"too many text rows":  []byte(strings.Repeat("a,b\n", 50_001)),
		"unpacks to a lot":    workbook(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet>" + strings.Repeat(" ", 33<<20) + "</worksheet>"}),
		"texts unpack to one": workbook(t, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat(" ", 33<<20) + "</sst>", "xl/worksheets/sheet1.xml": sheet}),
		"an entity":           workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY e "boom">]><worksheet><row><c><v>&e;</v></c></row></worksheet>`}),
		"rows of blanks":      workbook(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><row><c t=\"inlineStr\"><is><t>userid</t></is></c></row>" + strings.Repeat(`<row><c r="GR2"><v>1</v></c></row><row><c><v>ann</v></c></row>`, 10_000) + "</worksheet>"}),
		"a far column":        workbook(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><row><c r="ZZZZZZZZZZ1"><v>1</v></c></row></worksheet>`}),
	} {
		t.Run(name, func(t *testing.T) {
			people, err := addressbook.Read(file)
			if bad, ok := err.(invalid.Error); !ok || len(bad) == 0 || bad[0].Location != "body" {
				t.Errorf("it is taken: %v, %v", people, err)
			}
		})
	}
}

func TestFilesThatTakeMemoryAreRefusedEarly(t *testing.T) {
	before := func(what string) map[string]string {
		return map[string]string{"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": strings.Replace(sheet, "<sheetData>", what+"<sheetData>", 1)}
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"deep elements":        {workbook(t, before(strings.Repeat("<a>", 4_000_000))), "deep in each other"},
		"deep in a cell":       {workbook(t, before("<c>"+strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)+"</c>")), "deep in each other"},
		"deep in a text":       {workbook(t, map[string]string{"xl/sharedStrings.xml": "<sst><si>" + strings.Repeat("<a>", 100), "xl/worksheets/sheet1.xml": sheet}), "deep in each other"},
		"many elements":        {workbook(t, before(strings.Repeat("<a/>", 2_000_001))), "elements"},
		"many attributes":      {workbook(t, before("<a"+strings.Repeat(` b=">"`, 400_000)+"/>")), "tag"},
		"many columns":         {[]byte("Account,Name\nann,Ann\n" + strings.Repeat(",", 900_000)), "columns"},
		"columns of line ends": {[]byte("Account,Name\nann,Ann\n" + strings.Repeat("\"\n\",", 200_000)), "columns"},
	} {
		t.Run(name, func(t *testing.T) {
			people, err := addressbook.Read(c.file)
			if _, ok := err.(invalid.Error); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d people are read (%v), want an error of its %s", len(people), err, c.want)
			}
		})
	}
	for name, file := range map[string][]byte{
		"elements in bounds":  workbook(t, before(strings.Repeat("<a>", 60)+strings.Repeat("</a>", 60)+strings.Repeat("<a/>", 10_000))),
		"many lines of a few": []byte("Account,Name\n" + strings.Repeat("ann,Ann\n", 40_000)),
	} {
		if people, err := addressbook.Read(file); err != nil || len(people) == 0 {
			t.Errorf("%s: %v, %v", name, people, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Name,Account\nAnn,ann\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, file []byte) {
		people, err := addressbook.Read(file)
		if _, ok := err.(invalid.Error); err != nil && !ok {
			t.Errorf("the error %v is none for a caller", err)
		}
		for _, p := range people {
			if p.ID == "" {
				t.Error("somebody has no id")
			}
		}
	})
}
