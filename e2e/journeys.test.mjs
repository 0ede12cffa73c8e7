// The ways people go through the site, with JavaScript and without it.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { close, leave, phone, visit } from "./browser.mjs";

after(close);

const heading = (page) => page.locator("h1").innerText();

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
