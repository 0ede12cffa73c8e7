// The HTML of every page there is: valid, well named, and every link in it leads somewhere.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { address, close, read } from "./browser.mjs";
import { invalid } from "./checks.mjs";
import { carried, pages, source } from "./pages.mjs";

after(close);

suite("each kind of page is valid HTML", async () => {
  for (const kind of await pages()) {
    test(kind.name, async () => {
      const { status, text } = await source(kind);
      assert.equal(status, kind.status);
      assert.deepEqual(await invalid(kind.path, text), []);
      if (kind.as) assert.deepEqual(await dead(text, kind), [], "links that lead nowhere");
    });
  }
});

// dead returns the internal links of a page that lead whom it is for nowhere.
async function dead(html, kind) {
  const links = new Set([...html.matchAll(/\shref="(\/[^"]*)"/g)].map(([, path]) => path.replaceAll("&amp;", "&")));
  const answers = await Promise.all([...links].map(async (path) => ({ path, ...(await read(path, { headers: await carried(kind) })) })));
  return answers.filter(({ status }) => status >= 400).map(({ path, status }) => `${path}: ${status}`);
}

suite("from the home page to the end", () => {
  const site = new Map(); // address → { status, html, ids, links }

  before(async () => {
    const waiting = ["/", ...(await sitemap())];
    while (waiting.length > 0) {
      const paths = [...new Set(waiting.splice(0))].filter((path) => !site.has(path));
      for (const path of paths) {
        site.set(path, await fetchPage(path));
        waiting.push(...site.get(path).links.map(({ to }) => to).filter((to) => !endless(path, to)));
      }
    }
  }, { timeout: 120_000 });

  // An open hour links to the next, for ever; those that other pages link to are enough.
  const occurrence = /^\/kalender\/[^/]+\/\d{4}-/;
  const endless = (from, to) => occurrence.test(from) && occurrence.test(to);
  const html = () => [...site].filter(([, page]) => page.html);

  test("the sitemap's addresses and every internal link answer 200, or lead to log in", async (t) => {
    t.diagnostic(`${site.size} addresses, ${html().length} pages`);
    assert.ok(site.size > 150, `only ${site.size} addresses found`);
    const linked = new Set([...site.values()].flatMap(({ links }) => links.map(({ to }) => to)));
    for (const path of linked) if (!site.has(path)) site.set(path, await fetchPage(path));
    assert.deepEqual([...site].filter(([, page]) => page.status !== 200 && !page.login).map(([path, { status }]) => `${path}: ${status}, linked from ${from(path)}`), []);
  });

  const from = (path) => [...site].filter(([, page]) => page.links.some(({ to }) => to === path)).map(([at]) => at).slice(0, 3).join(" ") || "the sitemap";

  test("every link to a place on a page finds the place", () => {
    const lost = [...site].flatMap(([path, { links }]) =>
      links.filter(({ to, part }) => part && site.get(to)?.html && !site.get(to).ids.has(part)).map(({ to, part }) => `${path} → ${to}#${part}`));
    assert.deepEqual(lost, []);
  });

  test("every page has one h1, its language and a title of its own", () => {
    const titles = new Map();
    for (const [path, page] of html()) {
      assert.equal(page.html.match(/<h1[\s>]/g)?.length, 1, `${path}: one h1`);
      assert.match(page.html, path === "/en" ? /<html lang="en">/ : /<html lang="sv">/, path);
      const title = page.html.match(/<title>([^<]+)<\/title>/)[1];
      titles.set(title, [...(titles.get(title) ?? []), path]);
    }
    assert.deepEqual([...titles].filter(([, paths]) => paths.length > 1), []);
  });

  test("every page is valid HTML", async () => {
    const found = [];
    for (const [path, page] of html()) found.push(...(await invalid(path, page.html)));
    assert.deepEqual(found, []);
  });
});

async function sitemap() {
  const { status, text } = await read("/sitemap.xml");
  assert.equal(status, 200);
  return [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => inside(url, "/").to);
}

// fetchPage fetches an address and, when it is a page, notes what it links to and its ids.
async function fetchPage(path) {
  const { status, type, location, text } = await read(path);
  const login = status === 303 && location.startsWith("/logga-in?next=");
  if (!type.startsWith("text/html")) return { status, login, links: [], ids: new Set() };
  const links = [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, url]) => inside(url, path)).filter(Boolean);
  return { status, html: text, links, ids: new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)) };
}

// inside returns where on this site a link leads, undefined when it leads elsewhere.
function inside(link, base) {
  const url = new URL(link.replaceAll("&amp;", "&").replaceAll("&#43;", "+"), new URL(base, address));
  if (url.origin !== new URL(address).origin) return undefined;
  return { to: url.pathname + url.search, part: decodeURIComponent(url.hash.slice(1)) };
}
