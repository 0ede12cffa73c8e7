// Passkeys where they do not come about: the browser has none, or is asked in vain.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { cookies } from "./as.mjs";
import { close, leave, visit } from "./browser.mjs";
import { addAuthenticator, admit, at, enterByLink } from "./people.mjs";

after(close);

const create = (page) => page.getByRole("button", { name: "Skapa passnyckeln" });

suite("a browser without passkeys", () => {
  for (const { name, options, begin, says } of [
    {
      name: "says so", options: {}, says: /Den här webbläsaren kan inte använda passnycklar/,
      begin: (page) => page.addInitScript(() => delete window.PublicKeyCredential),
    },
    { name: "has no JavaScript", options: { javaScriptEnabled: false }, begin: () => {}, says: /Passnycklar fungerar bara med JavaScript/ },
  ]) {
    test(`${name}, and leads to an app for codes`, async () => {
      const page = await visit(options);
      await begin(page);
      await page.goto("/logga-in");
      assert.ok(await page.getByRole("button", { name: "Mejla koden" }).isVisible());
      assert.equal(await page.getByRole("button", { name: "Logga in med passnyckel" }).count(), 0);

      await page.context().addCookies(await cookies("contact"));
      await page.goto("/mitt-konto/passnyckel?next=/nyheter");
      await page.getByText(says).waitFor();
      assert.equal(await create(page).count(), 0);
      await page.getByRole("link", { name: "lägga till en kodapp" }).click();
      await page.waitForURL("**/mitt-konto/kodapp?next=*nyheter");

      await page.context().addCookies(await cookies("equipped"));
      await page.goto("/logga-in/bekrafta");
      assert.equal(await page.getByRole("button", { name: "Bekräfta med passnyckeln" }).count(), 0);
      assert.ok(await page.getByRole("button", { name: "Bekräfta med koden" }).isVisible());
      await leave(page);
    });
  }
});

test("a passkey that there is already, or none at all, is told beside the button, which can be pressed again", async () => {
  const page = await visit();
  await enterByLink(page, await admit("member"));
  await addAuthenticator(page);
  await page.goto("/mitt-konto/passnyckel");
  await create(page).click();
  await at(page, "/mitt-konto/sakerhet");
  await page.goto("/mitt-konto/passnyckel");
  await create(page).click();
  await page.getByText("Du har redan en passnyckel här.").waitFor();
  assert.equal(await create(page).getAttribute("aria-busy"), null);

  const stranger = await visit();
  await addAuthenticator(stranger);
  await stranger.goto("/logga-in");
  const enter = stranger.getByRole("button", { name: "Logga in med passnyckel" });
  for (let i = 0; i < 2; i++) {
    await enter.click();
    await stranger.getByText("Det avbröts eller tog för lång tid. Försök igen.").waitFor();
  }
  await Promise.all([page, stranger].map(leave));
});
