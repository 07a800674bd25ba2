import { icon, make, memory } from "../core/dom";
import { get } from "../core/http";
import { text } from "../core/page";
import { fuzzyMatch, markPlaces } from "./fuzzy";
import searchIcon from "../../icons/search.svg";
import goIcon from "../../icons/chevron.svg";
import clockIcon from "../../icons/clock.svg";

interface Entry {
  group: string;
  words: string;
  note: string;
  icon: Node;
  places: number[];
  open(): void;
}

interface Found {
  kind: string;
  name: string;
  note: string | null;
  url: string;
}

interface Visited {
  title: string;
  url: string;
}

const recentMax = 8;
const searchWaitsMs = 120;
const searchLettersMin = 2;

/** <wh-palette>: Ctrl-K. Goes anywhere, does anything that has data-command on this page, finds objects on the server. */
export class PaletteElement extends HTMLElement {
  private dialog: HTMLDialogElement | null = null;
  private readonly input = make("input", {
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-label": text("palette.hint"),
    placeholder: text("palette.hint"),
  });
  private readonly list = make("div", { class: "palette-list", role: "listbox", id: "palette-list" });
  private entries: Entry[] = [];
  private found: Entry[] = [];
  private chosen = 0;
  private timer = 0;
  private asking: AbortController | null = null;

  connectedCallback(): void {
    rememberVisit();
    document.addEventListener("keydown", this.hotkey);
    document.addEventListener("wh:palette", this.openNow);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.hotkey);
    document.removeEventListener("wh:palette", this.openNow);
  }

  open(): void {
    this.dialog ??= this.build();
    this.input.value = "";
    this.found = [];
    this.fill();
    if (!this.dialog.open) this.dialog.showModal();
  }

  private readonly openNow = (): void => this.open();

  private readonly hotkey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (this.dialog?.open) this.dialog.close();
      else this.open();
    }
  };

  private build(): HTMLDialogElement {
    const key = (name: string) => make("kbd", { class: "key" }, name);
    const foot = make(
      "div",
      { class: "palette-foot" },
      make("span", {}, key("↑"), key("↓"), text("palette.move")),
      make("span", {}, key("↵"), text("palette.open")),
      make("span", {}, key("Esc"), text("close")),
    );
    const dialog = make(
      "dialog",
      { class: "palette", "aria-label": text("palette.title") },
      make("div", { class: "palette-input" }, icon(searchIcon), this.input),
      this.list,
      foot,
    );
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.steered(event));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.append(dialog);
    return dialog;
  }

  private typed(): void {
    this.fill();
    clearTimeout(this.timer);
    const query = this.input.value.trim();
    if (query.length >= searchLettersMin) this.timer = window.setTimeout(() => void this.search(query), searchWaitsMs);
  }

  private async search(query: string): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const { items } = await get<{ items: Found[] }>(
        `/search.json?q=${encodeURIComponent(query)}`,
        this.asking.signal,
      );
      this.found = items.map((item) => ({
        group: text("palette.found"),
        words: item.name,
        note: item.note ?? item.kind,
        icon: icon(goIcon),
        places: [],
        open: () => location.assign(item.url),
      }));
      this.fill();
    } catch {
      // Going places still works without what the server would have found.
    }
  }

  private fill(): void {
    const query = this.input.value.trim();
    const known = query ? [...commandsOfPage(), ...recent()] : [...recent(), ...commandsOfPage()];
    const matching = known.flatMap((entry) => {
      const match = fuzzyMatch(query, entry.words);
      return match ? [{ ...entry, places: match.places, score: match.score }] : [];
    });
    if (query) matching.sort((a, b) => b.score - a.score);
    const seen = new Set<string>();
    this.entries = [...matching.slice(0, 30), ...(query ? this.found : [])].filter((entry) => {
      const key = `${entry.words}\n${entry.note}`;
      return !seen.has(key) && seen.add(key);
    });
    this.chosen = 0;
    this.draw(query);
  }

  private draw(query: string): void {
    this.list.replaceChildren();
    if (this.entries.length === 0)
      this.list.append(make("p", { class: "palette-empty" }, text("palette.none", { query })));
    let group = "";
    this.entries.forEach((entry, i) => {
      if (entry.group !== group) this.list.append(make("div", { class: "menu-title" }, (group = entry.group)));
      const item = make(
        "div",
        { class: "palette-item", role: "option", id: `palette-${i}`, "aria-selected": String(i === this.chosen) },
        entry.icon,
        make("span", { class: "clip" }, ...markPlaces(entry.words, entry.places)),
        make("span", { class: "push quiet small clip" }, entry.note),
      );
      item.addEventListener("click", () => this.choose(entry));
      item.addEventListener("mousemove", () => this.mark(i));
      this.list.append(item);
    });
    this.input.setAttribute("aria-activedescendant", `palette-${this.chosen}`);
  }

  private steered(event: KeyboardEvent): void {
    const count = this.entries.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (count > 0) this.mark((this.chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count, true);
    }
    if (event.key === "Enter" && this.entries[this.chosen]) {
      event.preventDefault();
      this.choose(this.entries[this.chosen]!);
    }
  }

  private mark(index: number, scroll = false): void {
    this.chosen = index;
    const items = this.list.querySelectorAll(".palette-item");
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    if (scroll) items[index]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `palette-${index}`);
  }

  private choose(entry: Entry): void {
    this.dialog?.close();
    entry.open();
  }
}

/** Every element with data-command: a link of the navigation, a button of the page. */
function commandsOfPage(): Omit<Entry, "score">[] {
  return [...document.querySelectorAll<HTMLElement>("[data-command]")].map((element) => ({
    group: element instanceof HTMLAnchorElement ? text("palette.go") : text("palette.actions"),
    words: element.dataset["command"] || (element.textContent ?? "").trim(),
    note: element.dataset["keys"] ?? "",
    icon: element.querySelector("svg")?.cloneNode(true) ?? icon(goIcon),
    places: [],
    open: () => element.click(),
  }));
}

function recent(): Omit<Entry, "score">[] {
  return memory
    .read<Visited[]>("wh.recent", [])
    .filter((visited) => visited.url !== location.pathname)
    .map((visited) => ({
      group: text("palette.recent"),
      words: visited.title,
      note: "",
      icon: icon(clockIcon),
      places: [],
      open: () => location.assign(visited.url),
    }));
}

function rememberVisit(): void {
  if (location.pathname === "/" || document.body.dataset["remember"] === "no") return;
  const title = document.title.replace(/ · Weighhouse$/, "");
  const others = memory.read<Visited[]>("wh.recent", []).filter((visited) => visited.url !== location.pathname);
  memory.write("wh.recent", [{ title, url: location.pathname }, ...others].slice(0, recentMax));
}
