package engine

import "fmt"

// htmlMethods are the methods of strings that write HTML. Their names stand in many texts that do not mean
// them, so that a script has one when it calls it.
func htmlMethods() []addition {
	var all []addition
	for _, m := range []struct{ name, tag, attribute string }{
		{"anchor", "a", "name"}, {"big", "big", ""}, {"blink", "blink", ""}, {"bold", "b", ""}, {"fixed", "tt", ""},
		{"fontcolor", "font", "color"}, {"fontsize", "font", "size"}, {"italics", "i", ""}, {"link", "a", "href"},
		{"small", "small", ""}, {"strike", "strike", ""}, {"sub", "sub", ""}, {"sup", "sup", ""},
	} {
		parameter, attribute := "", ""
		if m.attribute != "" {
			parameter, attribute = "value", " "+m.attribute+`="${String(value).replaceAll('"', "&quot;")}"`
		}
		all = append(all, lack("."+m.name+"(", fmt.Sprintf(`Object.defineProperty(String.prototype, %[1]q, { value: ({ %[1]s(%[2]s) {
			if (this === undefined || this === null) throw new TypeError("String.prototype.%[1]s called on null or undefined");
			const text = `+"`${this}`; return `<%[3]s%[4]s>${text}</%[3]s>`"+`;
		} }).%[1]s, writable: true, configurable: true })`, m.name, parameter, m.tag, attribute)))
	}
	return all
}
