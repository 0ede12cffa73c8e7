// Tells a Go program what Node.js's test runner sees: one line of JSON an event.
const told = new Set(["test:start", "test:pass", "test:fail", "test:stdout", "test:stderr", "test:diagnostic"]);

const words = (error) => {
  if (!error) return "";
  const cause = error.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause);
};

export default async function* tell(source) {
  for await (const { type, data } of source) {
    if (!told.has(type)) continue;
    yield JSON.stringify({
      type,
      name: data.name ?? "",
      file: data.file ?? "",
      nesting: data.nesting ?? 0,
      suite: data.details?.type === "suite",
      skip: data.skip === undefined ? "" : String(data.skip),
      todo: data.todo !== undefined && data.todo !== false,
      ms: data.details?.duration_ms ?? 0,
      failure: data.details?.error?.failureType ?? "",
      error: words(data.details?.error),
      message: data.message ?? "",
    }) + "\n";
  }
}
