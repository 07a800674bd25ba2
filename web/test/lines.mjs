// A reporter for ./build: one line of JSON for each test, and nothing else.
export default async function* lines(events) {
  for await (const { type, data } of events) {
    if (type === "test:stderr") process.stderr.write(data.message);
    if (type === "test:fail" && data.details?.type === "suite") continue;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const failure = type === "test:fail" ? causeOf(data.details.error) : undefined;
    const skipped = data.skip === undefined ? undefined : String(data.skip);
    yield JSON.stringify({ name: data.name, seconds: data.details.duration_ms / 1000, failure, skipped }) + "\n";
  }
}

/** What the test threw: the runner's own error only wraps it. */
function causeOf(error) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause);
}
