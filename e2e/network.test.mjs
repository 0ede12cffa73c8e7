// What a visit costs and whom it tells: nothing leaves the site, nothing is kept, nothing moves, little is sent.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { cookies } from "./as.mjs";
import { address, close, leave, visit } from "./browser.mjs";
import { pages, show } from "./pages.mjs";

after(close);

const kB = 1000;
const items = ["/nyheter/nuso-vinner-europeiskt-pris", "/publikationer/pm-6", "/forskning/sorteringsprocessen", "/kalender/oppen-fragestund"];
const lists = ["/", "/nyheter", "/kalender?visa=tidigare", "/sok?q=kommun"];

suite("each kind of page keeps to itself and stands still", async () => {
  let page;
  const seen = { requests: [], errors: [] };
  before(async () => {
    page = await visit();
    await page.goto("/"); // with the typeface in the cache: that it comes late is no page's fault
    await page.addInitScript(watch);
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
    page.on("pageerror", (error) => seen.errors.push(String(error)));
  });

  for (const kind of await pages()) {
    test(kind.name, async () => {
      seen.requests.length = seen.errors.length = 0;
      await show(page, kind);
      const { policy, shift, fonts } = await page.evaluate(settled);
      assert.deepEqual(seen.requests.filter((url) => !url.startsWith(`${address}/`) && !url.startsWith("data:")), [], "requests to others");
      assert.deepEqual(await page.context().cookies(), await cookies(kind.as), "cookies");
      assert.deepEqual(policy, [], "against the content security policy");
      assert.deepEqual(seen.errors.filter((text) => !(kind.status >= 400 && text.includes(`status of ${kind.status}`))), [], "errors in the console");
      assert.equal(shift.toFixed(2), "0.00", "layout shift");
      assert.ok(fonts.includes("Source Sans 3"), "the typeface is there");
    });
  }
});

// watch runs in each page before anything else.
function watch() {
  window.watched = { policy: [], shift: 0 };
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => window.watched.policy.push(`${violatedDirective} ${blockedURI}`));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.watched.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

// settled waits for the typeface and two frames more, and tells what was watched.
async function settled() {
  await document.fonts.ready;
  for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  return { ...window.watched, fonts: [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family.replaceAll('"', "")) };
}

for (const { path, as } of [{ path: "/nyheter?omrade=delstudie-1" }, { path: "/logga-in" }, { path: "/mitt-konto/passnyckel", as: "member" }]) {
  test(`nothing moves when the scripts come late to ${path}`, async () => {
    const page = await visit();
    await page.context().addCookies(await cookies(as));
    await page.addInitScript(watch);
    let release;
    const late = new Promise((resolve) => (release = resolve));
    await page.route(/\.mjs$/, async (route) => {
      await late;
      await route.continue();
    });
    await page.goto(path, { waitUntil: "commit" });
    await page.locator("footer").waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(() => (window.watched.shift = 0));
    release();
    await page.waitForLoadState();
    assert.equal((await page.evaluate(settled)).shift.toFixed(2), "0.00");
    await leave(page);
  });
}

suite("the first visit is small", () => {
  for (const path of items) {
    test(`${path}: 6 requests, page with style and script 40 kB, its HTML 8 kB, typeface 60 kB`, async (t) => {
      const sent = await weigh(path);
      t.diagnostic(JSON.stringify(sent));
      assert.ok(sent.requests <= 6, "requests");
      assert.ok(sent.document + sent.stylesheet + sent.script <= 40 * kB, "page with style and script");
      assert.ok(sent.document <= 8 * kB, "HTML");
      assert.ok(sent.font <= 60 * kB, "typeface");
    });
  }
  for (const path of lists) {
    test(`${path}: its HTML 10 kB`, async (t) => {
      const sent = await weigh(path);
      t.diagnostic(JSON.stringify(sent));
      assert.ok(sent.document <= 10 * kB, JSON.stringify(sent));
    });
  }
});

// weigh visits with an empty cache and returns the bytes of each kind as they were sent.
async function weigh(path) {
  const page = await visit();
  const requests = [];
  page.on("request", (request) => requests.push(request));
  await page.goto(path, { waitUntil: "networkidle" });
  const sent = { requests: requests.length, document: 0, stylesheet: 0, script: 0, font: 0, image: 0, other: 0 };
  for (const request of requests) {
    const { responseBodySize } = await request.sizes();
    sent[request.resourceType()] += responseBodySize;
  }
  await leave(page);
  return sent;
}
