/** Calls to the playground's server. */

async function call(path, body) {
  const request = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, request);
  const answer = await response.json().catch(() => null);
  if (answer) return answer;
  throw new Error(`${path} answered ${response.status}`);
}

/** Read the workspace as a person sees it. */
export const readState = (person) => call(`play/state${person ? `?as=${encodeURIComponent(person)}` : ""}`);

/** Do something as a person; resolves to `{ok, error?, errors?, options?}`. */
export async function act(action) {
  try {
    return await call("play/act", action);
  } catch {
    return { ok: false, error: "The playground does not answer. Is it still running?" };
  }
}

/** Move the workspace's clock, `{to}` or `{by_seconds}`. */
export async function moveClock(move) {
  try {
    return await call("play/clock", move);
  } catch {
    return { ok: false, error: "The clock could not be moved. Is the playground still running?" };
  }
}

/** Listen for changes; `onChange` is called after each, `onLink` when the line drops or is back. */
export function listen(person, onChange, onLink) {
  const source = new EventSource(`play/events?as=${encodeURIComponent(person)}`);
  source.onmessage = onChange;
  source.onopen = () => onLink(true);
  source.onerror = () => onLink(false);
  return () => source.close();
}
