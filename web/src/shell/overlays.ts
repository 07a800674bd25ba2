import { icon, make } from "../core/dom";
import { text } from "../core/page";
import { onKeys, shortcuts } from "./keys";
import { nextTheme, toggleNav } from "./theme";
import closeIcon from "../../icons/close.svg";

/** Menus are <details class="menu">: one open at a time, closed by a click elsewhere and by Escape; arrows move in them. */
export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target as Node)) menu.removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    const menu =
      (event.target as Element).closest?.<HTMLDetailsElement>("details.menu[open]") ??
      document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = [...menu.querySelectorAll<HTMLElement>(".menu-item")];
    const place = items.indexOf(document.activeElement as HTMLElement);
    items[(place + (event.key === "ArrowDown" ? 1 : items.length - 1) + items.length) % items.length]?.focus();
    event.preventDefault();
  });
}

/** <button commandfor="id" command="show-modal"> for browsers that do not know it yet; a click beside a dialog closes it. */
export function startDialogs(): void {
  const known = "command" in HTMLButtonElement.prototype;
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target instanceof HTMLDialogElement && target.classList.contains("dialog")) target.close();
    const button = known ? null : target.closest?.("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor")!);
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button!.getAttribute("command") === "show-modal") dialog.showModal();
    if (button!.getAttribute("command") === "close") dialog.close();
  });
}

export function startShellKeys(): void {
  onKeys("?", showShortcuts);
  onKeys("[", toggleNav);
  onKeys("t", nextTheme);
  onKeys("/", () => {
    const field = document.querySelector<HTMLInputElement>("input[data-search]");
    if (field) field.focus();
    else document.dispatchEvent(new CustomEvent("wh:palette"));
  });
  document.addEventListener("click", (event) => {
    const act = (event.target as Element).closest?.<HTMLElement>("[data-act]")?.dataset["act"];
    if (act === "palette") document.dispatchEvent(new CustomEvent("wh:palette"));
    if (act === "nav") toggleNav();
    if (act === "keys") showShortcuts();
  });
}

function showShortcuts(): void {
  const rows = shortcuts().map(({ keys, words }) =>
    make(
      "tr",
      {},
      make("td", {}, words),
      make("td", { class: "number" }, ...keys.split(" ").flatMap((key) => [make("kbd", { class: "key" }, key), " "])),
    ),
  );
  const close = make(
    "button",
    { class: "button button-plain button-icon", type: "button", "aria-label": text("close") },
    icon(closeIcon),
  );
  const dialog = make(
    "dialog",
    { class: "dialog", "aria-label": text("keys.title") },
    make("div", { class: "dialog-head" }, make("h2", {}, text("keys.title")), close),
    make("div", { class: "dialog-body" }, make("table", { class: "table" }, make("tbody", {}, ...rows))),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Fields that act at once: a select or checkbox with data-submit sends its form. */
export function startForms(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (field.hasAttribute("data-submit")) field.closest("form")?.requestSubmit();
  });
  // A form sent twice by an impatient second click is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || event.defaultPrevented) return;
    setTimeout(() =>
      form
        .querySelectorAll<HTMLButtonElement>("button:not([type=button])")
        .forEach((button) => (button.disabled = true)),
    );
    addEventListener("pageshow", () => form.querySelectorAll("button").forEach((button) => (button.disabled = false)), {
      once: true,
    });
  });
}
