// The one module every page shares: glossary cards on focus, the error summary, drafts of what is typed, the
// menu, and whatever is fetched when it is first needed: suggestions under a search field.

// A term's card opens when the term is reached by keyboard; a tap or Enter opens it without this module.
addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".term:focus-visible")) card(target)?.showPopover?.({ source: target });
});
addEventListener("focusout", ({ target, relatedTarget }) => {
  if (!target.matches?.(".term")) return;
  const open = card(target);
  if (open?.matches(":popover-open") && !open.contains(relatedTarget)) open.hidePopover();
});
addEventListener("click", (event) => {
  // Focus by keyboard has opened the card: Enter on it must not close it again.
  const term = event.target.closest?.(".term");
  if (term && event.detail === 0 && card(term)?.matches(":popover-open")) event.preventDefault();
});

function card(term) {
  return document.getElementById(term.getAttribute("popovertarget"));
}

document.querySelector("[data-form-summary]")?.focus();

// The phone's menu closes when its width becomes the desktop's.
matchMedia("(width >= 62em)").addEventListener("change", () => {
  const menu = document.querySelector(".site-nav:popover-open");
  menu?.hidePopover();
});

// A search field gets its suggestions when it is first gone to.
addEventListener("focusin", async ({ target }) => {
  const form = target.closest?.("form[data-suggest]");
  if (!form || target.name !== "q" || form.dataset.ready) return;
  form.dataset.ready = "yes";
  const { suggest } = await import(form.dataset.module).catch(() => ({}));
  suggest?.(form);
});

// Drafts: text in a form with data-draft is kept in this tab until the form has been received.
const done = document.querySelector("[data-draft-done]");
if (done) store((kept) => kept.removeItem(`draft:${done.dataset.draftDone}`));

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);

function keep(form) {
  const key = `draft:${form.dataset.draft}`;
  const fields = [...form.elements].filter((field) => field.matches("textarea, [type=text]:not([tabindex]), [type=email]"));
  const typed = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const old = store((kept) => JSON.parse(kept.getItem(key))) ?? {};
  for (const field of fields) field.value ||= old[field.name] ?? "";

  let changed = false;
  let saved = true;
  let away = false; // leaving by a link or button of this site: the draft will be here
  form.addEventListener("input", () => {
    changed = true;
    saved = store((kept) => kept.setItem(key, JSON.stringify(typed())) ?? true);
  });
  form.addEventListener("submit", () => (away = changed = false));
  addEventListener("click", ({ target }) => (away = target.closest?.("a")?.origin === location.origin), true);
  addEventListener("beforeunload", (event) => {
    if (changed && !(saved && away) && fields.some((field) => field.value)) event.preventDefault();
  });
}

// store does something with the tab's storage; undefined when the browser refuses it.
function store(use) {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
