// Passkeys: a form with data-passkey asks the browser to make one ("create") or to use one ("get") by the options that the form
// carries, and sends the answer in its field. Without this module such forms stay hidden; in a browser without passkeys they are
// taken away, and the page says so.

const words = {
  NotAllowedError: "Det avbröts eller tog för lång tid. Försök igen.",
  InvalidStateError: "Du har redan en passnyckel här.",
  SecurityError: "Passnycklar går inte att använda på den här adressen.",
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (globalThis.PublicKeyCredential) offer(form);
  else form.remove();
}

const missing = document.querySelector("[data-passkey-missing]");
if (missing) missing.hidden = Boolean(globalThis.PublicKeyCredential);

function offer(form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.ariaBusy !== "true") answer(form, event.submitter);
  });
}

async function answer(form, button) {
  const status = form.querySelector("[data-passkey-status]");
  const { passkey: verb, options } = form.dataset;
  status.textContent = "";
  button?.setAttribute("aria-busy", "true");
  try {
    const credential = await navigator.credentials[verb]({ publicKey: read(JSON.parse(options)) });
    form.elements.answer.value = JSON.stringify(write(credential));
    form.submit(); // busy until the next page is here
  } catch (error) {
    status.textContent = words[error.name] ?? "Passnyckeln fungerade inte. Försök igen.";
    button?.removeAttribute("aria-busy");
  }
}

// read makes of the options, whose bytes are base64url, what browsers want.
function read(options) {
  const { user, excludeCredentials: excluded, allowCredentials: allowed } = options;
  const named = (all) => all?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(excluded && { excludeCredentials: named(excluded) }),
    ...(allowed && { allowCredentials: named(allowed) }),
  };
}

// write makes of the browser's answer what is sent.
function write(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])])),
      transports: response.getTransports?.(),
    },
  };
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
