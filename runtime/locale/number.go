package locale

import (
	"math"
	"strconv"
	"strings"
)

// RangeError is what is wrong with the options, in the words of V8 where it has some.
type RangeError string

func (e RangeError) Error() string { return string(e) }

// Number is how a number is written. A nil option is one that was not given.
type Number struct {
	Style    string // "decimal" (or ""), "percent" or "currency"
	Currency string // its ISO 4217 code, for the style currency
	Code     bool   // show the code and not the symbol of the currency
	Grouping bool   // separate thousands
	Always   bool   // show a plus sign too

	MinInteger                     int
	MinFraction, MaxFraction       *int
	MinSignificant, MaxSignificant *int
}

// symbols are the currencies that en-US writes otherwise than by their code.
var symbols = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "KRW": "₩", "INR": "₹", "AUD": "A$", "CAD": "CA$", "HKD": "HK$",
	"TWD": "NT$", "NZD": "NZ$", "BRL": "R$", "MXN": "MX$", "VND": "₫", "ILS": "₪", "PHP": "₱", "XAF": "FCFA", "XOF": "F\u202fCFA",
}

// minorDigits are the currencies whose fraction has not two digits.
var minorDigits = map[string]int{"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "XAF": 0, "XOF": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}

// Format writes x as en-US does.
func (n Number) Format(x float64) (string, error) {
	text := ""
	switch {
	case math.IsNaN(x):
		return n.dress("NaN", false), nil
	case math.IsInf(x, 0):
		text = "∞"
	default:
		digits, point := shortest(math.Abs(x))
		if n.Style == "percent" && digits != "0" {
			point += 2
		}
		var err error
		if text, err = n.written(digits, point); err != nil {
			return "", err
		}
	}
	return n.dress(text, math.Signbit(x)), nil
}

// FormatInteger writes an integer of any size, given by its digits.
func (n Number) FormatInteger(digits string) (string, error) {
	digits, negative := strings.CutPrefix(digits, "-")
	text, err := n.written(digits, len(digits))
	return n.dress(text, negative), err
}

// shortest are the decimal digits of x and where the point stands among them.
func shortest(x float64) (digits string, point int) {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	e, _ := strconv.Atoi(exponent)
	return strings.Replace(mantissa, ".", "", 1), e + 1
}

// written rounds the digits, pads and groups them.
func (n Number) written(digits string, point int) (string, error) {
	least, most, err := n.fraction()
	if err != nil {
		return "", err
	}
	significant := n.MinSignificant != nil || n.MaxSignificant != nil
	if significant {
		least, most, err = n.significant(digits, point)
		if err != nil {
			return "", err
		}
	}
	digits, point = round(digits, point, point+most)
	whole, fraction := "0", ""
	switch {
	case point <= 0:
		fraction = strings.Repeat("0", -point) + digits
	case point >= len(digits):
		whole = digits + strings.Repeat("0", point-len(digits))
	default:
		whole, fraction = digits[:point], digits[point:]
	}
	fraction = strings.TrimRight(fraction, "0")
	if short := least - len(fraction); short > 0 {
		fraction += strings.Repeat("0", short)
	}
	if short := n.MinInteger - len(whole); short > 0 {
		whole = strings.Repeat("0", short) + whole
	}
	if n.Grouping {
		whole = group(whole)
	}
	if fraction != "" {
		return whole + "." + fraction, nil
	}
	return whole, nil
}

// fraction are the least and the most digits behind the point.
func (n Number) fraction() (least, most int, err error) {
	least, most = 0, 3
	switch n.Style {
	case "percent":
		most = 0
	case "currency":
		least = 2
		if digits, ok := minorDigits[n.Currency]; ok {
			least = digits
		}
		most = least
	}
	if n.MinFraction != nil && n.MaxFraction != nil && *n.MinFraction > *n.MaxFraction {
		return 0, 0, RangeError("maximumFractionDigits value is out of range.")
	}
	if n.MinFraction != nil {
		least = *n.MinFraction
		most = max(most, least)
	}
	if n.MaxFraction != nil {
		most = *n.MaxFraction
		least = min(least, most)
	}
	return least, most, nil
}

// significant are the same when significant digits are counted.
func (n Number) significant(digits string, point int) (least, most int, err error) {
	low, high := 1, 21
	if n.MinSignificant != nil {
		low = *n.MinSignificant
	}
	if n.MaxSignificant != nil {
		high = *n.MaxSignificant
	}
	if low > high {
		return 0, 0, RangeError("maximumSignificantDigits value is out of range.")
	}
	if digits == "0" {
		point = 1
	} else {
		_, point = round(digits, point, high)
	}
	return max(0, low-point), high - point, nil
}

// round keeps the first digits, half away from zero.
func round(digits string, point, keep int) (string, int) {
	switch {
	case keep >= len(digits):
		return digits, point
	case keep < 0:
		return "0", 1
	}
	up := digits[keep] >= '5'
	kept := []byte(digits[:keep])
	for i := keep - 1; up && i >= 0; i-- {
		if kept[i]++; kept[i] > '9' {
			kept[i] = '0'
		} else {
			up = false
		}
	}
	if up {
		return "1" + string(kept), point + 1
	}
	if len(kept) == 0 {
		return "0", 1
	}
	return string(kept), point
}

func group(whole string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole
}

// dress adds the sign and the marks of the style.
func (n Number) dress(text string, negative bool) string {
	switch n.Style {
	case "percent":
		text += "%"
	case "currency":
		symbol, ok := symbols[n.Currency]
		if !ok || n.Code {
			symbol = n.Currency + "\u00a0"
		}
		text = symbol + text
	}
	switch {
	case negative:
		return "-" + text
	case n.Always:
		return "+" + text
	}
	return text
}
