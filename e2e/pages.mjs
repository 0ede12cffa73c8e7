// Every kind of page, one address each. A page that must be written to be seen has `typed`: what is in its form. One that not
// everybody sees has `as`: who does, by a name of as.mjs. One with `first` is the page of the first entry in the list at the path.

import { randomUUID } from "node:crypto";
import { cookies } from "./as.mjs";
import { read, send } from "./browser.mjs";
import { letter } from "./mailbox.mjs";

const standing = [
  { name: "home", path: "/" },
  { name: "news", path: "/nyheter" },
  { name: "news, page 2", path: "/nyheter?page=2" },
  { name: "news, filtered", path: "/nyheter?omrade=delstudie-1&ar=2025" },
  { name: "news, nothing found", path: "/nyheter?omrade=delstudie-2&ar=1999" },
  { name: "news item", path: "/nyheter/det-har-vill-kommunerna-ha-hjalp-med" },
  { name: "study areas", path: "/studieomraden" },
  { name: "study area with charts", path: "/studieomraden/delstudie-2" },
  { name: "study area with progress", path: "/studieomraden/delstudie-1" },
  { name: "publications", path: "/publikationer" },
  { name: "publication", path: "/publikationer/pm-6" },
  { name: "publication to come", path: "/publikationer/resultat-pm-insatser-och-hanvisningar" },
  { name: "research", path: "/forskning" },
  { name: "theme", path: "/forskning/sorteringsprocessen" },
  { name: "project", path: "/forskning/projekt/frageformular-barn-som-ger-omsorg" },
  { name: "calendar", path: "/kalender" },
  { name: "calendar, past", path: "/kalender?visa=tidigare" },
  { name: "calendar, nothing found", path: "/kalender?typ=publicering&omrade=delstudie-3" },
  { name: "event", path: "/kalender/workshop-2025-09-26" },
  { name: "repeated event", path: "/kalender/oppen-fragestund" },
  { name: "glossary", path: "/ordlista" },
  { name: "glossary, nothing found", path: "/ordlista?q=xyzzy" },
  { name: "help", path: "/hjalp" },
  { name: "help page", path: "/hjalp/lopnummer-och-listor" },
  { name: "municipalities", path: "/kommuner" },
  { name: "municipalities of a county", path: "/kommuner?lan=varmlands-lan" },
  { name: "municipalities, nothing found", path: "/kommuner?q=xyzzy" },
  { name: "municipality", path: "/kommuner/karlstad" },
  { name: "search", path: "/sok" },
  { name: "search with hits", path: "/sok?q=skola" },
  { name: "search, narrowed down", path: "/sok?q=utredning&kind=news&omrade=delstudie-1" },
  { name: "search, page 2", path: "/sok?q=utredning&page=2" },
  { name: "search, some of the words and another spelling", path: "/sok?q=skolfr%C3%A5nvraro+xyzzyx" },
  { name: "search, filters that nothing passes", path: "/sok?q=skola&ar=1999" },
  { name: "search without hits", path: "/sok?q=xyzzy" },
  { name: "about", path: "/om" },
  { name: "accessibility", path: "/tillganglighet" },
  { name: "privacy", path: "/integritet" },
  { name: "sources", path: "/kallor" },
  { name: "English", path: "/en", lang: "en" },
  { name: "log in", path: "/logga-in" },
  { name: "log in, refused", path: "/logga-in", status: 422, typed: { email: "anna" } },
  { name: "log in, a link that is spent", path: "/logga-in/abc", status: 404 },
  { name: "undo an address, a link that is spent", path: "/logga-in/angra/abc", status: 404 },
  { name: "join", path: "/ga-med" },
  {
    name: "join, refused", path: "/ga-med", status: 422,
    typed: { email: "anna", name: "", organisation: "Karlstad", purpose: "Det gäller 19121212-1212, som väntar på svar." },
  },
  { name: "join, thanks", path: "/ga-med/tack" },
  { name: "join, dead link", path: "/ga-med/bekrafta/abc", status: 404 },
  { name: "terms", path: "/villkor" },
  { name: "contact", path: "/kontakt" },
  {
    name: "contact, refused", path: "/kontakt", status: 422,
    typed: { name: "", email: "anna", message: "Det gäller 19121212-1212, som väntar på svar." },
  },
  { name: "contact, thanks", path: "/kontakt/tack" },
  { name: "contact, waiting for the link", path: "/kontakt/vantar" },
  { name: "contact, dead link", path: "/kontakt/bekrafta/abc", status: 404 },
  { name: "no such page", path: "/finns-inte", status: 404 },
  { name: "log in, the code", path: "/logga-in/kod", as: "asking" },
  { name: "log in, a wrong code", path: "/logga-in/kod", as: "asking", status: 422, typed: { code: "12" } },
  { name: "home of a member", path: "/", as: "member" },
  { name: "no such page for a member", path: "/admin/visa-som", as: "member", status: 404 },
  { name: "account", path: "/mitt-konto", as: "member" },
  { name: "account, saved", path: "/mitt-konto?gjort=sparat", as: "member" },
  { name: "account, refused", path: "/mitt-konto", as: "member", status: 422, typed: { name: "", title: "Handläggare 19121212-1212" } },
  { name: "address", path: "/mitt-konto/adress", as: "member" },
  { name: "address, refused", path: "/mitt-konto/adress", as: "member", status: 422, typed: { email: "anna" } },
  { name: "address, the code", path: "/mitt-konto/adress?steg=kod", as: "member" },
  { name: "address, a wrong code", path: "/mitt-konto/adress?steg=kod", as: "member", status: 422, typed: { code: "12" } },
  { name: "close the account", path: "/mitt-konto/avsluta", as: "member" },
  { name: "security without second factors", path: "/mitt-konto/sakerhet", as: "member" },
  { name: "add a passkey", path: "/mitt-konto/passnyckel", as: "member" },
  { name: "add a code app", path: "/mitt-konto/kodapp", as: "member" },
  { name: "add a code app, a wrong code", path: "/mitt-konto/kodapp", as: "member", status: 422, typed: { code: "12" } },
  { name: "security of a contact person without second factors", path: "/mitt-konto/sakerhet", as: "contact" },
  { name: "account of somebody with two roles", path: "/mitt-konto", as: "equipped" },
  { name: "security with second factors", path: "/mitt-konto/sakerhet?gjort=kodapp", as: "equipped" },
  { name: "prove with a passkey or a code", path: "/logga-in/bekrafta", as: "equipped" },
  { name: "prove with a code", path: "/logga-in/bekrafta", as: "unproved" },
  { name: "prove, a wrong code", path: "/logga-in/bekrafta", as: "unproved", status: 422, typed: { code: "12" } },
  { name: "home, not proved yet", path: "/", as: "unproved" },
  { name: "account, not proved yet", path: "/mitt-konto", as: "unproved" },
  { name: "view as", path: "/admin/visa-som", as: "admin" },
  { name: "view as, refused", path: "/admin/visa-som", as: "admin", status: 422, typed: { reason: "Gäller 19121212-1212" } },
  { name: "administration", path: "/admin", as: "admin" },
  { name: "people", path: "/admin/personer", as: "admin" },
  { name: "people, nothing found", path: "/admin/personer?q=xyzzy", as: "admin" },
  { name: "add a person", path: "/admin/personer/ny", as: "admin" },
  { name: "add a person, refused", path: "/admin/personer/ny", as: "admin", status: 422, typed: { email: "anna", name: "", reason: "" } },
  { name: "person", path: "/admin/personer", as: "admin", first: true },
  { name: "failed jobs", path: "/admin/jobb", as: "admin" },
  { name: "requests of an organisation", path: "/min-kommun/ansokningar", as: "contact" },
  { name: "desk", path: "/redaktion", as: "editor" },
  { name: "requests", path: "/redaktion/ansokningar", as: "editor" },
  { name: "request", path: "/redaktion/ansokningar", as: "editor", first: true },
  { name: "organisations", path: "/redaktion/organisationer", as: "editor" },
  { name: "organisation to add", path: "/redaktion/organisationer/ny", as: "editor" },
  { name: "organisation to record", path: "/redaktion/organisationer/kommun-1780", as: "editor" },
  { name: "join, logged in", path: "/ga-med", as: "member" },
  { name: "home seen as somebody else", path: "/", as: "viewing" },
  { name: "account seen as somebody else", path: "/mitt-konto", as: "viewing" },
];

// pages returns the kinds, those included whose address depends on the day or on a letter.
export async function pages() {
  const { coming, cancelled } = await occurrences();
  return [
    ...standing,
    { name: "occurrence", path: coming },
    { name: "cancelled occurrence", path: cancelled },
    { name: "contact, link opened", path: await waitingMessage() },
  ].map((kind) => ({ status: 200, lang: "sv", ...kind }));
}

// occurrences finds a coming open hour that takes place and one that a red day takes.
async function occurrences() {
  const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const { items } = JSON.parse((await read(`/api/v1/events?from=${day(0)}&to=${day(330)}`)).text);
  const repeated = items.filter(({ slug }) => slug === "oppen-fragestund");
  const path = (cancelled) => new URL(repeated.find((item) => item.cancelled === cancelled).url).pathname;
  return { coming: path(false), cancelled: path(true) };
}

// waitingMessage writes to the office without JavaScript and returns the address in the letter.
async function waitingMessage() {
  const email = `${randomUUID()}@exempel.se`;
  await send("/kontakt", { name: "Anna Ek", email, message: "När är nästa frågestund?\n\nHälsningar Anna" });
  return new URL((await letter(`<${email}>`)).match(/http\S+\/kontakt\/bekrafta\/\w+/)[0]).pathname;
}

// show opens the page kind in the browser and returns the answer it came with.
export async function show(page, kind) {
  await page.context().clearCookies();
  await page.context().addCookies(await cookies(kind.as));
  const answer = await page.goto(await place(kind));
  if (!kind.typed) return answer;
  for (const [field, text] of Object.entries(kind.typed)) await page.locator(`main [name=${field}]`).fill(text);
  const refused = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator("main form", { has: page.locator(`[name=${Object.keys(kind.typed)[0]}]`) }).getByRole("button").click();
  await page.locator("main [aria-invalid]").first().waitFor();
  return refused;
}

// source returns the page kind's status and HTML without a browser.
export async function source(kind) {
  const [path, headers] = [await place(kind), await carried(kind)];
  return kind.typed ? send(path, kind.typed, headers) : read(path, { headers });
}

// place is the page kind's address.
async function place({ path, as, first }) {
  if (!first) return path;
  const { text } = await read(path, { headers: await carried({ as }) });
  return text.match(`href="(${path}/[0-9a-f-]{36})"`)[1];
}

// carried are the headers of a request by whom the page kind is for.
export async function carried({ as }) {
  return { Cookie: (await cookies(as)).map(({ name, value }) => `${name}=${value}`).join("; ") };
}
