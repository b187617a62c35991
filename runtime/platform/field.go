package platform

// FieldType is what the value of a setting is.
type FieldType string

// Types of settings.
const (
	FieldText    FieldType = "text"
	FieldURL     FieldType = "url"
	FieldNumber  FieldType = "number" // a whole number
	FieldChoice  FieldType = "choice" // one of Options
	FieldTexts   FieldType = "texts"  // a list of texts
	FieldMap     FieldType = "map"    // an object of texts
	FieldObject  FieldType = "object" // of Fields
	FieldObjects FieldType = "objects"
)

// Field describes one setting of a service.
type Field struct {
	Name     string    `json:"name"` // as in the JSON
	Type     FieldType `json:"type"`
	Label    string    `json:"label"`             // key of the form's words: wecom.groups.name
	Help     string    `json:"help"`              // in English, one sentence: the API's documentation
	Example  string    `json:"example,omitempty"` // what a value looks like
	Required bool      `json:"required,omitempty"`
	Secret   bool      `json:"secret,omitempty"`  // write-only, sealed, masked; of a map: its values
	Default  string    `json:"default,omitempty"` // what stands for a value that is left out
	Options  []string  `json:"options,omitempty"` // of a choice
	Most     int       `json:"most,omitempty"`    // of texts: how many there may be; 0 is any number
	Longest  int       `json:"longest,omitempty"` // of texts: bytes of each; 0 is any number
	Given    bool      `json:"given,omitempty"`   // by the server when it is left out; a form sends it back as it is
	Import   bool      `json:"import,omitempty"`  // of texts: may be imported from an address book
	Fields   Fields    `json:"fields,omitempty"`  // of an object, and of each of objects
	Address  bool      `json:"-"`                 // says where, or to whose account, the secrets beside it are sent: Keep
}

// Fields describes the settings of a service, in the order of its form.
type Fields []Field
