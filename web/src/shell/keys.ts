import { isTyping } from "../core/dom";
import { text } from "../core/page";

const chordWaitsMs = 1200;
const actions = new Map<string, () => void>();
let pending = "";
let pendingTimer = 0;

/** @param keys "?", "t", or a chord: "g e" */
export function onKeys(keys: string, action: () => void): void {
  actions.set(keys, action);
}

/** Elements with data-keys="g e" are clicked by these keys; they also make up the sheet of shortcuts. */
export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target) ||
      document.querySelector("dialog[open]")
    )
      return;
    if (event.key.length !== 1) return;
    const keys = pending ? `${pending} ${event.key}` : event.key;
    clearTimeout(pendingTimer);
    pending = "";
    const action = actions.get(keys) ?? clickOn(keys);
    if (action) {
      event.preventDefault();
      action();
    } else if (isPrefix(keys)) {
      pending = keys;
      pendingTimer = window.setTimeout(() => (pending = ""), chordWaitsMs);
    }
  });
}

export interface Shortcut {
  keys: string;
  words: string;
}

export function shortcuts(): Shortcut[] {
  const marked = [...document.querySelectorAll<HTMLElement>("[data-keys]")].map((element) => ({
    keys: element.dataset["keys"]!,
    words: (element.dataset["command"] ?? element.getAttribute("aria-label") ?? element.textContent ?? "").trim(),
  }));
  const own: Shortcut[] = [
    { keys: "Ctrl K", words: text("keys.palette") },
    { keys: "/", words: text("keys.search") },
    { keys: "?", words: text("keys.help") },
    { keys: "[", words: text("keys.nav") },
    { keys: "t", words: text("keys.theme") },
  ];
  return [...own, ...marked.filter((one, i) => marked.findIndex((other) => other.keys === one.keys) === i)];
}

function clickOn(keys: string): (() => void) | null {
  const element = [...document.querySelectorAll<HTMLElement>("[data-keys]")].find(
    (one) => one.dataset["keys"] === keys,
  );
  return element ? () => element.click() : null;
}

function isPrefix(keys: string): boolean {
  const all = [
    ...actions.keys(),
    ...[...document.querySelectorAll<HTMLElement>("[data-keys]")].map((element) => element.dataset["keys"]!),
  ];
  return all.some((known) => known.startsWith(`${keys} `));
}
