// People with accounts and the ways they log in. Each is new, so no test meets what another has done.

import { execFile } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { address, dataFolder, leave, visit } from "./browser.mjs";
import { mailedCode } from "./mailbox.mjs";

const run = promisify(execFile);
const program = resolve(process.env.NUSO_E2E_BIN || "bin/nuso");

// nuso runs a command of the program beside the running site and returns what it prints.
export async function nuso(...words) {
  const env = { PATH: process.env.PATH, NUSO_DATA_DIR: resolve(dataFolder), NUSO_BASE_URL: address };
  const { stdout } = await run(program, words, { cwd: tmpdir(), env });
  return stdout.trim();
}

// Where people of a role usually belong.
const places = {
  follower: ["--municipality", "1785"],
  member: ["--municipality", "1780"],
  contact: ["--municipality", "1780"],
  regional: ["--organisation", "Region Värmland"],
  researcher: ["--organisation", "Karlstads universitet"],
  editor: [],
  admin: [],
};

// admit gives somebody new a role where such people belong, and returns who it is.
export async function admit(role, name = "Anna Öberg") {
  const person = { name, email: `${randomUUID()}@exempel.se` };
  await give(person, role);
  return person;
}

// give gives somebody one more role.
export const give = (person, role) => nuso("user", "add", person.email, "--name", person.name, "--role", role, ...places[role]);

// askToJoin lets somebody ask for an account, and confirm that the address is theirs.
export async function askToJoin() {
  const [page, email] = [await visit(), `${randomUUID()}@exempel.se`];
  await page.goto("/ga-med");
  await page.getByLabel("Din e-postadress").fill(email);
  await page.getByLabel("Ditt namn").fill("Eva Lind");
  await page.getByLabel("Din kommun eller organisation").fill("Hylte");
  await page.getByLabel("Följare").check();
  await page.getByLabel("Varför vill du gå med?").fill("Vi vill följa studien.\n\nEva");
  await page.getByLabel("Jag har läst och godkänner villkoren").check();
  await press(page, "Skicka ansökan");
  await page.getByLabel("Koden").fill(await mailedCode(email));
  await press(page, "Bekräfta ansökan");
  await at(page, "/ga-med/tack");
  await leave(page);
}

// at waits until the page is at the path, and press presses a button of the page itself.
export const at = (page, path) => page.waitForURL((url) => url.pathname === path);
export const press = (page, name) => page.locator("main").getByRole("button", { name, exact: true }).click();

// enter returns a page in a browser of its own where the person has logged in and sees their account. The role needs no second factor.
export async function enter(person, options) {
  const page = await visit(options);
  await page.goto("/logga-in?next=/mitt-konto");
  await enterByCode(page, person);
  await at(page, "/mitt-konto");
  return page;
}

// enterByCode logs in with a mailed code on the page that asks for an address, which it is on.
export async function enterByCode(page, person) {
  await page.getByLabel("Din e-postadress").fill(person.email);
  await press(page, "Mejla koden");
  await at(page, "/logga-in/kod");
  await page.getByLabel("Koden").fill(await mailedCode(person.email));
  await press(page, "Logga in");
}

// enterByLink logs in with a link from the shell, which proves a second factor too.
export async function enterByLink(page, person) {
  await page.goto(await nuso("user", "link", person.email));
  await press(page, "Logga in");
  await page.waitForURL("**/mitt-konto**");
}

// addAuthenticator gives the page's browser something that keeps passkeys, whose owner is there and known at once.
export async function addAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
}

// addCodeApp adds an app for codes on the page for it, which it is on, and returns what tells its code: the one shown now, or that of
// so many halves of a minute ahead. Each is good once, and the next is taken already.
export async function addCodeApp(page) {
  const secret = await page.locator(".secret").innerText();
  const shown = (ahead = 0) => codeOf(secret.replaceAll(" ", ""), Math.floor(Date.now() / 30_000) + ahead);
  await page.getByLabel("Koden i appen").fill(shown());
  await press(page, "Lägg till kodappen");
  return shown;
}

// codeOf is the code of six digits of a secret in base32 in the half minute (RFC 6238).
function codeOf(secret, halfMinute) {
  const bits = [...secret].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(halfMinute));
  const sum = createHmac("sha1", key).update(counter).digest();
  const number = sum.readUInt32BE(sum.at(-1) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}
