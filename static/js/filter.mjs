// Filters without a new page: a form with data-filter fetches its own address and puts the answer's [data-results] in place
// of the page's. Chips and page numbers inside the list do the same. The address, the back button and the focus follow;
// the number of hits is said aloud. Without this module the form is a plain GET.

const form = document.querySelector("form[data-filter]");
const results = document.querySelector("[data-results]");
if (form && results) listen();

let under; // the request under way
let timer;

function listen() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(address());
  });
  form.addEventListener("input", ({ target }) => {
    const typing = !target.matches("select");
    clearTimeout(timer);
    timer = setTimeout(() => show(address(), { replace: typing }), typing ? 350 : 0);
  });
  results.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.origin + link.pathname !== location.origin + location.pathname || link.hash) return;
    event.preventDefault();
    show(link.href, { focus: true });
  });
  addEventListener("popstate", () => show(location.href, { push: false }));
}

// address is where the form would go, without empty fields.
function address() {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const url = new URL(form.action);
  url.search = query;
  return url.href;
}

async function show(url, { push = true, replace = false, focus = false } = {}) {
  clearTimeout(timer);
  under?.abort();
  under = new AbortController();
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: under.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    if (!fresh) throw new Error("no list in the answer");
    if (push && url !== location.href) history[replace ? "replaceState" : "pushState"](null, "", url);
    swap(fresh, page, focus || !push || results.contains(document.activeElement));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
}

function swap(fresh, page, focus) {
  results.replaceChildren(...fresh.childNodes);
  results.removeAttribute("aria-busy");
  document.title = page.title;
  follow(page.querySelector("form[data-filter]"));
  const head = results.querySelector("[data-results-head]");
  const count = form.querySelector("[data-count]");
  if (count && head) count.textContent = head.textContent;
  if (focus) head?.focus();
}

// follow gives the form the values and counts of the answer's form; a field one is typing in is left alone.
function follow(other) {
  for (const field of other?.elements ?? []) {
    const own = form.elements[field.name];
    if (!own || !field.name) continue;
    for (const [i, option] of [...(field.options ?? [])].entries()) {
      if (own.options[i]) own.options[i].text = option.text;
    }
    if (own !== document.activeElement || own.matches("select")) own.value = field.value;
  }
}
