/**
 * The fade between two pages (@view-transition in base.css). The browser drops it when the next page is late or a click comes before its
 * end, and rejects the transition's promises then. The page is there all the same: a dropped fade is nobody's error.
 */
export function startTransitions(): void {
  addEventListener("pageswap", (event) => forgive(event.viewTransition));
  // Comes before the first frame: app.js is loaded with blocking="render", so that it is here in time.
  addEventListener("pagereveal", (event) => forgive(event.viewTransition));
}

function forgive(transition: ViewTransition | null): void {
  if (!transition) return;
  for (const promise of [transition.updateCallbackDone, transition.ready, transition.finished]) promise.catch(() => {});
}
