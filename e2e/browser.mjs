// The browser of the tests, the address they visit, and the little that all of them do. `make test` serves the site and
// sets the variables. One file by hand, against a site that bin/nuso serves with NUSO_TRUSTED_PROXIES=127.0.0.1,::1 and data in data/:
//
//     NUSO_E2E_URL=http://localhost:3000 NUSO_E2E_DATA=data node --test e2e/contact.test.mjs

import { randomInt } from "node:crypto";
import { chromium } from "playwright-core";

export const address = setting("NUSO_E2E_URL");
export const dataFolder = setting("NUSO_E2E_DATA");

// A busy machine is slow; a test that waits in vain still ends.
export const patience = 60_000;

let starting;

function launch() {
  return chromium.launch({
    executablePath: process.env.NUSO_E2E_CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--no-first-run", "--force-color-profile=srgb",
    ],
    timeout: patience,
  });
}

// visit returns a blank page in a browser of its own: no cookies, no cache. The options are Playwright's for a context.
export async function visit({ width = 1280, height = 900, ...options } = {}) {
  const browser = await (starting ??= launch());
  const context = await browser.newContext({
    baseURL: address, locale: "sv-SE", timezoneId: "Europe/Stockholm", reducedMotion: "reduce",
    viewport: { width, height }, extraHTTPHeaders: { "X-Forwarded-For": someone() }, ...options,
  });
  context.setDefaultTimeout(patience);
  return context.newPage();
}

export const phone = { width: 390, height: 844, hasTouch: true, isMobile: true };

// leave ends the visit.
export const leave = (page) => page.context().close();

// close ends the browser; a test file does so after its tests.
export const close = async () => (await starting)?.close();

// read fetches an address of the site without a browser and without following where it leads.
export async function read(path, options = {}) {
  const answer = await fetch(new URL(path, address), { redirect: "manual", ...options });
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", location: answer.headers.get("location"), text: await answer.text() };
}

// send fills in the form that has the fields on a page, and sends it as a browser without JavaScript does.
export async function send(path, fields, headers = {}) {
  const { text } = await read(path, { headers });
  const forms = [...text.matchAll(/<form[^>]*action="([^"]*)" method="post"[^>]*>.*?<\/form>/gs)];
  const [form, action] = forms.find(([form]) => Object.keys(fields).every((name) => form.includes(`name="${name}"`)));
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]);
  return read(action, {
    method: "POST", body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
    headers: { Origin: address, "X-Forwarded-For": someone(), ...headers },
  });
}

// someone is an address nobody else comes from: the site counts what one client sends.
function someone() {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

// until asks again and again until the answer is true-like, and returns it.
export async function until(what, ask) {
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited in vain for ${what}`);
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run make test, or serve the site and set NUSO_E2E_URL and NUSO_E2E_DATA`);
  return value.replace(/\/$/, "");
}
