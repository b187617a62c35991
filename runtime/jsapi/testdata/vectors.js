// Runs pieces of code in Node and prints what came out, one JSON array [code, result] a line. The Go tests
// run the same code in the sandbox and compare.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");
process.noDeprecation = true;
Object.defineProperty(globalThis, "crypto", { value: require("crypto") });

vm.runInThisContext(fs.readFileSync(path.join(__dirname, "show.js"), "utf8"));
const seen = new Set();

module.exports = function add(code) {
  if (seen.has(code)) return;
  seen.add(code);
  let result;
  try {
    result = show(vm.runInThisContext("(function () { " + (code.includes("return ") ? code : "return " + code) + "\n})")());
  } catch (e) {
    result = "throws " + show(e);
  }
  process.stdout.write(JSON.stringify([code, result]) + "\n");
};
