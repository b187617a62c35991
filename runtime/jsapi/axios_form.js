(function (entries) {
  "use strict";
  const own = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

  // put stores a value under a path of names. It reports whether the name was none of an index, so that
  // what was taken for a list becomes an object.
  function put(target, path, at, value) {
    let name = path[at];
    if (name === "__proto__") return true;
    const named = !Number.isFinite(+name);
    if (name === "" && Array.isArray(target)) name = target.length;
    if (at === path.length - 1) {
      if (own(target, name)) target[name] = Array.isArray(target[name]) ? target[name].concat(value) : [target[name], value];
      else target[name] = value;
      return named;
    }
    if (!own(target, name) || typeof target[name] !== "object") target[name] = [];
    if (put(target[name], path, at + 1, value) && Array.isArray(target[name])) target[name] = Object.assign({}, target[name]);
    return named;
  }

  const result = {};
  for (const [name, value] of entries) {
    const path = Array.from(name.matchAll(/\w+|\[(\w*)]/g), (match) => (match[0] === "[]" ? "" : match[1] || match[0]));
    put(result, path, 0, value);
  }
  return result;
})
