package engine_test

import (
	"fmt"
	"testing"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/engine"
)

// The expectations are Node's.
func TestChainsOfComparisons(t *testing.T) {
	for source, want := range map[string]string{
		`21 > 11 > 12`:                        `false`,
		`0 < 50 < 10`:                         `true`,
		`0 < 5 < 1 < 1`:                       `true`,
		`3 > 2 > 1 > 0 > -1`:                  `true`,
		`3 > (2 > 1)`:                         `true`,
		`3 > 2 > (1 > 0)`:                     `false`,
		`1 > (0 > -1 > 5)`:                    `true`,
		`3 > (2) > 1`:                         `false`,
		`3 > (1 + 1) > (1)`:                   `false`,
		`3 > ((2) > 1)`:                       `true`,
		`3 > /* ( */ 2 > 1`:                   `false`,
		`3 > ( /* ( */ 2 > 1)`:                `true`,
		`3 > ")".length > 1`:                  `false`,
		`3 > ("(".length > 0)`:                `true`,
		`3 > [2].map((v) => v > 1)[0] > 1`:    `false`,
		`[5 < 4 < 3, (5 < 4) < 3, 5 < (4<3)]`: `[true,true,false]`,
		`0 <= 0 >= 0 < 2`:                     `true`,
		`"a" in { a: 1 } in { true: 1 }`:      `true`,
		`1 < 2 == 2 > 1`:                      `true`,
		`((1 < 2) < 3) < (3 < 2)`:             `false`,
		`3 > 2 > 1 ? "x" : "y"`:               `"y"`,
	} {
		t.Run(source, func(t *testing.T) {
			got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindParser, "return "+source))
			check(t, got, err, outcome{value: want})
			got, err = engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindParser, "function payload_parser() {\n  return "+source+"\n}"))
			check(t, got, err, outcome{value: want})
		})
	}
}

func TestDecimalsWithLeadingZeros(t *testing.T) {
	var months string
	for i := range 40 {
		months += fmt.Sprintf("%02d, %03d,\n", i%10, i)
	}
	for _, test := range []struct {
		source string
		want   outcome
	}{
		{`return [08, 09, 010, 089, 008.5, "08", 0]`, outcome{value: `[8,9,8,89,8.5,"08",0]`}},
		{"return [\n" + months + "].length", outcome{value: `80`}},
		{"let a = 09\nreturn boom(08)", outcome{code: runtime.CodeScriptError, message: "boom", line: 2, column: 12}},
		{"let a = 09\nreturn 08 08", outcome{code: runtime.CodeCompileError, line: 2, column: 12}},
		{"return 0x", outcome{code: runtime.CodeCompileError, line: 1, column: 8}},
	} {
		got, err := engine.New(runtime.DefaultLimits()).Run(t.Context(), invocation(runtime.KindParser, test.source))
		check(t, got, err, test.want)
	}
}
