// Each kind of page for those who see little, hear the page read, enlarge the text or have no mouse.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { close, leave, phone, visit } from "./browser.mjs";
import { faults, lightAndDark } from "./checks.mjs";
import { pages, show } from "./pages.mjs";

after(close);

suite("each kind of page", async () => {
  let narrow;
  let wide;
  before(async () => ([narrow, wide] = await Promise.all([visit({ width: 320 }), visit({ width: 1280 })])));

  for (const kind of await pages()) {
    suite(kind.name, () => {
      before(() => Promise.all([narrow, wide].map(async (page) =>
        assert.equal((await show(page, kind)).status(), kind.status))));

      test("axe finds nothing, light and dark, 320 and 1280 px wide", async () => {
        const found = await Promise.all([narrow, wide].map(lightAndDark));
        assert.deepEqual(found.flat(), []);
      });

      test("what the keyboard reaches shows that it has focus", async () => {
        await wide.keyboard.press("Tab"); // from here on the browser takes focus for the keyboard's
        assert.deepEqual(await wide.evaluate(unmarked), []);
      });

      test("nothing is cut off or scrolls sideways, 320 px wide or with text at 200 %", async () => {
        assert.deepEqual(await narrow.evaluate(overflow), [], "320 px");
        await wide.evaluate(() => (document.documentElement.style.fontSize = "200%"));
        assert.deepEqual(await wide.evaluate(overflow), [], "200 %");
      });
    });
  }
});

// overflow runs in the page: how wide it is when wider than the window, what reaches out, text that its own box cuts off
// and text that leaves its chart.
function overflow() {
  const { clientWidth, scrollWidth } = document.documentElement;
  const shown = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && !element.closest(".hidden, .visually-hidden, .trap, .ds-skip-link"));
  const out = shown.filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !element.closest(".table, .table-scroll, pre"));
  // The last crumb repeats the heading below it, and the account tells in full who is logged in and where: these may be shortened.
  // What is typed in a field can be walked through.
  const cut = shown.filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX)
    && element.scrollWidth > element.clientWidth + 1 && !element.closest(".crumbs, .person") && !element.value);
  const beyond = [...document.querySelectorAll(".chart-picture text")].filter((text) =>
    text.getBoundingClientRect().right > text.closest(".chart").getBoundingClientRect().right);
  const name = (element) => `${element.tagName}.${element.getAttribute("class")} ${element.textContent.trim().slice(0, 40)}`;
  return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...out.map(name)] : [...cut, ...beyond].map(name);
}

// unmarked runs in the page: what can be tabbed to and has no outline when it is. The skip link has none: that it appears
// is the mark.
function unmarked() {
  const stops = [...document.querySelectorAll("a[href]:not(.ds-skip-link), button, input, select, textarea, summary, [tabindex]")]
    .filter((element) => element.tabIndex >= 0 && !element.disabled && element.type !== "hidden" && element.checkVisibility({ visibilityProperty: true }));
  if (stops.length < 5) return [`only ${stops.length} to tab to`];
  return stops.filter((element) => {
    element.focus();
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const marked = element.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
      && !/, 0\)$|transparent/.test(outlineColor);
    const { width, height } = element.getBoundingClientRect();
    return !marked || width < 4 || height < 4;
  }).map((element) => element.outerHTML.slice(0, 160));
}

test("the skip link is the first stop and leads past the header", async () => {
  const page = await visit();
  await page.goto("/nyheter");
  await page.keyboard.press("Tab");
  const skip = page.locator(".ds-skip-link");
  assert.ok(await skip.evaluate((link) => link === document.activeElement));
  assert.ok((await skip.boundingBox()).y >= 0, "it shows when it has focus");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  await leave(page);
});

test("the phone's menu opens, is walked and closes by keyboard", async () => {
  const page = await visit(phone);
  await page.goto("/");
  const [button, menu] = [page.getByRole("button", { name: "Meny" }), page.locator(".site-nav")];
  await button.focus();
  await page.keyboard.press("Enter");
  await menu.waitFor();
  assert.deepEqual(await faults(page), []);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Nyheter");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });
  assert.ok(await button.evaluate((element) => element === document.activeElement), "focus is back on the button");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/nyheter");
  await leave(page);
});

suite("a word of the glossary", () => {
  const study = "/studieomraden/delstudie-3";
  const open = (page) => page.locator(".definition:popover-open");

  test("is explained when the keyboard reaches it; Escape closes, Enter opens again", async () => {
    const page = await visit();
    await page.goto(study);
    const term = page.locator(".term").first();
    await page.keyboard.press("Tab");
    await term.focus();
    await open(page).waitFor();
    assert.deepEqual(await faults(page), []);
    await page.keyboard.press("Escape");
    await open(page).waitFor({ state: "detached" });
    assert.ok(await term.evaluate((element) => element === document.activeElement), "focus stays on the word");
    await page.keyboard.press("Enter");
    await open(page).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Ordlistan", "the card's link is the next stop");
    await leave(page);
  });

  test("stands on one line with the characters close to it", async () => {
    const page = await visit();
    for (const path of ["/om", "/nyheter/delstudie-3-aktualiseringar", "/publikationer/resultat-pm-insatser-och-hanvisningar"]) {
      await page.goto(path);
      for (let width = 320; width <= 440; width += 10) {
        await page.setViewportSize({ width, height: 900 });
        const { close, parted } = await page.evaluate(neighbours);
        assert.ok(close > 0, `${path} has a word with something close to it`);
        assert.deepEqual(parted, [], `${path}, ${width} px`);
      }
    }
    await leave(page);
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`is explained at a tap ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const page = await visit({ ...phone, javaScriptEnabled });
      await page.goto(study);
      await page.locator(".term").first().tap();
      await open(page).waitFor();
      const card = await open(page).boundingBox();
      assert.ok(card.x >= 0 && card.x + card.width <= phone.width, "the card is inside the window");
      await page.keyboard.press("Escape");
      await open(page).waitFor({ state: "detached" });
      await leave(page);
    });
  }
});

// neighbours runs in the page: how many characters stand close to words of the glossary, and those on another line.
function neighbours() {
  const around = ({ previousSibling: before, nextSibling: after }) =>
    [[before, before?.length - 1], [after, 0]].filter(([node, at]) => node instanceof Text && /\S/.test(node.data[at]));
  const close = [...document.querySelectorAll(".term")].flatMap((term) => around(term).map(([node, at]) => {
    const character = document.createRange();
    character.setStart(node, at);
    character.setEnd(node, at + 1);
    const [{ top, bottom }, word] = [character.getBoundingClientRect(), term.getBoundingClientRect()];
    return { shown: `${node.data} beside ${term.textContent}`, parted: top >= word.bottom - 1 || bottom <= word.top + 1 };
  }));
  return { close: close.length, parted: close.filter(({ parted }) => parted).map(({ shown }) => shown) };
}

test("in forced colours controls have edges, focus an outline and signs a colour", async () => {
  const page = await visit({ forcedColors: "active" });
  for (const [path, as] of [
    ["/"], ["/kontakt"], ["/nyheter?omrade=delstudie-1"], ["/kalender"], ["/studieomraden/delstudie-2"],
    ["/mitt-konto", "unproved"], ["/mitt-konto/sakerhet", "equipped"], ["/admin/visa-som", "admin"],
  ]) {
    await show(page, { path, as });
    assert.deepEqual(await faults(page), [], path);
    assert.deepEqual(await page.evaluate(unseen), [], path);
    await page.keyboard.press("Tab");
    assert.deepEqual(await page.evaluate(unmarked), [], path);
  }
  await leave(page);
});

// unseen runs in the page: controls without an edge, and signs in the colour of the ground.
function unseen() {
  const ground = getComputedStyle(document.body).backgroundColor;
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  return [
    ...shown(".ds-button, .ds-input, .menu-button").filter((element) => getComputedStyle(element).borderTopStyle === "none"),
    ...shown(".icon").filter((element) => getComputedStyle(element).backgroundColor === ground),
  ].map((element) => element.outerHTML.slice(0, 160));
}
