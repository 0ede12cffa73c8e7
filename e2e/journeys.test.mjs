// The ways people go through the site, with JavaScript and without it.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { leave, phone, visit } from "./browser.mjs";

const heading = (page) => page.locator("h1").innerText();
const path = (page) => decodeURIComponent(page.url().slice(new URL(page.url()).origin.length));
const focused = (page, selector) => page.locator(selector).first().evaluate((element) => element === document.activeElement);

for (const { name, options } of [
  { name: "with JavaScript", options: {} },
  { name: "without JavaScript", options: { javaScriptEnabled: false } },
  { name: "on a phone", options: phone },
]) {
  suite(name, () => {
    const journey = (what, go) => test(what, async () => {
      const page = await visit(options);
      await go(page);
      await leave(page);
    });

    journey("from home to the news, an item, what is related and back", async (page) => {
      await page.goto("/");
      if (options === phone) await page.getByRole("button", { name: "Meny" }).tap();
      await page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link", { name: "Nyheter" }).click();
      await page.waitForURL("**/nyheter");
      assert.equal(await heading(page), "Nyheter");

      const item = page.locator(".results .teaser h3 a").first();
      const title = await item.innerText();
      await item.click();
      await page.waitForURL("**/nyheter/*");
      assert.equal(await heading(page), title);
      assert.equal(await page.locator(".site-nav [aria-current]").textContent(), "Nyheter");

      const related = page.locator(".related h3 a, .siblings a").first();
      const address = await related.getAttribute("href");
      await related.click();
      await page.waitForURL(`**${address}`);
      await page.goBack();
      assert.equal(await heading(page), title);
      await page.getByRole("navigation", { name: "Du är här" }).getByRole("link", { name: "Nyheter" }).click();
      await page.waitForURL("**/nyheter");
    });

    journey("from the search on the home page to a page", async (page) => {
      await page.goto("/");
      await page.locator("main input[name=q]").fill("löpnummer");
      await page.locator("main input[name=q]").press("Enter");
      await page.waitForURL("**/sok?q=*");
      const hit = page.locator(".hits h3 a").first();
      assert.ok(await page.locator(".hits mark").first().isVisible(), "the word is marked");
      const title = await hit.innerText();
      await hit.click();
      await page.waitForURL((url) => url.pathname !== "/sok");
      assert.ok((await page.locator("main").innerText()).includes(title));
    });

    journey("from the header's search, without a hit, onwards", async (page) => {
      await page.goto("/nyheter");
      await page.locator("header input[name=q]").fill("xyzzy");
      await page.locator("header").getByRole("button", { name: "Sök" }).click();
      await page.waitForURL("**/sok?q=xyzzy");
      await page.locator(".empty").getByRole("link", { name: "Ordlista" }).click();
      await page.waitForURL("**/ordlista");
    });

    journey("from an address that is wrong onwards", async (page) => {
      assert.equal((await page.goto("/nyheter/finns-inte")).status(), 404);
      assert.equal(await heading(page), "Sidan finns inte");
      await page.locator("main").getByRole("searchbox").fill("delstudie 2");
      await page.locator("main").getByRole("button", { name: "Sök" }).click();
      await page.waitForURL("**/sok?q=*");
      await page.goBack();
      await page.getByRole("link", { name: "Till startsidan" }).click();
      await page.waitForURL((url) => url.pathname === "/");
    });

    journey("from the calendar to an event and its file", async (page) => {
      await page.goto("/kalender");
      await page.getByRole("link", { name: "Tidigare", exact: true }).click();
      await page.waitForURL("**/kalender?visa=tidigare");
      assert.equal(await page.locator(".views [aria-current]").textContent(), "Tidigare");
      await page.locator(".occurrence h3 a").first().click();
      await page.waitForURL("**/kalender/**");
      const file = await page.request.get(await page.locator(".subscribe a").getAttribute("href"));
      assert.match(file.headers()["content-type"], /^text\/calendar/);
    });
  });
}

suite("filters with JavaScript", () => {
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

test("filters without JavaScript are a form and links", async () => {
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
