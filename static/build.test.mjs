import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = mkdtempSync(path.join(tmpdir(), "nuso-dist-"));
after(() => rmSync(dist, { recursive: true }));

function build() {
  execFileSync(process.execPath, [path.join(root, "build.mjs"), `--out=${dist}`]);
  const names = readdirSync(dist).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(dist, name))]));
}

const files = build();
const manifest = JSON.parse(files["manifest.json"]);

test("two builds are the same, byte for byte", () => {
  assert.deepEqual(build(), files);
});

test("the manifest names every file that a page loads", () => {
  const names = ["app.css", "app.mjs", "contact.mjs", "favicon.svg", "filter.mjs", "licences.txt", "source-sans-3.woff2"];
  assert.deepEqual(Object.keys(manifest), names);
  for (const name of Object.values(manifest)) assert.ok(files[name], name);
});

test("the compressed forms hold the same bytes", () => {
  for (const [name, bytes] of Object.entries(files)) {
    if (files[`${name}.gz`]) assert.deepEqual(gunzipSync(files[`${name}.gz`]), bytes);
    if (files[`${name}.br`]) assert.deepEqual(brotliDecompressSync(files[`${name}.br`]), bytes);
  }
});

test("the style sheet asks for the hashed font and for nothing from another host", () => {
  const css = files[manifest["app.css"]].toString();
  assert.ok(css.includes(manifest["source-sans-3.woff2"]));
  assert.doesNotMatch(css, /url\(["']?(https?:)?\/\//);
  assert.doesNotMatch(css, /@import/);
});

test("what a first visit loads stays within its weight", () => {
  const weight = (name) => files[`${manifest[name]}.gz`].length;
  assert.ok(weight("app.css") <= 14_000, `app.css ${weight("app.css")}`);
  assert.ok(weight("app.mjs") <= 2_000, `app.mjs ${weight("app.mjs")}`);
  assert.ok(weight("contact.mjs") <= 2_000, `contact.mjs ${weight("contact.mjs")}`);
  assert.ok(weight("filter.mjs") <= 2_000, `filter.mjs ${weight("filter.mjs")}`);
});
