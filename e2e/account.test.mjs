// What people do with their account beyond the first way through it: by keyboard, in several browsers, with another address, at the end.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { close, leave, phone, visit } from "./browser.mjs";
import { lightAndDark } from "./checks.mjs";
import { letter, mailedCode } from "./mailbox.mjs";
import { addCodeApp, admit, at, enter, enterByCode, enterByLink, press } from "./people.mjs";

after(close);

test("by keyboard alone: in, a slip in the profile mended, and out", async () => {
  const page = await visit();
  const person = await admit("member");
  const tab = async (element) => {
    const reached = () => element.evaluate((found) => found === document.activeElement);
    for (let i = 0; i < 40 && !(await reached()); i++) await page.keyboard.press("Tab");
    assert.ok(await reached(), `no way to ${element}`);
  };
  const header = page.getByRole("banner");
  await page.goto("/nyheter");
  await tab(header.getByRole("link", { name: "Logga in" }));
  await page.keyboard.press("Enter");
  await at(page, "/logga-in");
  await tab(page.getByLabel("Din e-postadress"));
  await page.keyboard.type(person.email);
  await page.keyboard.press("Enter");
  await at(page, "/logga-in/kod");
  assert.ok(await page.getByLabel("Koden").evaluate((field) => field === document.activeElement), "the field waits for the code");
  await page.keyboard.type(await mailedCode(person.email));
  await page.keyboard.press("Enter");
  await at(page, "/");

  await tab(header.getByRole("link", { name: person.name }));
  await page.keyboard.press("Enter");
  await at(page, "/mitt-konto");
  const name = page.getByLabel("Namn");
  await tab(name);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Enter");
  const summary = page.locator("[data-form-summary]");
  await summary.waitFor();
  assert.ok(await summary.evaluate((element) => element === document.activeElement), "the summary has focus");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.ok(await name.evaluate((element) => element === document.activeElement), "its link leads to the field");
  await page.keyboard.type("Eva Lind");
  await tab(page.getByRole("button", { name: "Spara" }));
  await page.keyboard.press("Enter");
  await page.getByText("Dina uppgifter är sparade.").waitFor();
  await tab(header.getByRole("button", { name: "Logga ut" }));
  await page.keyboard.press("Enter");
  await at(page, "/logga-in");
  await page.locator("main").getByText("Du är utloggad.").waitFor();
  await header.getByRole("link", { name: "Logga in" }).waitFor();
  await leave(page);
});

test("logging out all others is felt by them at once", async () => {
  const person = await admit("member");
  const [mine, ...others] = [await enter(person), await enter(person, phone), await enter(person, { javaScriptEnabled: false })];
  await mine.goto("/mitt-konto/sakerhet");
  assert.equal(await mine.locator(".rows li", { hasText: "Chrome" }).count(), 3);
  await press(mine, "Logga ut alla andra");
  assert.equal(await mine.getByRole("status").innerText(), "Alla andra webbläsare är utloggade.");
  assert.equal(await mine.locator(".rows li", { hasText: "Chrome" }).count(), 1);
  for (const other of others) {
    await other.reload();
    await at(other, "/logga-in");
    assert.ok(!(await other.content()).includes(person.name));
  }
  await Promise.all([mine, ...others].map(leave));
});

test("another address, undone from the old one without a fault in axe", async () => {
  const person = await admit("member");
  const [page, other, owner] = [await enter(person), await enter(person), await visit({ width: 320 })];
  const email = `${randomUUID()}@exempel.se`;
  await page.getByRole("link", { name: "Byt e-postadress" }).click();
  await page.getByLabel("Ny e-postadress").fill(email);
  await press(page, "Mejla koden");
  await page.getByLabel("Koden").fill(await mailedCode(email));
  await press(page, "Byt adress");
  assert.match(await page.getByRole("status").innerText(), /^Din nya adress gäller nu\./);
  assert.ok(await page.getByText(email).isVisible());
  await other.reload();
  await at(other, "/logga-in");

  const mailed = await letter(`<${person.email}>`, "/logga-in/angra/");
  await owner.goto(mailed.match(/http\S+\/logga-in\/angra\/\w+/)[0]);
  assert.deepEqual(await lightAndDark(owner), []);
  const code = owner.getByLabel("Koden i mejlet");
  await code.fill("12");
  await press(owner, "Ångra bytet");
  assert.equal(await code.getAttribute("aria-invalid"), "true");
  assert.deepEqual(await lightAndDark(owner), []);
  await code.fill(mailed.match(/koden (\d{6})/)[1]);
  await press(owner, "Ångra bytet");
  assert.equal(await owner.locator("h1").innerText(), "Din gamla adress gäller igen");
  assert.deepEqual(await lightAndDark(owner), []);
  await page.reload();
  await at(page, "/logga-in");
  const back = await enter(person);
  assert.ok(await back.getByText(person.email).isVisible());
  await Promise.all([page, other, owner, back].map(leave));
});

test("who has a second factor proves it before adding another", async () => {
  const person = await admit("member");
  const page = await visit({ javaScriptEnabled: false });
  await enterByLink(page, person);
  await page.goto("/mitt-konto/kodapp");
  const shown = await addCodeApp(page);
  await at(page, "/mitt-konto/sakerhet");
  await page.getByRole("banner").getByRole("button", { name: "Logga ut" }).click();
  await page.goto("/logga-in?next=/mitt-konto/kodapp");
  await enterByCode(page, person);
  await at(page, "/logga-in/bekrafta");
  await page.getByLabel("Koden i din kodapp").fill(shown(-2));
  await press(page, "Bekräfta med koden");
  assert.match(await page.locator("#code-error").innerText(), /Koden stämmer inte eller är använd/);
  await page.getByLabel("Koden i din kodapp").fill(shown(1));
  await press(page, "Bekräfta med koden");
  await at(page, "/mitt-konto/kodapp");
  await leave(page);
});

test("a closed account is gone, and its page has no fault in axe", async () => {
  const person = await admit("member");
  const [page, other] = [await enter(person), await enter(person)];
  await page.getByRole("link", { name: "Avsluta kontot" }).click();
  await press(page, "Avsluta mitt konto");
  await page.getByRole("heading", { name: "Kontot är avslutat" }).waitFor();
  assert.deepEqual(await lightAndDark(page), []);
  assert.ok(await page.getByRole("banner").getByRole("link", { name: "Logga in" }).isVisible());
  await other.reload();
  await at(other, "/logga-in");
  await Promise.all([page, other].map(leave));
});
