// The way of each role: from a page that asks who one is, in, to what is theirs, through their profile, and out again. On a desk and on
// a phone; the editor without JavaScript.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { close, leave, phone, visit } from "./browser.mjs";
import { publish } from "./closed.mjs";
import { addAuthenticator, addCodeApp, admit, at, enterByCode, enterByLink, press } from "./people.mjs";

let news;
before(async () => (news = await publish()));
after(async () => {
  await close();
  await news.retract();
});

const heading = (page) => page.locator("h1").innerText();

// byCode leads to the page they wanted at once.
async function byCode(page, person) {
  await page.goto("/mitt-konto/sakerhet");
  await at(page, "/logga-in");
  await enterByCode(page, person);
  await at(page, "/mitt-konto/sakerhet");
}

// The ways in. Each ends on the page they wanted, and may return a way in for the next time.
const ways = {
  follower: byCode,
  member: byCode,
  regional: byCode,
  researcher: byCode,

  // A contact person adds a passkey at the first login, and logs in with it alone at the next.
  async contact(page, person) {
    await addAuthenticator(page);
    await page.goto("/mitt-konto");
    await enterByCode(page, person);
    await at(page, "/mitt-konto/sakerhet");
    await page.getByRole("heading", { name: "Ett steg till" }).waitFor();
    await page.goto("/nyheter");
    assert.match(await page.locator(".unproved").innerText(), /är kontaktperson först när du har bekräftat/);
    assert.deepEqual(await news.shown(page), [], "not yet");
    await page.getByRole("link", { name: "Bekräfta inloggningen" }).click();
    await at(page, "/mitt-konto/sakerhet");
    await page.getByRole("link", { name: "Lägg till en passnyckel" }).click();
    await press(page, "Skapa passnyckeln");
    await at(page, "/nyheter");
    assert.equal(await page.locator(".unproved").count(), 0);
    return async () => {
      await page.goto("/logga-in?next=/mitt-konto/sakerhet");
      await press(page, "Logga in med passnyckel");
      await at(page, "/mitt-konto/sakerhet");
    };
  },

  // An editor adds an app for codes, and is asked for a code at the next login.
  async editor(page, person) {
    await page.goto("/mitt-konto");
    await enterByCode(page, person);
    await at(page, "/mitt-konto/sakerhet");
    await page.getByRole("link", { name: "Lägg till en kodapp" }).click();
    const shown = await addCodeApp(page);
    await at(page, "/mitt-konto");
    return async () => {
      await page.goto("/logga-in?next=/mitt-konto/sakerhet");
      await enterByCode(page, person);
      await at(page, "/logga-in/bekrafta");
      await page.getByLabel("Koden i din kodapp").fill(shown(1));
      await press(page, "Bekräfta med koden");
      await at(page, "/mitt-konto/sakerhet");
    };
  },

  // An admin comes by a link from the shell, and looks at the site as somebody else.
  async admin(page, person) {
    await enterByLink(page, person);
    await page.goto("/admin/visa-som");
    await page.getByLabel("Roll").selectOption({ label: "Följare" });
    await page.getByLabel("Organisation").selectOption({ label: "Säffle" });
    await page.getByLabel("Varför").fill("Provar vad en följare ser.");
    await press(page, "Visa som");
    await at(page, "/");
    await page.goto("/nyheter");
    assert.match(await page.locator(".unproved").innerText(), /Du ser webbplatsen som följare hos Säffle till klockan \d\d\.\d\d/);
    assert.deepEqual(await news.shown(page), news.titles("follower"));
    assert.equal((await page.goto("/admin/visa-som")).status(), 404);
    await page.goto("/mitt-konto");
    await press(page, "Spara");
    assert.match(await page.locator("main").innerText(), /Du ser webbplatsen som någon annan\. Sluta med det först\./);
    await press(page, "Sluta visa som");
    await at(page, "/admin/visa-som");
    assert.equal(await page.locator(".unproved").count(), 0);
    await page.goto("/mitt-konto");
  },
};

for (const { where, device } of [{ where: "on a desk", device: {} }, { where: "on a phone", device: phone }]) {
  suite(where, () => {
    for (const [role, enter] of Object.entries(ways)) {
      test(`${role}: in, about, changed, out`, async () => {
        const page = await visit({ ...device, javaScriptEnabled: role !== "editor" });
        const person = await admit(role, "Anna Öberg");
        await page.goto("/nyheter");
        assert.deepEqual(await news.shown(page), [], "a visitor sees nothing of it");

        const again = await enter(page, person);
        await greeted(page, person.name);
        await reads(page, role);
        await described(page, "Anna Ek Öberg");
        await out(page, "Anna Ek Öberg");
        if (again) {
          await again();
          await greeted(page, "Anna Ek Öberg");
          await reads(page, role);
        }
        await leave(page);
      });
    }
  });
}

const onPhone = (page) => page.viewportSize().width === phone.width;

// greeted makes sure that the header knows who it is, leads to their account and lets them out.
async function greeted(page, name) {
  const header = page.getByRole("banner");
  assert.ok(await header.getByRole("button", { name: "Logga ut" }).isVisible());
  assert.equal(await header.getByRole("link", { name: "Logga in" }).count(), 0);
  assert.equal(await header.locator(".switch").count(), 0, "there is nowhere else to act");
  if (onPhone(page)) {
    await page.getByRole("button", { name: "Meny" }).tap();
    await header.getByRole("link", { name: "Mitt konto" }).tap();
  } else {
    await header.getByRole("link", { name, exact: true }).click();
  }
  await at(page, "/mitt-konto");
  assert.equal(await heading(page), "Mitt konto");
}

// reads makes sure that they find what is for them, and nothing else.
async function reads(page, role) {
  await page.goto("/nyheter");
  assert.deepEqual(await news.shown(page), news.titles(role));
  const answer = await page.goto(news.path);
  assert.equal(answer.status(), 200);
  assert.match(answer.headers()["cache-control"], /no-store/);
  assert.equal(await page.locator(".audience").innerText(), "Visas för: inloggade");
}

// described changes what they tell of themselves.
async function described(page, name) {
  await page.goto("/mitt-konto");
  await page.getByLabel("Namn").fill(name);
  await page.getByLabel("Vad du arbetar med").fill("Utvecklingsledare, barn och unga");
  await press(page, "Spara");
  assert.equal(await page.getByRole("status").innerText(), "Dina uppgifter är sparade.");
  assert.equal(await page.getByLabel("Vad du arbetar med").inputValue(), "Utvecklingsledare, barn och unga");
  assert.equal(await page.locator(".person > a").textContent(), name);
}

// out logs out: nothing of theirs is left, also not behind.
async function out(page, name) {
  await page.getByRole("banner").getByRole("button", { name: "Logga ut" }).click();
  await at(page, "/logga-in");
  await page.locator("main").getByText("Du är utloggad.").waitFor();
  assert.ok(await page.getByRole("banner").getByRole("link", { name: "Logga in" }).isVisible());
  await page.goBack();
  await page.waitForURL("**/logga-in?next=*");
  assert.ok(!(await page.content()).includes(name), "the back button shows nothing of theirs");
  assert.equal((await page.goto(news.path)).status(), 404);
  await page.goto("/nyheter");
  assert.deepEqual(await news.shown(page), []);
}
