// Searching: suggestions while one types, the page of hits, and both for those who have only a keyboard, no JavaScript or a
// phone.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { address, close, leave, phone, read, until, visit } from "./browser.mjs";
import { faults, invalid, lightAndDark } from "./checks.mjs";

after(close);

const large = "main .search input[name=q]";
const small = "header input[name=q]";
const list = (page) => page.locator(".suggestions:not([hidden])");
const options = (page) => list(page).getByRole("option");
const focused = (page, selector) => page.locator(selector).first().evaluate((element) => element === document.activeElement);
const count = (page) => page.locator("[data-results-head]").innerText();

// type writes into a search field and waits until the list has the suggestion.
async function type(page, field, text, suggestion) {
  await page.locator(field).pressSequentially(text);
  await options(page).filter({ hasText: suggestion }).first().waitFor();
}

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

test("by keyboard alone: from a page to a hit, narrowed down on the way", async () => {
  const page = await visit();
  const tab = async (selector) => {
    for (let i = 0; i < 40 && !(await focused(page, selector)); i++) await page.keyboard.press("Tab");
    assert.ok(await focused(page, selector), `no way to ${selector}`);
  };
  await page.goto("/nyheter");
  await tab(small);
  await page.keyboard.type("utredning");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sok?q=utredning");
  const all = await count(page);
  await tab("#filter-kind");
  await page.keyboard.type("Nyheter");
  await page.waitForURL((url) => url.searchParams.get("kind") === "news");
  await page.locator("[data-results]:not([aria-busy])").waitFor();
  assert.ok(await focused(page, "#filter-kind"), "focus stays");
  assert.notEqual(await count(page), all);
  assert.equal(await page.locator("[data-count]").textContent(), await count(page), "the number is said aloud");
  await tab(".hits h3 a");
  const title = await page.locator(".hits h3 a").first().innerText();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/nyheter/*");
  assert.equal(await page.locator("h1").innerText(), title);
  await leave(page);
});

suite("the page of hits", () => {
  test("is narrowed down in place: what can be chosen stays, its numbers follow, chips take it away", async () => {
    const page = await visit();
    await page.goto("/sok?q=utredning");
    await page.evaluate(() => (window.same = true));
    const offered = (name) => page.locator(`#filter-${name} option`).evaluateAll((all) => all.map(({ value, text }) => ({ value, name: text.replace(/ \(\d+\)$/, ""), text })));
    const kinds = await offered("kind");
    const all = await count(page);
    await page.locator("#filter-omrade").selectOption("delstudie-1");
    await page.waitForURL("**/sok?q=utredning&omrade=delstudie-1");
    await page.locator("[data-results]:not([aria-busy])").waitFor();
    const narrowed = await offered("kind");
    assert.deepEqual(narrowed.map(({ value, name }) => value + name), kinds.map(({ value, name }) => value + name));
    assert.notDeepEqual(narrowed, kinds, "the numbers are of the study area");
    const fresh = await page.context().newPage();
    await fresh.goto("/sok?q=utredning&omrade=delstudie-1");
    assert.deepEqual(await fresh.locator("#filter-kind option").allInnerTexts(), narrowed.map(({ text }) => text), "as on a page of its own");
    await page.locator("#filter-ordning").selectOption("nyast");
    await page.waitForURL("**/sok?q=utredning&omrade=delstudie-1&ordning=nyast");
    await page.getByText("Sorterat: nyast först").waitFor();
    await page.locator(".chip").click();
    await page.waitForURL((url) => !url.searchParams.has("omrade"));
    await page.locator("[data-results]:not([aria-busy])").waitFor();
    assert.equal(await count(page), all);
    assert.ok(await page.evaluate(() => window.same), "it is the same page all the time");
    await leave(page);
  });

  for (const { name, options } of [{ name: "with JavaScript", options: {} }, { name: "without JavaScript", options: { javaScriptEnabled: false } }, { name: "on a phone", options: phone }]) {
    suite(name, () => {
      const journey = (what, go) => test(what, async () => {
        const page = await visit(options);
        await go(page);
        await leave(page);
      });
      const search = async (page, text) => {
        await page.locator(large).fill(text);
        await page.locator(large).press("Enter");
        await page.waitForURL((url) => url.searchParams.get("q") === text);
      };

      journey("a word in another form, marked where it stands", async (page) => {
        await page.goto("/sok");
        await search(page, "anmälan");
        assert.ok((await page.locator(".hits mark").allInnerTexts()).some((text) => /orosanmäl/i.test(text)), "a compound");
        assert.ok(await page.locator(".hits .teaser > p mark").first().isVisible(), "the passage has the word");
        assert.equal(await page.locator(large).inputValue(), "anmälan");
        assert.equal(await page.title(), "Sök: anmälan – NUSO");
      });

      journey("a slip leads to what was meant", async (page) => {
        await page.goto("/sok");
        await search(page, "löpnumer");
        await page.getByText("Vi hittade inget på ”löpnumer”").waitFor();
        await page.locator("[data-results]").getByRole("link", { name: /^löpnum/ }).first().click();
        await page.waitForURL(/q=l%C3%B6pnum(?!er$)/);
        assert.ok(await page.locator(".hits h3 a").first().isVisible());
      });

      journey("nothing found leads on to a question", async (page) => {
        await page.goto("/sok");
        await search(page, "xyzzyx");
        assert.equal(await count(page), "0 träffar");
        await page.locator(".empty").getByRole("link", { name: "Fråga oss" }).click();
        await page.waitForURL("**/kontakt");
      });

      journey("narrowed down until nothing is left, and back", async (page) => {
        await page.goto("/sok?q=utredning");
        const all = await count(page);
        await page.goto("/sok?q=utredning&kind=term");
        const nothing = page.locator("option", { hasText: "(0)" });
        const select = page.locator("main select").filter({ has: nothing }).first();
        const value = await select.locator(nothing).first().getAttribute("value");
        await select.selectOption(value);
        if (options.javaScriptEnabled === false) await page.getByRole("button", { name: "Visa" }).click();
        await page.waitForURL((url) => [...url.searchParams.values()].includes(value));
        await page.locator(".empty").getByRole("link", { name: `Visa alla ${all}` }).click();
        await page.waitForURL("**/sok?q=utredning");
        await until("all hits", async () => (await count(page)) === all);
      });

      journey("the next page and back", async (page) => {
        await page.goto("/sok?q=utredning");
        const first = await page.locator(".hits h3").first().innerText();
        await page.getByRole("link", { name: "Nästa" }).click();
        await page.waitForURL("**/sok?page=2&q=utredning");
        await until("other hits", async () => (await page.locator(".hits h3").first().innerText()) !== first);
        await page.getByRole("link", { name: "Föregående" }).click();
        await until("the first hits", async () => (await page.locator(".hits h3").first().innerText()) === first);
      });

      for (const text of ["*", `"`, "😀", "-~()[]", "kind:news"]) {
        journey(`whatever is typed gives a page: ${text}`, async (page) => {
          await page.goto("/sok");
          await search(page, text);
          assert.equal(await page.locator("h1").innerText(), "Sök");
          assert.equal(await page.locator(large).inputValue(), text);
        });
      }
    });
  }

  test("a term is not dated, a news item is", async () => {
    const page = await visit();
    await page.goto("/sok?q=l%C3%B6pnummer&kind=term");
    assert.equal(await page.locator(".hits time").count(), 0);
    await page.goto("/sok?q=l%C3%B6pnummer&kind=news");
    assert.equal(await page.locator(".hits time").count(), await page.locator(".hits > li").count());
    await leave(page);
  });
});

suite("while the search engine is away", () => {
  let server;
  let folder;
  let at;

  before(async () => {
    const port = await freePort();
    at = `http://127.0.0.1:${port}`;
    folder = await mkdtemp(join(tmpdir(), "nuso-search-"));
    server = spawn(process.env.NUSO_E2E_BIN || "bin/nuso", ["serve"], {
      stdio: "ignore",
      env: { PATH: process.env.PATH, NUSO_DATA_DIR: folder, NUSO_ADDR: `127.0.0.1:${port}`, NUSO_BASE_URL: at, MEILI_URL: `http://127.0.0.1:${await freePort()}` },
    });
    await until("the server", () => fetch(`${at}/healthz`).then(({ ok }) => ok, () => false));
  });

  after(async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  });

  test("the page finds by the database, says so, and is valid", async () => {
    for (const q of ["skola", "utredning&kind=news", "xyzzyx", ""]) {
      const { status, text } = await read(`${at}/sok?q=${q}`);
      assert.equal(status, 200);
      assert.deepEqual(await invalid(`/sok?q=${q}`, text), []);
      assert.equal(text.includes("Sökningen fungerar just nu sämre än vanligt."), q !== "", q);
    }
    const page = await visit({ baseURL: at });
    await page.goto("/sok?q=l%C3%B6pnummer");
    assert.ok(await page.locator(".hits mark").first().isVisible());
    assert.deepEqual(await lightAndDark(page), []);
    await page.locator(large).fill("");
    await type(page, large, "löpn", "löpnummer");
    await leave(page);
  });

  test("the server is ready and says what is degraded", async () => {
    const { status, text } = await read(`${at}/readyz`);
    assert.equal(status, 200);
    assert.match(text, /"search":\s*\{[^}]*degraded/);
    assert.equal(JSON.parse((await read(`${at}/api/v1/search?q=skola`)).text).degraded, true);
  });
});

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
