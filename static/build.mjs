// Builds static/dist: CSS and modules bundled and minified, the font and the icon copied, each with a content hash in its
// name and its compressed forms beside it, and manifest.json (plain name → hashed name) for the Go side.
// --watch builds again whenever a source is saved; --out=FOLDER builds elsewhere.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const { values: asked } = parseArgs({
  options: { watch: { type: "boolean" }, out: { type: "string", default: path.join(root, "dist") } },
});
const dist = path.resolve(asked.out);
const npm = createRequire(import.meta.url);

const entries = ["css/app.css", "js/app.mjs", "js/contact.mjs", "js/filter.mjs", "js/passkey.mjs", "js/suggest.mjs"];
const font = npm.resolve("@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2");
const licences = {
  "Source Sans 3": npm.resolve("@fontsource-variable/source-sans-3/LICENSE"),
  Designsystemet: path.resolve(npm.resolve("@digdir/designsystemet-css"), "../../../LICENSE"),
};

// hashed puts a content hash before the ending: app.css → app-1f3a9c0b52.css.
function hashed(name, bytes) {
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${createHash("sha256").update(bytes).digest("hex").slice(0, 10)}${ext}`;
}

// bundle returns the minified entries as [plain name, bytes]. In the style sheet the font's plain name is replaced.
async function bundle(fontName) {
  const made = await esbuild.build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: dist,
    outExtension: { ".js": ".mjs" },
    entryNames: "[name]",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["chrome111", "edge111", "firefox115", "safari16.4"],
    loader: { ".svg": "dataurl" },
    external: ["./source-sans-3.woff2"],
    legalComments: "none",
    logLevel: "warning",
  });
  return made.outputFiles.map((file) => {
    const text = file.text.replaceAll("./source-sans-3.woff2", `./${fontName}`);
    return [path.basename(file.path), Buffer.from(text)];
  });
}

// licenceText joins the licences of what is served with the site.
async function licenceText() {
  const parts = await Promise.all(
    Object.entries(licences).map(async ([name, file]) => `${name}\n\n${(await readFile(file, "utf8")).trim()}\n`),
  );
  return Buffer.from(parts.join("\n\n"));
}

// compressed returns the forms of a file that are worth keeping beside it; a font is compressed already.
function compressed(name, bytes) {
  if (name.endsWith(".woff2")) return [];
  const best = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return [
    [`${name}.gz`, gzipSync(bytes, { level: 9 })],
    [`${name}.br`, brotliCompressSync(bytes, { params: best })],
  ];
}

// put writes a file aside and moves it, so that whoever reads the folder meanwhile never meets half of one.
async function put(file, bytes) {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
}

async function build() {
  const fontBytes = await readFile(font);
  const files = [
    ["source-sans-3.woff2", fontBytes],
    ["favicon.svg", await readFile(path.join(root, "icons", "favicon.svg"))],
    ["licences.txt", await licenceText()],
    ...(await bundle(hashed("source-sans-3.woff2", fontBytes))),
  ];
  const manifest = {};
  const out = [];
  for (const [name, bytes] of files) {
    manifest[name] = hashed(name, bytes);
    out.push([manifest[name], bytes], ...compressed(manifest[name], bytes));
  }
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  out.push(["manifest.json", Buffer.from(`${JSON.stringify(sorted, null, 2)}\n`)]);

  await mkdir(dist, { recursive: true });
  await Promise.all(out.map(([name, bytes]) => put(path.join(dist, name), bytes)));
  const keep = new Set([".gitkeep", ...out.map(([name]) => name)]);
  const old = (await readdir(dist)).filter((name) => !keep.has(name));
  await Promise.all(old.map((name) => rm(path.join(dist, name))));
  for (const [name, bytes] of out) {
    if (name.endsWith(".gz")) console.log(`${name.padEnd(32)} ${String(bytes.length).padStart(6)} B`);
  }
}

await build();

if (asked.watch) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 50);
  };
  for (const folder of ["css", "js", "icons", "../themes"]) {
    watch(path.join(root, folder), { recursive: true }, again);
  }
}
