// The contact form, as someone with JavaScript and someone without meets it, and what becomes of the letter.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { close, dataFolder, leave, phone, visit } from "./browser.mjs";
import { letter, letters } from "./mailbox.mjs";

after(close);

const send = (page) => page.getByRole("button", { name: "Skicka meddelandet" });

// someone is a sender and a message that no other test has.
function someone() {
  const mark = randomUUID();
  return { name: "Åsa Öberg", email: `${mark}@exempel.se`, message: `Hej!\nNär är nästa frågestund? Ärende ${mark}` };
}

// filled runs in the page and waits until the field has a value.
async function filled(field) {
  while (!field.value) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function fill(page, fields) {
  for (const [field, text] of Object.entries(fields)) await page.locator(`[name=${field}]`).fill(text);
}

const typed = async (page) => ({
  name: await page.locator("[name=name]").inputValue(), email: await page.locator("[name=email]").inputValue(),
  message: await page.locator("[name=message]").inputValue(),
});

suite("with JavaScript", () => {
  // visitPatiently visits with a page that waits longer for its proof of work: this machine has more to do than a phone.
  async function visitPatiently(options) {
    const page = await visit(options);
    await page.addInitScript(() => {
      const { setTimeout } = window;
      window.setTimeout = (go, wait, ...more) => setTimeout(go, wait >= 10_000 ? 100_000 : wait, ...more);
    });
    return page;
  }

  for (const { how, options, proven } of [
    { how: "pressed when the proof of work is done", options: {}, proven: (page) => page.locator("[name=proof]").evaluate(filled) },
    { how: "pressed at once, on a phone", options: phone, proven: () => {} },
  ]) {
    test(`the message goes at the first press, and once: ${how}`, async () => {
      const [page, who] = [await visitPatiently(options), someone()];
      await page.goto("/kontakt");
      await fill(page, who);
      await proven(page);
      await send(page).click();
      await page.waitForURL("**/kontakt/tack");
      assert.equal(await page.locator("h1").innerText(), "Tack för ditt meddelande");
      const sent = await letter(who.message.split("\n")[1]);
      assert.match(sent, new RegExp(`^Reply-To: .*${who.email}`, "m"));

      await page.reload();
      await page.goto("/kontakt");
      assert.deepEqual(await typed(page), { name: "", email: "", message: "" }, "the draft is gone");
      assert.equal((await letters()).filter((text) => text.includes(who.email)).length, 1, "one letter");
      await leave(page);
    });
  }

  test("what is refused comes back with what was typed, and the summary has focus", async () => {
    const page = await visit();
    const number = "19121212-1212";
    const wrong = { name: "Åsa", email: "asa", message: `Det gäller ${number} i vår kommun ${randomUUID()}.` };
    await page.goto("/kontakt");
    await fill(page, wrong);
    await send(page).click();
    const summary = page.locator("[data-form-summary]");
    await summary.waitFor();
    assert.ok(await summary.evaluate((element) => element === document.activeElement), "focus");
    assert.deepEqual(await typed(page), wrong);
    const said = await summary.innerText();
    assert.match(said, /e-postadress/);
    assert.match(said, /personnummer \(rad 1, tecken 12\)/);
    assert.ok(!said.includes(number), "the explanation does not repeat the number");
    assert.equal(await page.locator("#message").getAttribute("aria-invalid"), "true");

    await summary.getByRole("link", { name: /personnummer/ }).click();
    assert.ok(await page.locator("#message").evaluate((element) => element === document.activeElement), "the link leads to the field");
    await leave(page);
    await nowhere(number, wrong.message.slice(-37));
  });

  test("leaving and coming back keeps the text", async () => {
    const [page, who] = [await visit(), someone()];
    await page.goto("/kontakt");
    await fill(page, who);
    await page.getByRole("link", { name: "Så hanterar vi dina uppgifter" }).click();
    await page.waitForURL("**/integritet");
    await page.goto("/kontakt");
    assert.deepEqual(await typed(page), who);
    await page.goBack();
    await page.goForward();
    assert.deepEqual(await typed(page), who);
    await leave(page);
  });
});

suite("without JavaScript", () => {
  const visitPlain = () => visit({ javaScriptEnabled: false });

  test("the message waits until its sender presses the button behind the mailed link", async () => {
    const [page, who] = [await visitPlain(), someone()];
    await page.goto("/kontakt");
    await fill(page, who);
    await send(page).click();
    await page.waitForURL("**/kontakt/vantar?**");
    assert.ok((await page.locator("main").innerText()).includes(who.email));
    const mailed = await letter(`To: <${who.email}>`);
    assert.ok(!mailed.includes(who.message.split("\n")[1]), "the link's letter holds nothing that was typed");

    const link = mailed.match(/http\S+\/kontakt\/bekrafta\/\w+/)[0];
    for (let i = 0; i < 2; i++) await page.goto(link); // opening consumes nothing
    assert.ok((await page.locator("main").innerText()).includes(who.message.split("\n")[1]));
    await send(page).click();
    await page.waitForURL("**/kontakt/tack");
    await letter(who.message.split("\n")[1], "Reply-To");

    assert.equal((await page.goto(link)).status(), 404);
    assert.match(await page.locator("main").innerText(), /Du har redan använt länken/);
    assert.equal((await letters()).filter((text) => text.includes(who.message.split("\n")[1])).length, 1, "one letter to the office");
    await leave(page);
  });

  test("what is refused comes back with what was typed and says the cure", async () => {
    const page = await visitPlain();
    const wrong = { name: "", email: "asa@exempel", message: "Hej" };
    await page.goto("/kontakt");
    await fill(page, wrong);
    await send(page).click();
    const summary = page.locator("[data-form-summary]");
    await summary.waitFor();
    assert.equal(await summary.getByRole("link").count(), 3);
    assert.deepEqual(await typed(page), wrong);
    await summary.getByRole("link").first().click();
    assert.match(page.url(), /#name$/);
    await leave(page);
  });
});

// nowhere makes sure that neither the server's log nor any file of the data folder, database and mail, holds any of the words.
async function nowhere(...words) {
  const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ path, name }) => join(path, name));
  if (existsSync(`${dataFolder}.log`)) files.push(`${dataFolder}.log`);
  for (const file of files) {
    const body = await readFile(file);
    for (const word of words) assert.ok(!body.includes(word), `${file} holds ${word}`);
  }
}
