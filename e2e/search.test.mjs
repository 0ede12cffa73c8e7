// The page of hits, also for those who have only a keyboard, no JavaScript or a phone, and while the search engine is away.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { close, leave, phone, read, until, visit } from "./browser.mjs";
import { invalid, lightAndDark } from "./checks.mjs";
import { focused, large, small, type } from "./searching.mjs";

after(close);

const count = (page) => page.locator("[data-results-head]").innerText();

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
