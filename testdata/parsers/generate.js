// Runs every script of the folders beside it in Node and writes what came out to each folder's
// cases.jsonl, which tripline test and the Go tests read. A script begins with its cases, one a line:
//
//   // case: {"input": {"bytes": "0a0b", "fPort": 2}}
//
// bytes may be hexadecimal; port and hex in place of input make an AS uplink (msg). "continues" hands a
// case the context that the one before left. Everything else is as in a case file.
//
//   node generate.js            writes the files
//   node generate.js --print    prints FOLDER<tab>CASE lines and writes nothing
//
// TypeScript is translated by esbuild, from server/ui; without it, those cases stay as they are.
"use strict";
process.env.TZ = "UTC";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const print = process.argv.includes("--print");
const folders = fs.readdirSync(__dirname, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort();

// The functions for what is wanted, with the arguments that each network server gives them.
const decoders = [
  ["decodeUplink", ["input"]],
  ["Decode", ["input.fPort", "input.bytes", "input.variables"]],
  ["Decoder", ["input.bytes", "input.fPort"]],
];
const encoders = [
  ["encodeDownlink", ["input"]],
  ["Encode", ["input.fPort", "input.data", "input.variables"]],
  ["Encoder", ["input.data", "input.fPort"]],
];
const thinkLink = ["payload_parser", ["{ device, msg, thingModelId, noticeAttrs }"]];

function wanted(entry) {
  if (!entry) return [thinkLink, ...decoders];
  if (entry === "decodeUplink") return [...decoders, thinkLink];
  if (entry === "encodeDownlink") return encoders;
  return [[entry, ["input"]]];
}

const places = ["globalThis", "module.exports", "module.exports.driver", "module.exports.default", "driver"];

function translate(file, source) {
  if (!file.endsWith(".ts")) return source;
  const esbuild = require(require.resolve("esbuild", { paths: [path.join(__dirname, "../../server/ui"), process.cwd()] }));
  return esbuild.transformSync(source, { loader: "ts", format: "cjs", target: "es2022" }).code;
}

// freeze stops the clock of a realm.
function freeze(context, now) {
  vm.runInContext(`{
    const Real = Date, now = ${Number(new Date(now))};
    globalThis.Date = new Proxy(Real, {
      construct: (target, args, self) => Reflect.construct(target, args.length ? args : [now], self),
      apply: () => new Real(now).toString(),
      get: (target, key) => (key === "now" ? () => now : target[key]),
    });
    Real.prototype.constructor = globalThis.Date;
  }`, context);
}

function load(context, source) {
  try {
    return { script: new vm.Script(source), body: false };
  } catch (e) {
    const names = "device, msg, thingModelId, noticeAttrs"; // a body is the inside of a function that gets them
    return { script: new vm.Script(`(function (${names}) {${source}\n})(${names})`), body: true };
  }
}

function run(source, c) {
  const globals = {
    device: c.device, msg: c.msg, thingModelId: c.thing_model_id, noticeAttrs: c.noticeAttrs, input: c.input,
    bytes: c.input?.bytes, fPort: c.input?.fPort, context: c.context ?? [],
  };
  // The values have to be of the realm, for instanceof and Array.isArray alike.
  const context = vm.createContext({ require: requireSome });
  vm.runInContext(`Object.assign(globalThis, JSON.parse(${JSON.stringify(JSON.stringify(globals))}));
    for (const name of ${JSON.stringify(Object.keys(globals))}) if (!(name in globalThis)) globalThis[name] = undefined;
    if (input) globalThis.bytes = input.bytes;
    var module = { exports: {} }, exports = module.exports;`, context);
  Object.assign(context, { Buffer, atob, btoa, TextDecoder, TextEncoder, URL, console: quiet });
  if (c.now) freeze(context, c.now);
  const outcome = {};
  try {
    const { script, body } = load(context, source);
    let value = script.runInContext(context);
    if (!body) value = call(context, c.entry);
    context.__value = value;
    const text = vm.runInContext("JSON.stringify(__value)", context);
    outcome.result = text === undefined ? null : JSON.parse(text);
  } catch (e) {
    outcome.error = e === missing ? "no_such_function" : explain(e);
  }
  const state = vm.runInContext("Array.isArray(context) ? JSON.stringify(context) : 'null'", context);
  return [outcome, JSON.parse(state)];
}

const missing = {};

const quiet = Object.fromEntries(["log", "info", "debug", "warn", "error", "trace", "table", "time"].map((name) => [name, () => {}]));

function call(context, entry) {
  for (const [name, args] of wanted(entry)) {
    for (const place of places) {
      const it = place === "globalThis" ? `(typeof ${name} === "function" ? ${name} : undefined)` : `(${place}?.${name})`;
      if (place === "driver" && vm.runInContext("typeof driver", context) === "undefined") continue;
      if (vm.runInContext(`typeof ${it} !== "function"`, context)) continue;
      const callee = place === "globalThis" ? name : `${place}.${name}`;
      return vm.runInContext(`${callee}(${args.join(", ")})`, context);
    }
  }
  if (vm.runInContext("typeof module.exports", context) === "function") return vm.runInContext("module.exports(input)", context);
  if (entry) throw missing;
}

// explain is what a script's own error says; the words of the engine's are its own.
function explain(e) {
  if (e && e.name === "Error" || e && e.name === "RangeError") return e.message;
  return typeof e === "string" ? e : "script_error";
}

function requireSome(name) {
  if (/^(node:)?(buffer|crypto|url|util)$/.test(name)) return require(name);
  throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" });
}

function complete(c) {
  if (typeof c.input?.bytes === "string") c.input.bytes = [...Buffer.from(c.input.bytes, "hex")];
  if (c.hex !== undefined) {
    c.msg = { version: "3.0", type: "data", if: "loraWAN", moteeui: c.device?.eui ?? "a1", userdata: { port: c.port, payload: Buffer.from(c.hex, "hex").toString("base64") }, gwrx: [{}] };
    c.input = undefined;
  }
  if (c.msg?.userdata && !c.input) {
    c.input = { bytes: [...Buffer.from(c.msg.userdata.payload, "base64")], fPort: c.msg.userdata.port, variables: {} };
    c.made = "input";
  } else if (!c.msg && Array.isArray(c.input?.bytes)) {
    c.msg = { version: "3.0", type: "data", if: "loraWAN", userdata: { port: c.input.fPort, payload: Buffer.from(c.input.bytes).toString("base64") }, gwrx: [{}] };
    c.made = "msg";
  }
  return c;
}

for (const folder of folders) {
  const lines = [];
  const file = path.join(__dirname, folder, "cases.jsonl");
  let skip = false;
  for (const script of fs.readdirSync(path.join(__dirname, folder)).filter((n) => /\.[jt]s$/.test(n)).sort()) {
    const text = fs.readFileSync(path.join(__dirname, folder, script), "utf8");
    let source;
    try {
      source = translate(script, text);
    } catch (e) {
      if (e.code !== "MODULE_NOT_FOUND") throw e;
      skip = true;
      break;
    }
    let state;
    [...text.matchAll(/^\/\/ case: (.*)$/gm)].forEach(([, json], i) => {
      const c = complete(JSON.parse(json));
      if (c.continues) c.context = state;
      const [expect, after] = run(source, c);
      state = after;
      const name = path.parse(script).name + " " + (i + 1);
      lines.push(JSON.stringify({
        name, script, kind: "parser", entry: c.entry, device: c.device, msg: c.made === "msg" ? undefined : c.msg, input: c.made === "input" ? undefined : c.input,
        noticeAttrs: c.noticeAttrs, context: c.context, thing_model_id: c.thing_model_id, now: c.now, expect, continues: c.continues,
      }));
    });
  }
  if (skip) {
    console.error(folder + ": esbuild is not installed; its cases stay as they are");
  } else if (print) {
    lines.forEach((line) => console.log(folder + "\t" + line));
  } else {
    fs.writeFileSync(file, lines.join("\n") + "\n");
  }
}
