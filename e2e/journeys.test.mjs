// What people come for, from the first click to the last: with JavaScript, without it, and on a phone.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { suite, test } from "node:test";
import { leave, phone, until, visit } from "./browser.mjs";
import { letter, letters } from "./mailbox.mjs";

const ways = [
  { name: "with JavaScript", options: {} },
  { name: "without JavaScript", options: { javaScriptEnabled: false } },
  { name: "on a phone", options: phone },
];

const path = (page) => new URL(page.url()).pathname + new URL(page.url()).search;
const heading = (page) => page.locator("h1").innerText();

for (const { name, options } of ways) {
  test(`from home to a news item, to what is related, and back, ${name}`, async () => {
    const page = await visit(options);
    await page.goto("/");
    const first = page.locator(".teaser a").first();
    const title = await first.innerText();
    await first.click();
    await page.waitForURL(/\/nyheter\//);
    assert.equal(await heading(page), title);
    const related = page.locator(".related a").first();
    const next = await related.getAttribute("href");
    await related.click();
    await page.waitForURL((url) => url.pathname === next);
    await page.goBack();
    assert.equal(await heading(page), title);
    await page.locator(".crumbs a", { hasText: "Nyheter" }).click();
    await page.waitForURL("**/nyheter");
    await leave(page);
  });

  test(`search from any page, ${name}`, async () => {
    const page = await visit(options);
    await page.goto("/om");
    await page.locator("header input[name=q]").fill("löpnummer");
    await page.locator("header form button").click();
    await page.waitForURL(/\/sok\?q=l%C3%B6pnummer/);
    assert.match(await page.locator(".results").innerText(), /träffar/);
    assert.ok(await page.locator(".hits mark").count() > 0, "no word is marked");
    await page.locator(".hits a").first().click();
    assert.ok(!path(page).startsWith("/sok"));
    await leave(page);
  });

  test(`a page that is not there leads on, ${name}`, async () => {
    const page = await visit(options);
    await page.goto("/finns-inte");
    assert.match(await page.locator("main").innerText(), /Sidan finns inte, eller så behöver du logga in eller ha en annan behörighet\./);
    await page.locator("main input[name=q]").fill("forskning");
    await page.locator("main form button").click();
    await page.waitForURL(/\/sok\?q=forskning/);
    await leave(page);
  });
}

suite("filters", () => {
  test("change the list in place, keep the focus, and have an address", async () => {
    const page = await visit();
    await page.goto("/nyheter");
    const before = await page.locator("[data-results-head]").innerText();
    await page.locator("select[name=omrade]").focus();
    await page.locator("select[name=omrade]").selectOption("delstudie-3");
    await page.waitForURL(/omrade=delstudie-3/);
    await until("another count", async () => (await page.locator("[data-results-head]").innerText()) !== before);
    assert.equal(await page.evaluate(() => document.activeElement.name), "omrade");
    assert.equal(await page.locator(".chip").count(), 1);
    await page.goBack();
    await until("the whole list", async () => (await page.locator("[data-results-head]").innerText()) === before);
    assert.equal(path(page), "/nyheter");
    await leave(page);
  });

  test("work by a button without JavaScript, and a chip takes one away", async () => {
    const page = await visit({ javaScriptEnabled: false });
    await page.goto("/nyheter");
    await page.locator("select[name=ar]").selectOption("2024");
    await page.locator(".filters button").click();
    await page.waitForURL(/ar=2024/);
    assert.equal(await page.locator(".teaser time").count(), await page.locator(".teaser time[datetime^='2024']").count());
    await page.locator(".chip").click();
    assert.equal(path(page), "/nyheter");
    await leave(page);
  });

  test("of the calendar keep to what has been", async () => {
    const page = await visit({ javaScriptEnabled: false });
    await page.goto("/kalender");
    await page.locator("main a", { hasText: "Tidigare" }).click();
    await page.waitForURL(/visa=tidigare/);
    await page.locator("select[name=typ]").selectOption("workshop");
    await page.locator(".filters button").click();
    await page.waitForURL(/typ=workshop/);
    assert.match(path(page), /visa=tidigare/);
    assert.ok(await page.locator(".occurrence").count() >= 3, "the workshops of 2025 are not there");
    await leave(page);
  });
});

const message = (email, text) => ({ name: "Anna Ek", email, message: text });
const fresh = () => `${randomUUID()}@exempel.se`;

async function write(page, fields) {
  for (const [field, text] of Object.entries(fields)) await page.locator(`[name=${field}]`).fill(text);
  await page.locator("main form button[type=submit]").click();
}

suite("the contact form", () => {
  test("sends at once with JavaScript, once", async () => {
    const page = await visit();
    const email = fresh();
    await page.goto("/kontakt");
    await write(page, message(email, "Hej! När är nästa frågestund?"));
    await page.waitForURL("**/kontakt/tack");
    const sent = await letter(email, "När är nästa frågestund?");
    assert.match(sent, new RegExp(`Reply-To: .*${email}`));
    await page.reload();
    await page.goto("/kontakt");
    assert.equal((await letters()).filter((text) => text.includes(email)).length, 1);
    await leave(page);
  });

  test("without JavaScript sends when the sender has pressed the button behind the mailed link, once", async () => {
    const page = await visit({ javaScriptEnabled: false });
    const email = fresh();
    const words = `Fråga ${randomUUID()} utan skript.`;
    await page.goto("/kontakt");
    await write(page, message(email, words));
    await page.waitForURL(/\/kontakt\/vantar/);
    assert.match(await page.locator("main").innerText(), new RegExp(email));
    const link = (await letter(`<${email}>`)).match(/http\S+\/kontakt\/bekrafta\/\w+/)[0];
    assert.ok(!(await letters()).some((text) => text.includes(words)), "sent before it was confirmed");
    await page.goto(link);
    assert.match(await page.locator("main").innerText(), new RegExp(words));
    await page.locator("main form button").click();
    await page.waitForURL("**/kontakt/tack");
    await letter(words);
    await page.goto(link);
    assert.match(await page.locator("main").innerText(), /skickat/);
    assert.equal((await letters()).filter((text) => text.includes(words)).length, 1);
    await leave(page);
  });

  test("says what to mend, takes the reader there and keeps what was typed", async () => {
    const page = await visit();
    await page.goto("/kontakt");
    await write(page, { name: "Anna Ek", email: "anna", message: "En fråga som står kvar." });
    const summary = page.locator("[data-form-summary]");
    await summary.waitFor();
    await until("focus on the summary", () => page.evaluate(() => document.activeElement.matches("[data-form-summary]")));
    assert.equal(await page.locator("[name=message]").inputValue(), "En fråga som står kvar.");
    assert.equal(await page.locator("[name=email]").getAttribute("aria-invalid"), "true");
    await summary.locator("a").first().click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "email");
    await leave(page);
  });

  test("refuses a personal number, says why, and sends nothing of it", async () => {
    const page = await visit();
    const email = fresh();
    await page.goto("/kontakt");
    await write(page, message(email, "Det gäller 19121212-1212."));
    await page.locator("#message-error").waitFor();
    assert.match(await page.locator("#message-error").innerText(), /personnummer/i);
    assert.match(await page.locator("[name=message]").inputValue(), /Det gäller/);
    assert.ok(!(await letters()).some((text) => text.includes(email)));
    await leave(page);
  });

  test("keeps a message that was left half written", async () => {
    const page = await visit();
    await page.goto("/kontakt");
    await page.locator("[name=message]").fill("Halvvägs genom");
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto("/om");
    await page.goto("/kontakt");
    await until("the words to come back", async () => (await page.locator("[name=message]").inputValue()) === "Halvvägs genom");
    await leave(page);
  });
});

test("a word of the glossary is explained where it stands, without JavaScript too", async () => {
  const page = await visit({ javaScriptEnabled: false });
  await page.goto("/studieomraden/delstudie-1");
  const word = page.locator("button.term").first();
  await word.click();
  const definition = page.locator(`#${await word.getAttribute("popovertarget")}`);
  assert.ok(await definition.isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await definition.isVisible()));
  await leave(page);
});
