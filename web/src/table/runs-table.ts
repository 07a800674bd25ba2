import { icon, isTyping, make, memory, oncePerFrame, readJson } from "../core/dom";
import { get, postForm } from "../core/http";
import { formatWhole } from "../core/format";
import { text } from "../core/page";
import { onThemeChange, seriesClass } from "../charts/colors";
import { toast } from "../shell/toast";
import { renderCell, statusDots } from "./cells";
import { columnChooser } from "./chooser";
import {
  type Column,
  columnsBetween,
  columnWidthMin,
  isNumber,
  defaultWidth,
  nextOrder,
  placeColumns,
  type PlacedColumn,
  totalWidth,
} from "./columns";
import { rowLoader, type RunRow, RowSource } from "./rows";
import { SelectionBar } from "./selection";
import sortIcon from "../../icons/sort.svg";
import chartIcon from "../../icons/chart.svg";

const rowHeight = 32;
const headHeight = 32;
/** Rows drawn beyond the edges, so that a quick scroll shows no gap. */
const overscan = 8;
/** Rows asked for before the reader gets there: few until somebody scrolls, then as many as pass by while a page of them comes. */
const aheadAtRest = 60;
const aheadMoving = 1000;
/** Browsers draw no element higher than 17 million px; beyond so many rows the table grows as it is read. */
const tallMax = 500_000;
const pinnedWidthDefault = 260;
const checkWidth = 36;
/** On a narrow window the columns need the room more than the names. */
const pinnedShareMax = 0.38;
/** The compare page draws so many runs well. */
const compareMax = 100;

/**
 * <wh-runs-table src="…/rows" filter="…" order="metrics.loss ASC" columns='[…]' shown='["metrics.loss"]'>. Takes the place of
 * the server's own table: rows and columns in sight only, sorting by the server, choice of columns, selection.
 */
export class RunsTableElement extends HTMLElement {
  private all: Column[] = [];
  private shown: string[] = [];
  private placed: PlacedColumn[] = [];
  private source: RowSource | null = null;
  private stopSource = () => {};
  /** How many runs match; null until the server has counted them. */
  private total: number | null = null;
  private order = "";
  private sparks = memory.read("wh.sparks", true);
  private widths = memory.read<Record<string, number>>("wh.widths", {});
  private readonly selected = new Map<string, RunRow>();
  private active = -1;
  private drawn = new Map<number, HTMLElement>();
  private drawnColumns: [number, number] = [0, 0];
  private readonly head = make("div", { class: "runs-head", role: "row" });
  private readonly plane = make("div", { class: "runs-plane", role: "rowgroup" });
  private readonly scroller = make("div", { class: "runs-scroll", role: "grid", tabindex: "0" }, this.head, this.plane);
  private readonly count = make("span", { class: "quiet small", role: "status" });
  private bar: SelectionBar | null = null;
  private readonly redraw = oncePerFrame(() => this.draw());
  private stop = () => {};

  connectedCallback(): void {
    this.all = readJson<Column[]>(this, "columns", []);
    this.shown = readJson<string[]>(this, "shown", []);
    this.order = this.getAttribute("order") ?? "attributes.start_time DESC";
    this.bar = new SelectionBar({
      compare: () => this.compare(),
      remove: this.hasAttribute("delete-src") ? () => void this.deleteSelected() : null,
      clear: () => this.select([]),
    });
    this.replaceChildren(make("div", { class: "runs" }, this.tools(), this.scroller, this.bar.root));
    this.scroller.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.scroller.addEventListener("scroll", this.redraw, { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.keyed(event));
    this.plane.addEventListener("click", (event) => this.clicked(event));
    const resized = new ResizeObserver(this.redraw);
    resized.observe(this.scroller);
    const stopTheme = onThemeChange(() => this.drawAnew());
    this.stop = () => (resized.disconnect(), stopTheme(), this.stopSource());
    this.layOut();
    this.reload();
  }

  disconnectedCallback(): void {
    this.stop();
  }

  private tools(): HTMLElement {
    const sparks = make(
      "button",
      {
        class: "button",
        type: "button",
        "aria-pressed": String(this.sparks),
        title: text("runs.sparks"),
        "aria-label": text("runs.sparks"),
      },
      icon(chartIcon),
    );
    sparks.addEventListener("click", () => {
      this.sparks = !this.sparks;
      sparks.setAttribute("aria-pressed", String(this.sparks));
      memory.write("wh.sparks", this.sparks);
      this.layOut();
    });
    const chooser = columnChooser(
      this.all,
      () => new Set(this.shown),
      (id, shown) => this.showColumns(shown ? [...this.shown, id] : this.shown.filter((one) => one !== id)),
      () => this.showColumns(readJson<string[]>(this, "shown", [])),
      this.getAttribute("keys-src"),
    );
    return make("div", { class: "runs-tools" }, this.count, make("span", { class: "push row" }, sparks, chooser));
  }

  private showColumns(ids: string[]): void {
    const isMore = ids.length > this.shown.length;
    this.shown = ids;
    this.writeUrl("columns", ids.join("~"));
    this.layOut();
    this.reload();
    // A column just chosen is the last: it comes into sight.
    if (isMore) this.scroller.scrollLeft = this.plane.scrollWidth;
  }

  private layOut(): void {
    const byId = new Map(this.all.map((column) => [column.id, column]));
    const columns = this.shown.flatMap((id) => byId.get(id) ?? []);
    this.placed = placeColumns(columns, (column) => this.widths[column.id] ?? defaultWidth(column, this.sparks));
    this.drawAnew();
  }

  private get pinnedWidth(): number {
    const wanted = this.widths["name"] ?? pinnedWidthDefault;
    return Math.max(columnWidthMin, Math.min(wanted, this.scroller.clientWidth * pinnedShareMax || wanted));
  }

  private reload(): void {
    this.stopSource();
    const question = new URLSearchParams({ order: this.order, columns: this.shown.join("~") });
    for (const name of ["filter", "view"]) if (this.getAttribute(name)) question.set(name, this.getAttribute(name)!);
    const stopped = new AbortController();
    this.stopSource = () => stopped.abort();
    this.source = new RowSource(
      rowLoader(this.getAttribute("src") ?? "", question, stopped.signal),
      () => stopped.signal.aborted || this.draw(),
      (reason) => stopped.signal.aborted || sayFailed(reason),
    );
    this.total = null;
    this.active = -1;
    this.scroller.scrollTop = 0;
    this.drawAnew();
    void this.countRuns(question, stopped.signal);
  }

  private async countRuns(question: URLSearchParams, signal: AbortSignal): Promise<void> {
    const address = this.getAttribute("count-src");
    if (!address) return;
    try {
      const { count } = await get<{ count: number }>(`${address}?${question}`, signal);
      this.total = count;
      this.redraw();
    } catch {
      // Without the count the table says how many it has read, and grows as it is read.
    }
  }

  private drawAnew(): void {
    for (const row of this.drawn.values()) row.remove();
    this.drawn.clear();
    this.drawHead();
    this.redraw();
  }

  private draw(): void {
    const source = this.source;
    if (!source || !this.isConnected) return;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.scroller;
    const known = source.known;
    const pinned = this.pinnedWidth + checkWidth;
    const rows = this.rowsTall(clientHeight);
    this.plane.style.height = `${rows * rowHeight}px`;
    this.plane.style.width = this.head.style.width = `${Math.max(pinned + totalWidth(this.placed), clientWidth)}px`;
    this.sayCount();
    this.scroller.setAttribute("aria-rowcount", String(source.complete ? known + 1 : this.total === null ? -1 : this.total + 1));
    const columns = columnsBetween(this.placed, scrollLeft - 100, scrollLeft + clientWidth + 100);
    if (columns.join() !== this.drawnColumns.join()) {
      this.drawnColumns = columns;
      for (const row of this.drawn.values()) row.remove();
      this.drawn.clear();
      this.drawHead();
    }
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
    const last = Math.min(rows, Math.ceil((scrollTop + clientHeight) / rowHeight) + overscan);
    for (const [index, row] of this.drawn) {
      if (index >= first && index < last) continue;
      row.remove();
      this.drawn.delete(index);
    }
    for (let index = first; index < last; index++) this.drawRow(index);
    const ahead = scrollTop > 0 ? aheadMoving : aheadAtRest;
    source.want(first - ahead, last + ahead);
  }

  /** The height of the plane in rows: of all of them once they are counted, else of those known and some more to scroll to. */
  private rowsTall(clientHeight: number): number {
    const { known, complete } = this.source!;
    if (complete) return known;
    const more = known + Math.max(20, Math.ceil(clientHeight / rowHeight));
    return Math.max(more, Math.min(this.total ?? 0, tallMax));
  }

  private sayCount(): void {
    const { known, complete, isStarted } = this.source!;
    const count = complete ? known : (this.total ?? known);
    this.count.textContent = !isStarted
      ? ""
      : count === 0
        ? text("runs.none")
        : count === 1
          ? text("runs.countOne")
          : text("runs.count", { count: `${formatWhole(count)}${complete || this.total !== null ? "" : "+"}` });
  }

  private drawRow(index: number): void {
    const row = this.source!.row(index);
    const before = this.drawn.get(index);
    if (before && (!row || before.dataset["run"] === row.id)) return;
    before?.remove();
    const element = make("div", {
      class: "runs-row",
      role: "row",
      "aria-rowindex": index + 2,
      id: `runs-row-${index}`,
      "data-run": row?.id ?? null,
      "data-index": index,
    });
    element.style.transform = `translateY(${index * rowHeight}px)`;
    element.append(
      row
        ? this.pinnedCells(row)
        : make(
            "div",
            { class: "runs-pinned" },
            make("div", { class: "runs-cell", role: "gridcell" }, make("span", { class: "runs-waiting" })),
          ),
    );
    const left = this.pinnedWidth + checkWidth;
    for (let i = this.drawnColumns[0]; row && i < this.drawnColumns[1]; i++) {
      const column = this.placed[i]!;
      element.append(renderCell({ ...column, left: column.left + left }, row, row.cells[i], this.sparks));
    }
    if (row && this.selected.has(row.id)) element.setAttribute("aria-selected", "true");
    element.classList.toggle("runs-active", index === this.active);
    this.plane.append(element);
    this.drawn.set(index, element);
  }

  private pinnedCells(row: RunRow): HTMLElement {
    const box = make("input", {
      type: "checkbox",
      "aria-label": text("runs.select") + " " + row.name,
      checked: this.selected.has(row.id),
      tabindex: "-1",
    });
    const check = make("div", { class: "runs-cell", role: "gridcell" }, box);
    check.style.width = `${checkWidth}px`;
    const place = [...this.selected.keys()].indexOf(row.id);
    const mark =
      place < 0
        ? make("span", { class: statusDots[row.status] ?? "dot", title: row.status })
        : make("span", { class: `swatch ${seriesClass(place + 1)}`, title: row.status });
    const name = make(
      "div",
      { class: "runs-cell", role: "rowheader" },
      mark,
      make(
        "a",
        { class: "text", href: `/runs/${encodeURIComponent(row.id)}`, tabindex: "-1", title: row.name },
        row.name,
      ),
    );
    name.style.width = `${this.pinnedWidth}px`;
    return make("div", { class: "runs-pinned" }, check, name);
  }

  private drawHead(): void {
    const box = make("input", { type: "checkbox", "aria-label": text("runs.selectAll"), checked: this.selected.size > 0 });
    box.indeterminate = this.selected.size > 0 && this.selected.size < (this.source?.known ?? 0);
    box.addEventListener("change", () => this.select(box.checked ? this.firstRows(compareMax) : []));
    const check = make("div", { class: "runs-cell", role: "columnheader", "data-column": "all" }, box);
    check.style.width = `${checkWidth}px`;
    const name: PlacedColumn = {
      id: "attributes.run_name",
      kind: "attribute",
      label: text("runs.group.run"),
      left: 0,
      width: this.pinnedWidth,
    };
    const left = this.pinnedWidth + checkWidth;
    const focused = this.focusedColumn();
    this.head.replaceChildren(
      make("div", { class: "runs-pinned" }, check, this.headCell(name, "name")),
      ...this.placed
        .slice(...this.drawnColumns)
        .map((column) => this.headCell({ ...column, left: column.left + left }, column.id)),
    );
    // Whoever goes through the head by Tab scrolls it, which draws it anew: the focus stays where it was.
    if (focused) this.head.querySelector<HTMLElement>(`[data-column="${CSS.escape(focused)}"] :is(button, input)`)?.focus();
  }

  private focusedColumn(): string | null {
    const active = document.activeElement;
    return active && this.head.contains(active)
      ? (active.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? null)
      : null;
  }

  private headCell(column: PlacedColumn, widthKey: string): HTMLElement {
    const direction =
      this.order === `${column.id} DESC` ? "descending" : this.order === `${column.id} ASC` ? "ascending" : "none";
    const sort = make(
      "button",
      { class: "sort", type: "button", title: text("runs.sort", { column: column.id }), disabled: column.isFixed === true },
      make("span", { class: "clip" }, column.label),
      icon(sortIcon),
    );
    sort.addEventListener("click", () => {
      this.order = nextOrder(this.order, column);
      this.writeUrl("order", this.order);
      this.reload();
    });
    const grip = make("span", {
      class: "runs-grip",
      role: "separator",
      "aria-label": text("runs.resize", { column: column.label }),
    });
    const cell = make(
      "div",
      {
        class: isNumber(column) ? "runs-cell runs-number" : "runs-cell",
        role: "columnheader",
        "aria-sort": direction,
        "data-column": widthKey,
      },
      sort,
      grip,
    );
    cell.style.width = `${column.width}px`;
    if (widthKey !== "name") cell.style.transform = `translateX(${column.left}px)`;
    grip.addEventListener("pointerdown", (event) => grip.setPointerCapture(event.pointerId));
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      cell.style.width = `${Math.max(columnWidthMin, event.clientX - cell.getBoundingClientRect().left)}px`;
    });
    grip.addEventListener("pointerup", () => {
      this.widths[widthKey] = cell.offsetWidth;
      memory.write("wh.widths", this.widths);
      this.layOut();
    });
    return cell;
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const element = target.closest<HTMLElement>(".runs-row");
    const row = this.source?.row(Number(element?.dataset["index"] ?? -1));
    if (!element || !row || target.closest("a")) return;
    this.active = Number(element.dataset["index"]);
    this.toggle(row);
    event.preventDefault();
  }

  private keyed(event: KeyboardEvent): void {
    // Tab goes to what is drawn: the columns that the last stop scrolled to must be there before it, not a frame later.
    if (event.key === "Tab") return this.draw();
    if (isTyping(event.target) && (event.target as HTMLInputElement).type !== "checkbox") return;
    const move = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const row = this.source?.row(this.active);
    if (move) this.activate(this.active + move);
    else if (event.key === "x" && row) this.toggle(row);
    else if (event.key === "Enter" && row) location.assign(`/runs/${encodeURIComponent(row.id)}`);
    else if (event.key === "Escape") this.select([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private activate(index: number): void {
    this.active = Math.max(0, Math.min(index, (this.source?.known ?? 1) - 1));
    this.scroller.setAttribute("aria-activedescendant", `runs-row-${this.active}`);
    const top = this.active * rowHeight;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    if (top + rowHeight + headHeight > scrollTop + clientHeight)
      this.scroller.scrollTop = top + rowHeight + headHeight - clientHeight;
    this.drawn.forEach((element, i) => element.classList.toggle("runs-active", i === this.active));
    this.redraw();
  }

  private toggle(row: RunRow): void {
    const rows = new Map(this.selected);
    if (!rows.delete(row.id)) rows.set(row.id, row);
    this.select([...rows.values()]);
  }

  private select(rows: RunRow[]): void {
    this.selected.clear();
    for (const row of rows.slice(0, compareMax)) this.selected.set(row.id, row);
    this.bar?.show(this.selected.size);
    this.drawAnew();
  }

  private firstRows(count: number): RunRow[] {
    return Array.from({ length: count }, (_, index) => this.source!.row(index)).filter((row) => row !== undefined);
  }

  private compare(): void {
    const query = new URLSearchParams([...this.selected.keys()].map((id) => ["run", id]));
    location.assign(`/compare?${query}`);
  }

  private async deleteSelected(): Promise<void> {
    const ids = [...this.selected.keys()].map((id): [string, string] => ["run", id]);
    const send = async (address: string) => {
      try {
        await postForm(this.getAttribute(address)!, ids);
        this.select([]);
        this.reload();
        return true;
      } catch (reason) {
        toast(text("failed", { reason: reason instanceof Error ? reason.message : "" }), { bad: true });
        return false;
      }
    };
    if (await send("delete-src"))
      toast(text("runs.deleted", { count: ids.length }), { undo: async () => void (await send("restore-src")) });
  }

  private writeUrl(name: string, value: string): void {
    const query = new URLSearchParams(location.search);
    query.set(name, value);
    query.delete("page");
    history.replaceState(history.state, "", `${location.pathname}?${query}`);
  }
}

function sayFailed(reason: unknown): void {
  toast(text("runs.failed", { reason: reason instanceof Error ? reason.message : "" }), { bad: true });
}
