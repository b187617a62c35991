// Package addressbook reads the ids of people from the address book that a chat platform's admin console
// exports, as CSV or as an XLSX workbook.
package addressbook

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tripline/tripline/runtime/invalid"
)

// Person is one entry of an address book.
type Person struct {
	ID   string `json:"id"`             // by which the platform knows the person
	Name string `json:"name,omitempty"` // for people
}

// Bounds of what is read.
const (
	maxRows    = 50_000
	maxColumns = 200
	maxCells   = 1_000_000 // of a workbook, those that are left out before a cell among them
	maxCell    = 1024      // bytes of a cell that is looked at
	headWithin = 40        // rows: exports begin with instructions
	maxPeople  = 20_000
)

// idColumns and nameColumns are the heads of columns, in lower case and without blanks and marks, as WeCom
// and DingTalk write them; the better ones first.
var (
	idColumns   = []string{"员工userid", "成员userid", "userid", "用户id", "账号", "帐号", "成员账号", "account", "accounts", "员工id", "members", "member"}
	nameColumns = []string{"姓名", "名称", "成员姓名", "name", "fullname"}
)

// Read finds the people in an export. Errors are of package invalid and say what is wrong with the file.
func Read(file []byte) ([]Person, error) {
	var rows [][]string
	var err error
	if bytes.HasPrefix(file, []byte("PK")) {
		rows, err = readXLSX(file)
	} else {
		rows, err = readCSV(file)
	}
	if err != nil {
		return nil, err
	}
	return peopleIn(rows)
}

func peopleIn(rows [][]string) ([]Person, error) {
	head, id, name := findHead(rows)
	if id < 0 {
		return nil, invalid.At("body", "no column of the file holds ids: its head must be one of %s", strings.Join(idColumns, ", "))
	}
	people, seen := []Person{}, map[string]bool{}
	for _, row := range rows[head+1:] {
		p := Person{ID: cell(row, id), Name: cell(row, name)}
		if p.ID == "" || seen[p.ID] {
			continue
		}
		if len(people) == maxPeople {
			return nil, invalid.At("body", "the file holds more than %d people", maxPeople)
		}
		seen[p.ID] = true
		people = append(people, p)
	}
	if len(people) == 0 {
		return nil, invalid.At("body", "the column %s of the file holds no ids", cell(rows[head], id))
	}
	return people, nil
}

// findHead returns the row of the heads and the columns of ids and of names, -1 for what is not there.
func findHead(rows [][]string) (head, id, name int) {
	for head, row := range rows[:min(len(rows), headWithin)] {
		if id := column(row, idColumns); id >= 0 {
			return head, id, column(row, nameColumns)
		}
	}
	return 0, -1, -1
}

// column finds the column with the best of some heads.
func column(row, heads []string) int {
	for _, head := range heads {
		if i := slices.IndexFunc(row, func(text string) bool { return plain(text) == head }); i >= 0 {
			return i
		}
	}
	return -1
}

var marks = strings.NewReplacer("（", "(", "*", "", " ", "", "_", "", "\u00a0", "", "\ufeff", "", "-", "")

// plain is the head of a column in lower case without blanks, underscores, stars and what is in brackets.
func plain(head string) string {
	head, _, _ = strings.Cut(marks.Replace(head), "(")
	return strings.ToLower(strings.TrimSpace(head))
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	text := strings.TrimSpace(row[i])
	if len(text) > maxCell || !utf8.ValidString(text) {
		return ""
	}
	return text
}
