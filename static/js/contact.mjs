// The contact form's proof of work: a number such that SHA-256(stamp:number) begins with as many zero bits as the form asks
// for. It is sought from the first touch of the form, a few milliseconds at a time. Without it the form works all the
// same, by a link in a mail, so whatever fails here fails quietly.

import { prover } from "./sha256.mjs";

const slice = 8; // milliseconds of work at a time
const patience = 10_000; // milliseconds a submit waits

const form = document.querySelector("form[data-proof]");
if (form) guard(form);

function guard(form) {
  const status = form.querySelector("[data-proof-status]");
  const proof = form.elements.proof;
  let search;
  const start = () => (search ??= find(form.elements.stamp.value, Number(form.dataset.bits)).then((found) => { proof.value = found; }));

  form.addEventListener("focusin", start, { once: true });
  form.addEventListener("submit", async (event) => {
    if (proof.value || form.dataset.tried) return;
    event.preventDefault();
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    status.textContent = "Ett ögonblick, vi kontrollerar att du är en människa …";
    await Promise.race([start(), wait(patience)]).catch(() => undefined);
    await wait(0); // a form asked to submit while it still tells of a submit does nothing
    form.dataset.tried = "yes";
    status.textContent = "Skickar …";
    button?.removeAttribute("aria-busy");
    form.requestSubmit(button);
  });
}

// find returns the first number that fulfils the demand.
async function find(stamp, bits) {
  const zeros = prover(`${stamp}:`);
  for (let number = 0; ; ) {
    const until = performance.now() + slice;
    while (performance.now() < until) {
      for (let i = 0; i < 200; i++, number++) {
        if (zeros(number) >= bits) return String(number);
      }
    }
    await wait(4); // a slow phone must answer to its owner meanwhile
  }
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
