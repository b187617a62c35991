import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { defineConfig } from "vite";

// Text is compressed once, here: the server hands out the .gz beside a file to whoever takes it.
function gzipBeside() {
  let folder;
  return {
    name: "gzip-beside",
    apply: "build",
    configResolved: (config) => void (folder = config.build.outDir),
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      await Promise.all(
        names
          .filter((name) => /\.(html|js|css|svg)$/.test(name))
          .map(async (name) => {
            const text = await readFile(join(folder, name));
            await writeFile(join(folder, name + ".gz"), await promisify(gzip)(text, { level: 9 }));
          }),
      );
    },
  };
}

export default defineConfig({
  plugins: [gzipBeside()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["chrome123", "edge123", "firefox128", "safari17.5"], // the first ones with light-dark()
    assetsInlineLimit: 0, // the content security policy takes no data: URLs
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": process.env.TRIPLINE_URL ?? "http://127.0.0.1:8080" } },
});
