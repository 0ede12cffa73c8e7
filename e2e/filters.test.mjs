// Lists that one narrows down, with JavaScript and without it.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { close, leave, visit } from "./browser.mjs";

after(close);

const path = (page) => decodeURIComponent(page.url().slice(new URL(page.url()).origin.length));
const focused = (page, selector) => page.locator(selector).first().evaluate((element) => element === document.activeElement);

suite("with JavaScript", () => {
  const count = (page) => page.locator("[data-results-head]").innerText();
  const busy = (page) => page.locator("[data-results]:not([aria-busy])").waitFor();

  // choose picks an option and waits until the list has followed.
  async function choose(page, select, value) {
    await page.locator(select).focus();
    await page.locator(select).selectOption(value);
    await page.waitForURL((url) => (url.searchParams.get(select.replace("#filter-", "")) ?? "") === value);
    await busy(page);
  }

  test("the list changes in place, focus stays, address and back button follow", async () => {
    const page = await visit();
    await page.goto("/nyheter");
    await page.evaluate(() => (window.same = true));
    const all = await count(page);
    await choose(page, "#filter-omrade", "delstudie-2");
    const some = await count(page);
    assert.notEqual(some, all);
    assert.ok(await focused(page, "#filter-omrade"), "focus stays on the field");
    assert.equal(path(page), "/nyheter?omrade=delstudie-2");
    assert.equal(await page.locator("[data-count]").textContent(), some, "the number is said aloud");
    await choose(page, "#filter-ar", "2024");
    assert.equal(path(page), "/nyheter?omrade=delstudie-2&ar=2024");

    await page.goBack();
    await page.waitForURL("**/nyheter?omrade=delstudie-2");
    await busy(page);
    assert.equal(await count(page), some);
    assert.equal(await page.locator("#filter-ar").inputValue(), "");
    await page.goBack();
    await page.waitForURL((url) => url.search === "");
    await busy(page);
    assert.equal(await count(page), all);
    assert.ok(await page.evaluate(() => window.same), "it is the same page all the time");
    await leave(page);
  });

  test("a chip takes its filter away, one by one or all", async () => {
    const page = await visit();
    await page.goto("/nyheter?omrade=delstudie-1&ar=2025");
    const chips = page.locator(".chip");
    assert.equal(await chips.count(), 2);
    await chips.first().click();
    await page.waitForURL("**/nyheter?ar=2025");
    await busy(page);
    assert.equal(await chips.count(), 1);
    assert.equal(await page.locator("#filter-omrade").inputValue(), "");
    assert.ok(await focused(page, "[data-results-head]"), "focus goes to the list's head, since the chip is gone");
    await page.getByRole("link", { name: "Rensa alla" }).click();
    await page.waitForURL((url) => url.search === "");
    await busy(page);
    assert.equal(await chips.count(), 0);
    await leave(page);
  });

  test("the calendar's filters, and nothing found says what to do", async () => {
    const page = await visit();
    await page.goto("/kalender?visa=tidigare");
    const all = await count(page);
    await choose(page, "#filter-typ", "workshop");
    assert.notEqual(await count(page), all);
    assert.deepEqual([...new Set(await page.locator(".occurrence .tag").allInnerTexts())], ["Workshop"]);
    assert.match(path(page), /visa=tidigare/);
    await page.goto("/kalender?typ=publicering&omrade=delstudie-3");
    await page.locator(".empty").getByRole("link", { name: "Visa hela kalendern" }).click();
    await page.waitForURL("**/kalender");
    await leave(page);
  });

  test("the next page of a list begins at its head", async () => {
    const page = await visit();
    await page.goto("/nyheter");
    const first = await page.locator(".teaser h3").first().innerText();
    await page.getByRole("link", { name: "Nästa" }).click();
    await page.waitForURL("**/nyheter?page=2");
    await busy(page);
    assert.notEqual(await page.locator(".teaser h3").first().innerText(), first);
    assert.ok(await focused(page, "[data-results-head]"));
    await leave(page);
  });

  test("the glossary is searched while one types", async () => {
    const page = await visit();
    await page.goto("/ordlista");
    await page.locator("main input[name=q]").pressSequentially("orosan");
    await page.waitForURL("**/ordlista?q=orosan");
    await busy(page);
    assert.ok(await focused(page, "main input[name=q]"));
    assert.ok(await page.getByText("orosanmälan", { exact: true }).first().isVisible());
    await leave(page);
  });
});

test("without JavaScript they are a form and links", async () => {
  const page = await visit({ javaScriptEnabled: false });
  await page.goto("/nyheter");
  await page.locator("#filter-omrade").selectOption("delstudie-2");
  await page.locator("#filter-ar").selectOption("2024");
  await page.getByRole("button", { name: "Visa" }).click();
  await page.waitForURL("**/nyheter?omrade=delstudie-2&ar=2024");
  assert.equal(await page.locator("#filter-ar").inputValue(), "2024");
  await page.locator(".chip").first().click();
  await page.waitForURL("**/nyheter?ar=2024");
  await page.getByRole("link", { name: "Rensa alla" }).click();
  await page.waitForURL((url) => url.pathname === "/nyheter" && url.search === "");
  await leave(page);
});
