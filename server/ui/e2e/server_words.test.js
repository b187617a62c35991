// The server tells in English what an answer means, what to do, and what the library's scripts are for; the pages know
// every such sentence in Chinese.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../../..");

test("what the server says is told in Chinese too", async () => {
  const words = await readFile(join(import.meta.dirname, "../src/i18n/server_words.ts"), "utf8");
  const known = new Set([...words.matchAll(/^ {2}"(.+?)": "/gm)].map(([, sentence]) => sentence));
  const said = await sentences();
  assert.ok(said.length > 100, `only ${said.length} sentences were found: how does the server write them now?`);
  assert.deepEqual(said.filter((sentence) => !known.has(sentence)), [], "these lack in src/i18n/server_words.ts");
  assert.deepEqual([...known].filter((sentence) => !said.includes(sentence)), [], "these are not said any more");
});

/** The sentences of the meanings and remedies in the Go code of platforms and deliveries, and the library's remarks. */
async function sentences() {
  const found = new Set();
  const library = await readFile(join(root, "scripts/library/library.go"), "utf8");
  for (const [, text] of library.matchAll(/rpc\("\w+", "([^"]+)"\)/g)) add(text);
  for (const folder of ["platform", "deliver"]) {
    for (const name of await readdir(join(root, "runtime", folder), { recursive: true })) {
      if (!name.endsWith(".go") || name.endsWith("_test.go")) continue;
      const source = await readFile(join(root, "runtime", folder, name), "utf8");
      for (const [, text] of source.matchAll(/(?:Meaning|[rR]emedy)\s*(?::|\+?=)\s*"([A-Z][^"]+)"/g)) add(text);
      for (const [, table] of source.matchAll(/^var (?:remedies|meanings|hopeless) = map\[.*?\{\n(.*?)^\}/gms)) {
        for (const [, text] of table.matchAll(/: +"([^"]+)"/g)) add(text);
      }
      for (const [, body] of source.matchAll(/^func statusRemedy\(.*?\{\n(.*?)^\}/gms)) {
        for (const [, text] of body.matchAll(/return "([^"]+)"/g)) add(text);
      }
    }
  }
  return [...found];

  function add(text) {
    for (const sentence of text.split(/(?<=\.)\s+/)) found.add(sentence);
  }
}
