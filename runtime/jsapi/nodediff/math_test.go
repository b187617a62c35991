package nodediff

import (
	"fmt"
	"strings"
	"testing"
)

// doubles makes numbers that are the same on both sides, and shows results bit by bit.
const doubles = `
let seed = 12345;
const word = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
const view = new DataView(new ArrayBuffer(8));
const any = () => { view.setUint32(0, word()); view.setUint32(4, word()); const v = view.getFloat64(0); return v === v ? v : 0.5; };
const unit = () => (word() * 2097152 + (word() >>> 11)) / 9007199254740992;
const near = (scale) => (unit() - 0.5) * scale;
const specials = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, Infinity, -Infinity, NaN, 5e-324, 1e300, -1e300, 2 ** 53, 2 ** 53 - 1];
const special = () => specials[word() % 18];
const hex = (v) => { if (v !== v) return "NaN"; view.setFloat64(0, v); return view.getUint32(0).toString(16) + ":" + view.getUint32(4).toString(16); };
`

// unaryMath are the functions of one number; angles beyond reason are left out for those of angles.
const (
	unaryMath = "exp expm1 log log1p log2 log10 asin acos atan sinh cosh tanh asinh acosh atanh cbrt sqrt fround round trunc"
	angleMath = "sin cos tan"
)

func TestMath(t *testing.T) {
	var scripts []string
	points := []string{"near(2)", "near(20)", "near(1400)", "near(1e9)", "near(1e18)", "any()"}
	for _, name := range strings.Fields(unaryMath) {
		for _, point := range points {
			scripts = append(scripts, pointwise("const x = "+point, "Math."+name+"(x)"))
		}
	}
	for _, name := range strings.Fields(angleMath) {
		for _, point := range points[:5] {
			scripts = append(scripts, pointwise("const x = "+point, "Math."+name+"(x)"))
		}
	}
	for _, expression := range []string{"Math.pow(x, y)", "x ** y", "Math.atan2(x, y)", "Math.hypot(x, y)", "x % y"} {
		for _, pair := range []string{
			"x = any(), y = any()", "x = near(20), y = near(20)", "x = unit() * 2, y = near(2000)", "x = unit() * 1e5, y = near(30)",
			"x = 10, y = Math.floor(near(640))", "x = word(), y = Math.floor(near(20))", "x = Math.floor(near(1000)), y = Math.floor(near(40))",
			"x = unit() * 3, y = 0.5", "x = 1 + near(1e-6), y = near(1e12)", "x = special(), y = special()",
		} {
			scripts = append(scripts, pointwise("const "+pair, expression))
		}
	}
	compareLines(t, scripts, reference(t, "math", scripts))
}

// pointwise is a script that evaluates an expression at a few hundred points.
func pointwise(declare, expression string) string {
	return fmt.Sprintf("%s\nconst lines = []; for (let i = 0; i < 400; i++) { %s; lines.push([%s, hex(%s)].join(\" \")); } return lines.join(\"\\n\");",
		doubles, declare, map[bool]string{true: "x, y", false: "x"}[strings.Contains(declare, "y =")], expression)
}

func TestNumbersAsText(t *testing.T) {
	var scripts []string
	for _, expression := range []string{
		"String(x)", "x.toFixed(2)", "x.toFixed(0)", "x.toFixed(7)", "x.toPrecision(3)", "x.toPrecision(17)", "x.toExponential()", "x.toExponential(4)", "x.toExponential(0)",
		"x.toLocaleString()", "x.toLocaleString('en-US', { maximumFractionDigits: 1 })", "parseFloat(String(x)) === x", "x.toPrecision()", "(x % 2 ** 63 | 0) + ' ' + (x % 2 ** 63 >>> 0)", "JSON.stringify([x])",
	} {
		for _, point := range []string{"near(2)", "near(1e4)", "near(1e9)", "Math.round(near(1e6)) / 100", "Math.round(near(1e5)) / 8", "any()"} {
			scripts = append(scripts, fmt.Sprintf("%s\nconst lines = []; for (let i = 0; i < 300; i++) { const x = %s; lines.push(%s); } return lines.join(\"\\n\");", doubles, point, expression))
		}
	}
	compareLines(t, scripts, reference(t, "numbers", scripts))
}
