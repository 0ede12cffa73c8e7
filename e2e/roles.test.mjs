// Who could act at two organisations sees at which they do, and changes between them.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { cookies } from "./as.mjs";
import { close, leave, phone, visit } from "./browser.mjs";
import { lightAndDark } from "./checks.mjs";
import { admit, at, enter, give } from "./people.mjs";

after(close);

suite("somebody with two roles", () => {
  const chosen = (page) => page.locator(".rows li", { hasText: "här är du nu" }).innerText();

  test("changes between them in the header, by keyboard too", async () => {
    const person = await admit("member");
    await give(person, "researcher");
    const page = await enter(person);
    const menu = page.locator(".switch-menu");
    await page.getByRole("button", { name: "Du är här för Karlstad" }).click();
    await menu.getByRole("button", { name: "Karlstads universitet (forskare)" }).click();
    await page.getByRole("button", { name: "Du är här för Karlstads universitet" }).waitFor();
    assert.match(await chosen(page), /Karlstads universitet.*\s+Forskare/);

    await page.goto("/nyheter");
    const button = page.getByRole("button", { name: "Du är här för Karlstads universitet" });
    await button.focus();
    await page.keyboard.press("Enter");
    await menu.waitFor();
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    assert.ok(await button.evaluate((element) => element === document.activeElement), "focus is back on the button");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await at(page, "/mitt-konto");
    assert.match(await chosen(page), /Karlstad .*\s+Medlem/);
    await leave(page);
  });

  for (const { name, options } of [{ name: "on a phone", options: phone }, { name: "without JavaScript", options: { javaScriptEnabled: false } }]) {
    test(`changes between them on the account's page ${name}`, async () => {
      const person = await admit("follower");
      await give(person, "regional");
      const page = await enter(person, options);
      assert.match(await chosen(page), /Säffle/);
      await page.getByRole("button", { name: "Byt hit (Region Värmland)" }).click();
      await page.getByText("Region Värmland (här är du nu)").waitFor();
      await leave(page);
    });
  }

  for (const width of [700, 1280]) {
    test(`sees the open menu without a fault in axe, light and dark, and within the window: ${width} px wide`, async () => {
      const page = await visit({ width });
      await page.context().addCookies(await cookies("equipped"));
      await page.goto("/nyheter");
      await page.locator(".switch").click();
      const box = await page.locator(".switch-menu").boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
      assert.deepEqual(await lightAndDark(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing scrolls sideways");
      await leave(page);
    });
  }
});

test("the phone's menu has the account and no fault in axe", async () => {
  const page = await visit(phone);
  await page.context().addCookies(await cookies("equipped"));
  await page.goto("/");
  await page.getByRole("button", { name: "Meny" }).tap();
  await page.getByRole("link", { name: "Mitt konto" }).waitFor();
  assert.deepEqual(await lightAndDark(page), []);
  await leave(page);
});
