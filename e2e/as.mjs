// As whom pages are looked at: browsers that have come somewhere, and what they carry from there. Each is made when it is first
// asked for, once in a test file.

import { randomUUID } from "node:crypto";
import { leave, visit } from "./browser.mjs";
import { addAuthenticator, addCodeApp, admit, askToJoin, at, enterByCode, enterByLink, give, press } from "./people.mjs";

const somebody = (role) => async (page) => enterByLink(page, await admit(role));

const ways = {
  // A visitor who has asked for a code.
  async asking(page) {
    await page.goto("/logga-in");
    await page.getByLabel("Din e-postadress").fill(`${randomUUID()}@exempel.se`);
    await press(page, "Mejla koden");
    await at(page, "/logga-in/kod");
  },

  member: somebody("member"),
  contact: somebody("contact"), // who has yet to add a second factor
  admin: somebody("admin"),

  // An editor, for whom somebody waits who has asked to join.
  async editor(page) {
    await askToJoin();
    await enterByLink(page, await admit("editor"));
  },

  // Somebody with long names, two roles, both kinds of second factor, and one more browser.
  async equipped(page) {
    const person = await admit("regional", "Anna-Karin Lindenstråhle-Öberg af Klippinghult");
    await give(person, "researcher");
    const other = await visit();
    await enterByLink(other, person);
    await leave(other);
    await enterByLink(page, person);
    await addAuthenticator(page);
    await page.goto("/mitt-konto/passnyckel");
    await press(page, "Skapa passnyckeln");
    await at(page, "/mitt-konto/sakerhet");
    await page.goto("/mitt-konto/kodapp");
    await addCodeApp(page);
    await at(page, "/mitt-konto/sakerhet");
  },

  // A contact person who has logged in by mail alone and has an app for codes to prove.
  async unproved(page) {
    const person = await admit("contact");
    await enterByLink(page, person);
    await page.goto("/mitt-konto/kodapp");
    await addCodeApp(page);
    await at(page, "/mitt-konto/sakerhet");
    await page.getByRole("banner").getByRole("button", { name: "Logga ut" }).click();
    await page.goto("/logga-in");
    await enterByCode(page, person);
    await at(page, "/logga-in/bekrafta");
  },

  // An admin who sees as somebody else.
  async viewing(page) {
    await enterByLink(page, await admit("admin"));
    await page.goto("/admin/visa-som");
    await page.getByLabel("Roll").selectOption("contact");
    await page.getByLabel("Organisation").selectOption({ label: "Karlstad" });
    await page.getByLabel("Varför").fill("Provar hur sidan ser ut.");
    await press(page, "Visa som");
    await at(page, "/");
  },
};

const made = new Map();

// cookies returns what a browser of the name carries; a visitor's without a name carries nothing.
export function cookies(as) {
  if (!as) return [];
  if (!made.has(as)) made.set(as, make(ways[as]));
  return made.get(as);
}

async function make(go) {
  const page = await visit();
  await go(page);
  const carried = await page.context().cookies();
  await leave(page);
  return carried.filter(({ value }) => value);
}
