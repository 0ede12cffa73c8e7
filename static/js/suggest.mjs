// Suggestions under a search field: pages whose titles have the words, as one types. The field is a combobox with a list:
// arrows choose, Enter goes there, Escape closes and leaves what is typed. Nothing is chosen by itself: Enter without a
// choice searches, as it does without this module.

const pause = 120; // milliseconds without a key before the server is asked
const least = 2; // letters

let lists = 0;

// suggest gives a search form its list; the form's data-suggest is the address that answers.
export function suggest(form) {
  const field = form.elements.q;
  const list = make("ul", { className: "suggestions", id: `forslag-${++lists}`, hidden: true }, { role: "listbox", "aria-label": "Förslag" });
  const status = make("p", { className: "hidden" }, { role: "status" });
  set(field, { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" });
  form.append(list, status);

  let chosen = -1; // number of the option; -1 is the field itself
  let timer;
  let under; // the request under way

  function choose(number) {
    chosen = number;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
    const option = list.children[number];
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(found) {
    list.replaceChildren(...found.map(option));
    choose(-1);
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
  }

  function option({ title, label, url }, number) {
    const { pathname, hash } = new URL(url, location.href);
    const item = make("li", { id: `${list.id}-${number}` }, { role: "option", "aria-selected": "false", "data-to": pathname + hash });
    item.append(make("span", { textContent: title }), " ", make("small", { textContent: label }));
    return item;
  }

  // stay gives up what was to be asked, and what was asked and not answered yet.
  function stay() {
    clearTimeout(timer);
    under?.abort();
  }

  function close() {
    stay();
    show([]);
    status.textContent = "";
  }

  async function ask() {
    stay();
    const text = field.value.trim();
    if (text.length < least) return close();
    under = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: under.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (document.activeElement !== field) return;
      show(found);
      status.textContent = found.length === 0 ? "Inga förslag" : `${found.length} förslag. Välj med piltangenterna.`;
    } catch (error) {
      if (error.name !== "AbortError") close(); // without suggestions the search works all the same
    }
  }

  function go({ dataset }) {
    close();
    location.assign(dataset.to);
  }

  field.addEventListener("input", () => {
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      if (count === 0 && event.key === "ArrowUp") return;
      event.preventDefault();
      if (count === 0) return ask();
      stay(); // what one chooses from does not change under one's hands
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1); // the field itself is one of the stops
    } else if (event.key === "Enter" && chosen >= 0 && !event.isComposing) {
      event.preventDefault();
      go(list.children[chosen]);
    } else if (event.key === "Escape" && count > 0) {
      event.preventDefault(); // the browser would empty the field
      close();
    }
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[role=option]");
    if (item) go(item);
  });
  if (field.value !== field.defaultValue) ask(); // typed before this module came
}

function make(name, properties, attributes = {}) {
  return set(Object.assign(document.createElement(name), properties), attributes);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
