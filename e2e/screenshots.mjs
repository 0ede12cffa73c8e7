// Writes a picture of every kind of page, 390 and 1280 pixels wide, light and dark:
//
//     node e2e/screenshots.mjs ADDRESS FOLDER
//
// The site must be served by bin/nuso with its mail in files; NUSO_DATA_DIR names its data folder when that is not ./data.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const [address, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node e2e/screenshots.mjs ADDRESS FOLDER");
  process.exit(2);
}
process.env.NUSO_E2E_URL = address;
process.env.NUSO_E2E_DATA ??= process.env.NUSO_DATA_DIR ?? "data";

const { close, leave, visit } = await import("./browser.mjs");
const { pages, show } = await import("./pages.mjs");

await mkdir(folder, { recursive: true });
const kinds = await pages();
for (const width of [390, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await visit({ width, colorScheme });
    for (const kind of kinds) {
      await show(page, kind);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(folder, `${kind.name.replace(/\W+/g, "-")}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await leave(page);
  }
}
await close();
