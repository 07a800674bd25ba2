import { icon, make } from "../core/dom";
import { get } from "../core/http";
import { text } from "../core/page";
import { fuzzyMatch } from "../shell/fuzzy";
import type { Column, ColumnKind } from "./columns";
import columnsIcon from "../../icons/columns.svg";

/** Thousands of keys exist; this many are listed, the rest are found by typing. */
const listedMax = 200;
/** While somebody types nothing is asked for. */
const findWaitsMs = 150;

/**
 * The menu that says which columns are shown, found by a few of their letters, grouped by what they are.
 * @param all grows with what the server finds
 * @param address where the server finds columns that `all` lacks; null when it lacks none
 */
export function columnChooser(
  all: Column[],
  chosen: () => Set<string>,
  change: (id: string, shown: boolean) => void,
  reset: () => void,
  address: string | null,
): HTMLElement {
  const find = make("input", {
    class: "input",
    type: "search",
    placeholder: text("runs.columns.find"),
    "aria-label": text("runs.columns.find"),
  });
  const list = make("div", {});
  const note = make("p", { class: "menu-note", role: "status" });
  const fill = () => {
    const shown = chosen();
    const matching = all
      .map((column) => ({ column, match: fuzzyMatch(find.value, column.label) }))
      .filter(({ match }) => match !== null)
      .sort((a, b) => (find.value ? b.match!.score - a.match!.score : 0))
      .slice(0, listedMax);
    const groups: ColumnKind[] = ["attribute", "metric", "param", "tag"];
    list.replaceChildren(
      ...groups.flatMap((kind) => {
        const items = matching
          .filter(({ column }) => column.kind === kind)
          .map(({ column }) => item(column, shown.has(column.id), change));
        return items.length ? [make("div", { class: "menu-title" }, groupName(kind)), ...items] : [];
      }),
    );
    note.textContent =
      matching.length === 0 ? text("runs.columns.none") : address && !find.value ? text("runs.columns.more") : "";
  };
  let timer = 0;
  find.addEventListener("input", () => {
    fill();
    clearTimeout(timer);
    const query = find.value.trim();
    if (!address || !query) return;
    timer = window.setTimeout(async () => {
      if ((await learn(all, address, query)) && find.value.trim() === query) fill();
    }, findWaitsMs);
  });
  const menu = make(
    "details",
    { class: "menu" },
    make("summary", { class: "button" }, icon(columnsIcon), text("runs.columns")),
    make(
      "div",
      { class: "menu-body chooser" },
      make("div", { class: "chooser-find" }, find),
      make("div", { class: "chooser-list" }, list, note),
      make(
        "div",
        { class: "chooser-foot" },
        make(
          "button",
          { class: "menu-item", type: "button", onclick: () => (reset(), fill()) },
          text("runs.columns.reset"),
        ),
      ),
    ),
  );
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    fill();
    find.focus();
  });
  return menu;
}

/** Adds the columns that the server finds; whether there are new ones. */
async function learn(all: Column[], address: string, query: string): Promise<boolean> {
  try {
    const { columns } = await get<{ columns: Column[] }>(`${address}?q=${encodeURIComponent(query)}`);
    const known = new Set(all.map((column) => column.id));
    const unknown = columns.filter((column) => !known.has(column.id));
    all.push(...unknown);
    return unknown.length > 0;
  } catch {
    // Those that are known are still listed; the next letter asks again.
    return false;
  }
}

function item(column: Column, shown: boolean, change: (id: string, shown: boolean) => void): HTMLElement {
  const box = make("input", { type: "checkbox", checked: shown });
  box.addEventListener("change", () => change(column.id, box.checked));
  return make("label", { class: "menu-item" }, box, make("span", { class: "clip" }, column.label));
}

function groupName(kind: ColumnKind): string {
  return text(kind === "attribute" ? "runs.group.run" : `runs.group.${kind}`);
}
