import { icon, make } from "../core/dom";
import { text } from "../core/page";
import closeIcon from "../../icons/close.svg";

const staysMs = 6000;
/** Long enough to read, understand and act. */
const undoStaysMs = 12_000;

interface ToastOptions {
  bad?: boolean;
  undo?: () => void | Promise<void>;
}

export function toast(words: string, options: ToastOptions = {}): void {
  const element = make(
    "div",
    { class: options.bad ? "toast toast-bad" : "toast", role: options.bad ? "alert" : "status" },
    make("span", {}, words),
  );
  if (options.undo) {
    const undo = options.undo;
    element.append(
      make(
        "button",
        { class: "button button-plain button-small", type: "button", onclick: () => (element.remove(), void undo()) },
        text("undo"),
      ),
    );
  }
  holder().append(element);
  prepare(element, options.undo ? undoStaysMs : staysMs);
}

/** Toasts the server rendered after a form was sent: they close, and leave by themselves unless somebody is reading. */
export function startToasts(): void {
  for (const element of document.querySelectorAll<HTMLElement>(".toasts > .toast")) prepare(element, undoStaysMs);
}

function prepare(element: HTMLElement, stays: number): void {
  element.append(
    make(
      "button",
      {
        class: "button button-plain button-small button-icon",
        type: "button",
        "aria-label": text("close"),
        onclick: () => element.remove(),
      },
      icon(closeIcon),
    ),
  );
  let timer = 0;
  const start = () => (timer = window.setTimeout(() => element.remove(), stays));
  element.addEventListener("mouseenter", () => clearTimeout(timer));
  element.addEventListener("mouseleave", start);
  element.addEventListener("focusin", () => clearTimeout(timer));
  start();
}

function holder(): HTMLElement {
  return document.querySelector<HTMLElement>(".toasts") ?? document.body.appendChild(make("div", { class: "toasts" }));
}
