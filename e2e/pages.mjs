// Every kind of page, one address each. A page that must be written to be seen has `typed`: what is in its form.

import { randomUUID } from "node:crypto";
import { post, read } from "./browser.mjs";
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
  { name: "log in, a link that is spent", path: "/logga-in/abc", status: 404 },
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
  await post("/kontakt", { name: "Anna Ek", email, message: "När är nästa frågestund?\n\nHälsningar Anna" });
  return new URL((await letter(`<${email}>`)).match(/http\S+\/kontakt\/bekrafta\/\w+/)[0]).pathname;
}

// show opens the page kind in the browser and returns the answer it came with.
export async function show(page, kind) {
  const answer = await page.goto(kind.path);
  if (!kind.typed) return answer;
  for (const [field, text] of Object.entries(kind.typed)) await page.locator(`[name=${field}]`).fill(text);
  const refused = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator("main form button").click();
  await page.locator("[data-form-summary]").waitFor();
  return refused;
}

// source returns the page kind's status and HTML without a browser.
export const source = (kind) => (kind.typed ? post(kind.path, kind.typed) : read(kind.path));
