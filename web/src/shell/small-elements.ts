import { icon, make, memory } from "../core/dom";
import { formatAgo, formatMoment } from "../core/format";
import { text } from "../core/page";
import checkIcon from "../../icons/check.svg";
import copyIcon from "../../icons/copy.svg";
import { toast } from "./toast";

const copiedShowsMs = 1500;

/** <wh-copy text="…"> or, inside a .code figure, of its <pre>. */
export class CopyElement extends HTMLElement {
  connectedCallback(): void {
    if (this.firstElementChild) return;
    const button = make(
      "button",
      {
        class: "button button-plain button-small button-icon",
        type: "button",
        title: text("copy"),
        "aria-label": text("copy"),
      },
      icon(copyIcon),
    );
    button.addEventListener("click", async () => {
      const words = this.getAttribute("text") ?? this.closest(".code")?.querySelector("pre")?.textContent ?? "";
      if (!(await copy(words))) return;
      button.replaceChildren(icon(checkIcon));
      button.setAttribute("aria-label", text("copied"));
      setTimeout(() => {
        button.replaceChildren(icon(copyIcon));
        button.setAttribute("aria-label", text("copy"));
      }, copiedShowsMs);
    });
    this.append(button);
  }
}

/** The clipboard exists on secure origins only; elsewhere the old way still works. */
async function copy(words: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      // Permission was refused: try the other way.
    }
  }
  const field = document.body.appendChild(make("textarea", { class: "unseen" }, words));
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** <wh-time at="1760000000000">: how long ago, kept true; the moment itself on hover. */
export class TimeElement extends HTMLElement {
  static readonly all = new Set<TimeElement>();

  connectedCallback(): void {
    TimeElement.all.add(this);
    this.show();
  }

  disconnectedCallback(): void {
    TimeElement.all.delete(this);
  }

  show(): void {
    const at = Number(this.getAttribute("at"));
    if (!at) return;
    this.title = formatMoment(at);
    this.textContent = formatAgo(at, Date.now());
  }
}

const timesTrueMs = 15_000;

export function keepTimesTrue(): void {
  setInterval(() => document.hidden || TimeElement.all.forEach((element) => element.show()), timesTrueMs);
}

/** <wh-tree>: directories are <details data-src>; what is inside comes when one is first opened. */
export class TreeElement extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("toggle", (event) => void this.toggled(event.target as HTMLDetailsElement), true);
    openInPlace(this);
  }

  private async toggled(details: HTMLDetailsElement): Promise<void> {
    const source = details.dataset["src"];
    if (!details.open || !source) return;
    delete details.dataset["src"];
    const waiting = make("div", { class: "skeleton" });
    details.append(waiting);
    try {
      const answer = await fetch(source);
      if (!answer.ok) throw new Error(`${answer.status}`);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      openInPlace(holder.content);
      waiting.replaceWith(holder.content);
    } catch (reason) {
      details.dataset["src"] = source;
      details.open = false;
      waiting.remove();
      toast(text("failed", { reason: reason instanceof Error ? reason.message : "" }), { bad: true });
    }
  }
}

/**
 * In a summary a link leads those without scripts to the directory's page. With them the summary opens the directory where it is, and
 * one control inside another would confuse whoever listens to the page.
 */
function openInPlace(tree: ParentNode): void {
  for (const link of tree.querySelectorAll("summary > a"))
    link.replaceWith(make("span", { class: link.className }, link.textContent ?? ""));
}

/** <wh-split class="split">: pane, bar, pane; the bar is dragged or moved by arrow keys, and stays where it was left. */
export class SplitElement extends HTMLElement {
  connectedCallback(): void {
    const bar = this.querySelector<HTMLElement>(":scope > .split-bar");
    if (!bar) return;
    const key = `wh.split.${this.getAttribute("name") ?? location.pathname}`;
    const set = (width: number) => {
      const bounded = Math.round(Math.min(Math.max(width, 160), this.clientWidth * 0.7));
      this.style.setProperty("--split", `${bounded}px`);
      bar.setAttribute("aria-valuenow", String(bounded));
      memory.write(key, bounded);
    };
    const kept = memory.read<number>(key, 0);
    if (kept) this.style.setProperty("--split", `${kept}px`);
    bar.tabIndex = 0;
    bar.setAttribute("role", "separator");
    bar.setAttribute("aria-orientation", "vertical");
    bar.setAttribute("aria-label", text("split.bar"));
    bar.setAttribute("aria-valuemin", "160");
    bar.setAttribute("aria-valuenow", String(kept || Math.round(bar.offsetLeft)));
    bar.addEventListener("pointerdown", (event) => {
      bar.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    bar.addEventListener("pointermove", (event) => {
      if (bar.hasPointerCapture(event.pointerId)) set(event.clientX - this.getBoundingClientRect().left);
    });
    bar.addEventListener("keydown", (event) => {
      const by = event.key === "ArrowLeft" ? -16 : event.key === "ArrowRight" ? 16 : 0;
      if (by) set(bar.offsetLeft + by);
    });
  }
}

const askAgainMs = 2000;

/** <wh-waiting src="/pulse.json" done="…">: asks until there is a run, turns green, and goes on to the page that has it. */
export class WaitingElement extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.timer = window.setInterval(() => document.hidden || void this.ask(), askAgainMs);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    const answer = await fetch(this.getAttribute("src") ?? "").catch(() => null);
    if (!answer?.ok) return;
    const { hasRuns, rows } = (await answer.json()) as { hasRuns?: boolean; rows?: unknown[] };
    if (!hasRuns && !rows?.length) return;
    clearInterval(this.timer);
    this.classList.add("waiting-done");
    this.querySelector(".dot")?.setAttribute("class", "dot dot-ok");
    const words = this.getAttribute("done");
    if (words) this.querySelector("span:last-child")!.textContent = words;
    setTimeout(() => location.reload(), words ? askAgainMs : 0);
  }
}
