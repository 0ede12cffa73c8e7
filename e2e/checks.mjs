// What axe-core and html-validate say of a page, a line for each fault.

import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import config from "./.htmlvalidate.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const validator = new HtmlValidate(config);

// faults runs axe and returns a line for each element at fault.
export async function faults(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (runOnly) =>
    (await window.axe.run(document, { runOnly, resultTypes: ["violations"] })).violations, tags);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary.replace(/\s+/g, " ")}`));
}

// lightAndDark runs axe in both.
export async function lightAndDark(page) {
  const found = [];
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await faults(page)).map((fault) => `${page.viewportSize().width} px, ${colorScheme}: ${fault}`));
  }
  return found;
}

// invalid returns what is wrong with a page's HTML.
export async function invalid(path, html) {
  const { results } = await validator.validateString(html, path);
  return results.flatMap(({ messages }) => messages).map(({ ruleId, line, column, message }) => `${path}:${line}:${column} ${ruleId}: ${message}`);
}
