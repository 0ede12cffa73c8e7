// The mail that the site has sent: in development each letter is a file in the data folder.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder, until } from "./browser.mjs";

const folder = join(dataFolder, "mail");

// letters returns every letter as text, its parts decoded.
export async function letters() {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".eml"));
  return Promise.all(files.map(async (name) => decode(await readFile(join(folder, name), "latin1"))));
}

// letter waits for the letter that holds all the words.
export function letter(...words) {
  return until(`a letter with ${words.join(", ")}`, async () =>
    (await letters()).find((text) => words.every((word) => text.includes(word))));
}

const spent = new Set(); // codes that were handed out: the next one is another

// mailedCode waits for a code that was mailed to the address, and hands each out once.
export async function mailedCode(email) {
  const code = await until(`a code to ${email}`, async () =>
    (await letters()).filter((text) => text.includes(`<${email}>`))
      .map((text) => text.match(/^(\d{6})\r?$/m)?.[1]).find((found) => found && !spent.has(email + found)));
  spent.add(email + code);
  return code;
}

// decode undoes quoted-printable, the only coding the site's letters have.
function decode(raw) {
  const bytes = raw.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
