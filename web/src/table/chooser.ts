import { icon, make } from "../core/dom";
import { text } from "../core/page";
import { fuzzyMatch } from "../shell/fuzzy";
import type { Column, ColumnKind } from "./columns";
import columnsIcon from "../../icons/columns.svg";

/** Thousands of keys exist; this many are listed, the rest are found by typing. */
const listedMax = 200;

/** The menu that says which columns are shown, found by a few of their letters, grouped by what they are. */
export function columnChooser(
  all: Column[],
  chosen: () => Set<string>,
  change: (id: string, shown: boolean) => void,
  reset: () => void,
): HTMLElement {
  const find = make("input", {
    class: "input",
    type: "search",
    placeholder: text("runs.columns.find"),
    "aria-label": text("runs.columns.find"),
  });
  const list = make("div", {});
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
  };
  find.addEventListener("input", fill);
  const menu = make(
    "details",
    { class: "menu" },
    make("summary", { class: "button" }, icon(columnsIcon), text("runs.columns")),
    make(
      "div",
      { class: "menu-body chooser" },
      find,
      list,
      make("div", { class: "menu-line" }),
      make(
        "button",
        { class: "menu-item", type: "button", onclick: () => (reset(), fill()) },
        text("runs.columns.reset"),
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

function item(column: Column, shown: boolean, change: (id: string, shown: boolean) => void): HTMLElement {
  const box = make("input", { type: "checkbox", checked: shown });
  box.addEventListener("change", () => change(column.id, box.checked));
  return make("label", { class: "menu-item" }, box, make("span", { class: "clip" }, column.label));
}

function groupName(kind: ColumnKind): string {
  return text(kind === "attribute" ? "runs.group.run" : `runs.group.${kind}`);
}
