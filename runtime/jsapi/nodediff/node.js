// Runs scripts in Node: each line of the standard input is a JSON object with a script, the body of an async
// function, and each line of the output what show or showError of the prelude made of its end.
// With "--fresh" every script gets a realm of its own. It is the reference that the tests compare with.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { createRequire } from "node:module";

const prelude = readFileSync(new URL("prelude.js", import.meta.url), "utf8");
const require = createRequire(import.meta.url);
const globals = { Buffer, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController, AbortSignal, FormData, atob, btoa, structuredClone };
if (process.env.PEER) globals.axios = require("axios");

function run(script, base) {
  const text = `${prelude}\n;(async function () {\n${script}\n})().then(show, (e) => "! " + showError(e))`;
  if (process.argv.includes("--fresh")) return vm.runInNewContext(text, { base, ...globals, require, console });
  return vm.runInThisContext(`(function (base, require, axios) { ${text.replace(";(async", ";return (async")} })`)(base, require, globals.axios);
}

let answers = "";
let number = 0;
for (const line of readFileSync(0, "utf8").split("\n")) {
  if (line === "") continue;
  let shown;
  try {
    shown = await run(JSON.parse(line).script, `${process.env.PEER}/c/${number++}`);
  } catch (e) {
    shown = "! " + e.name + ": " + e.message;
  }
  answers += JSON.stringify(shown) + "\n";
}
process.stdout.write(answers, () => process.exit(0));
