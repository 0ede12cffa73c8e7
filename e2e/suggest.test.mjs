// Suggestions under the search fields: by keyboard, mouse and finger, for those who see little, and when the server fails.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { address, close, leave, phone, visit } from "./browser.mjs";
import { faults, lightAndDark } from "./checks.mjs";
import { focused, large, list, options, small, type } from "./searching.mjs";

after(close);

suite("suggestions", () => {
  for (const { at, field } of [{ at: "/", field: large }, { at: "/sok", field: large }, { at: "/finns-inte", field: large }, { at: "/nyheter", field: small }, { at: "/ordlista", field: small }]) {
    test(`come under the field on ${at}, and nothing moves`, async () => {
      const page = await visit();
      await page.goto(at);
      const places = () => page.evaluate(() => [...document.querySelectorAll("h1, main > *, footer")].map((element) => element.getBoundingClientRect().y));
      const before = await places();
      await type(page, field, "löpn", "löpnummer");
      assert.deepEqual(await places(), before);
      const [input, box] = [await page.locator(field).boundingBox(), await list(page).boundingBox()];
      assert.ok(box.y >= input.y + input.height && box.y < input.y + input.height + 12, "right under the field");
      await leave(page);
    });
  }

  test("are fetched at the first visit to the field, and nothing is asked before one types", async () => {
    const page = await visit();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto("/nyheter", { waitUntil: "networkidle" });
    assert.deepEqual(asked.filter((url) => /suggest/.test(url)), []);
    await page.locator(small).focus();
    await page.locator(`${small}[role=combobox]`).waitFor();
    assert.deepEqual(asked.filter((url) => url.includes("/api/")), []);
    await type(page, small, "löpn", "löpnummer");
    assert.deepEqual(asked.filter((url) => !url.startsWith(`${address}/`) && !url.startsWith("data:")), [], "requests to others");
    assert.deepEqual(await page.context().cookies(), []);
    await leave(page);
  });

  test("are walked with arrows, and Enter goes there", async () => {
    const page = await visit();
    await page.goto("/nyheter");
    await type(page, small, "orosanm", "orosanmälan");
    const field = page.locator(small);
    const state = async () => ({
      expanded: await field.getAttribute("aria-expanded"),
      chosen: await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.innerText.split("\n")[0] ?? ""),
      marked: await list(page).locator("[aria-selected=true]").count(),
    });
    const titles = await options(page).locator("span").allInnerTexts();
    assert.deepEqual(await state(), { expanded: "true", chosen: "", marked: 0 });
    assert.match(await page.locator("header [role=status]").textContent(), new RegExp(`^${titles.length} förslag`), "the number is said aloud");
    await page.keyboard.press("ArrowDown");
    assert.deepEqual(await state(), { expanded: "true", chosen: titles[0], marked: 1 });
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await state(), { expanded: "true", chosen: "", marked: 0 }, "above the first is the field");
    await page.keyboard.press("ArrowUp");
    assert.equal((await state()).chosen, titles.at(-1), "and above it the last");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await field.inputValue(), "orosanm", "what is typed stays");
    assert.ok(await focused(page, small), "and the field has the focus");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/ordlista#orosanmalan");
    await leave(page);
  });

  test("leave Enter without a choice to the search", async () => {
    const page = await visit();
    await page.goto("/");
    await type(page, large, "orosanm", "orosanmälan");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sok?q=orosanm");
    assert.equal(await list(page).count(), 0);
    await leave(page);
  });

  test("close at Escape, and at leaving the field; typing on opens them again without a choice", async () => {
    const page = await visit();
    await page.goto("/sok");
    await type(page, large, "löpn", "löpnummer");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await list(page).waitFor({ state: "detached" });
    assert.equal(await page.locator(large).inputValue(), "löpn");
    assert.equal(await page.locator(large).getAttribute("aria-expanded"), "false");
    assert.equal(await page.locator(large).getAttribute("aria-activedescendant"), null);
    await page.keyboard.press("ArrowDown");
    await options(page).first().waitFor();
    await page.keyboard.press("Escape");
    await type(page, large, "ummerl", "löpnummerlista");
    assert.equal(await list(page).locator("[aria-selected=true]").count(), 0);
    await page.keyboard.press("Tab");
    await list(page).waitFor({ state: "detached" });
    assert.ok(await focused(page, "main form.search button"), "the next stop is the button");
    await leave(page);
  });

  test("do not change while one chooses, nor open when one has gone on", async () => {
    const page = await visit();
    await page.goto("/sok");
    await type(page, large, "löpn", "löpnummer");
    let release;
    const late = new Promise((resolve) => (release = resolve));
    await page.route(/\/suggest\?q=l%C3%B6pnu/, async (route) => {
      await late;
      await route.continue().catch(() => {}); // given up meanwhile
    });
    const asked = page.waitForRequest(/\/suggest\?q=l%C3%B6pnu/);
    await page.keyboard.press("u");
    await asked;
    await page.keyboard.press("ArrowDown");
    release();
    await page.waitForTimeout(300);
    assert.equal(await list(page).locator("[aria-selected=true]").count(), 1);
    await page.keyboard.press("Tab");
    await page.waitForTimeout(300);
    assert.equal(await list(page).count(), 0);
    await leave(page);
  });

  test("come for what was typed before the script was there", async () => {
    const page = await visit();
    let release;
    const late = new Promise((resolve) => (release = resolve));
    await page.route(/suggest-.*\.mjs$/, async (route) => {
      await late;
      await route.continue();
    });
    await page.goto("/sok");
    await page.locator(large).pressSequentially("löpn");
    release();
    await options(page).filter({ hasText: "löpnummer" }).first().waitFor();
    await leave(page);
  });

  for (const { name, answer } of [
    { name: "fails", answer: (route) => route.fulfill({ status: 500, body: "{}" }) },
    { name: "is away", answer: (route) => route.abort() },
    { name: "says nonsense", answer: (route) => route.fulfill({ status: 200, contentType: "application/json", body: "<p>" }) },
  ]) {
    test(`stay away when the server ${name}, and the search works`, async () => {
      const page = await visit();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.route(/\/api\/v1\/suggest/, answer);
      await page.goto("/sok");
      await page.locator(large).pressSequentially("löpnummer");
      await page.waitForTimeout(300);
      assert.equal(await list(page).count(), 0);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/sok?q=*");
      assert.deepEqual(errors, []);
      await leave(page);
    });
  }

  test("are there for the mouse", async () => {
    const page = await visit();
    await page.goto("/nyheter");
    await type(page, small, "löpn", "löpnummerlista");
    const option = options(page).filter({ hasText: "löpnummerlista" }).first();
    await option.hover();
    await page.mouse.down();
    assert.ok(await focused(page, small), "pressing does not take the focus");
    await page.mouse.up();
    await page.waitForURL("**/ordlista#lopnummerlista");
    await leave(page);
  });

  test("are there for a finger, within the window", async () => {
    const page = await visit(phone);
    await page.goto("/kalender");
    await page.locator(small).tap();
    await type(page, small, "delstudie", "Delstudie 1");
    const box = await list(page).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= phone.width && box.y + box.height <= phone.height, JSON.stringify(box));
    for (const { height } of await options(page).evaluateAll((all) => all.map((option) => ({ height: option.getBoundingClientRect().height })))) {
      assert.ok(height >= 40, `${height} px high`);
    }
    await options(page).filter({ hasText: "Delstudie 1 –" }).tap();
    await page.waitForURL("**/studieomraden/delstudie-1");
    await leave(page);
  });

  for (const width of [320, 1280]) {
    test(`have no fault in axe, light and dark, ${width} px wide`, async () => {
      const page = await visit({ width });
      for (const [at, field] of [["/nyheter", small], ["/sok", large], ["/", large]]) {
        await page.goto(at);
        await type(page, field, "delst", "Delstudie");
        await page.keyboard.press("ArrowDown");
        assert.deepEqual(await lightAndDark(page), [], at);
        assert.equal(await options(page).count() > 0, true, "the list is open all the while");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing scrolls sideways");
      }
      await leave(page);
    });
  }

  test("in forced colours the choice and the list's edge are seen", async () => {
    const page = await visit({ forcedColors: "active" });
    await page.goto("/sok");
    await type(page, large, "delst", "Delstudie");
    await page.keyboard.press("ArrowDown");
    const edges = await page.evaluate(() => {
      const style = (selector) => getComputedStyle(document.querySelector(selector));
      return [style(".suggestions").borderTopStyle, style(".suggestions [aria-selected=true]").outlineStyle];
    });
    assert.deepEqual(edges, ["solid", "solid"]);
    assert.deepEqual(await faults(page), []);
    await leave(page);
  });
});
