// The search fields and their suggestions, as the tests find them.

export const large = "main .search input[name=q]";
export const small = "header input[name=q]";

export const list = (page) => page.locator(".suggestions:not([hidden])");
export const options = (page) => list(page).getByRole("option");

// focused reports whether the first element that the selector finds has the focus.
export const focused = (page, selector) => page.locator(selector).first().evaluate((element) => element === document.activeElement);

// type writes into a search field and waits until the list is that of the whole text and has the suggestion.
export async function type(page, field, text, suggestion) {
  const whole = (await page.locator(field).inputValue()) + text;
  const answered = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get("q") === whole && answer.url().includes("/suggest?"));
  await page.locator(field).pressSequentially(text);
  await (await answered).finished();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  await options(page).filter({ hasText: suggestion }).first().waitFor();
}
