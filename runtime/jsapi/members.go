package jsapi

import "github.com/dop251/goja"

// method is a function of an object that scripts see.
type method struct {
	name   string
	length int // what the function's length says: its required arguments
	call   func(*Env, goja.FunctionCall) goja.Value
}

// methodTable is a set of methods in the order in which they are enumerated.
type methodTable struct {
	order  []string
	byName map[string]method
}

func newMethodTable(methods ...method) *methodTable {
	t := &methodTable{byName: make(map[string]method, len(methods))}
	for _, m := range methods {
		t.order = append(t.order, m.name)
		t.byName[m.name] = m
	}
	return t
}

// members is an object whose methods come into being when they are first asked for: a realm lives for one
// run, and making the hundred functions of a Buffer costs more than most runs. Scripts may overwrite, add
// and delete members as with any object.
type members struct {
	env    *Env
	table  *methodTable
	values map[string]goja.Value // made or set so far; nil for a deleted member
	added  []string              // names set by the script or by Go, beyond the table
	hidden string                // a member that is not enumerated ("constructor"), if any
}

// newMembers returns an object with the members of table. Its prototype is Object.prototype until set.
func (e *Env) newMembers(table *methodTable) (*goja.Object, *members) {
	m := &members{env: e, table: table, values: make(map[string]goja.Value, 8)}
	return e.VM.NewDynamicObject(m), m
}

func (m *members) Get(key string) goja.Value {
	if v, known := m.values[key]; known {
		return v
	}
	def, ok := m.table.byName[key]
	if !ok {
		return nil
	}
	v := m.env.newFunction(def)
	m.values[key] = v
	return v
}

func (m *members) Set(key string, v goja.Value) bool {
	if _, known := m.values[key]; !known {
		if _, ok := m.table.byName[key]; !ok {
			m.added = append(m.added, key)
		}
	}
	m.values[key] = v
	return true
}

func (m *members) Has(key string) bool {
	if v, known := m.values[key]; known {
		return v != nil
	}
	_, ok := m.table.byName[key]
	return ok
}

func (m *members) Delete(key string) bool {
	if m.Has(key) {
		m.values[key] = nil
	}
	return true
}

func (m *members) Keys() []string {
	keys := make([]string, 0, len(m.table.order)+len(m.added))
	for _, list := range [][]string{m.table.order, m.added} {
		for _, key := range list {
			if m.Has(key) && key != m.hidden {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// newFunction makes the function object of m with the name that scripts know it by.
func (e *Env) newFunction(m method) *goja.Object {
	f := e.VM.ToValue(func(call goja.FunctionCall) goja.Value { return m.call(e, call) }).(*goja.Object)
	e.defineHidden(f, "name", e.VM.ToValue(m.name))
	if m.length > 0 {
		e.defineHidden(f, "length", e.VM.ToValue(m.length))
	}
	return f
}

// defineHidden defines a property that is neither written nor enumerated, as those of built-ins are.
func (e *Env) defineHidden(o *goja.Object, name string, v goja.Value) {
	_ = o.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
