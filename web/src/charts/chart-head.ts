import { icon, make } from "../core/dom";
import { formatCount, formatDuration } from "../core/format";
import { text } from "../core/page";
import type { Envelope } from "./envelope";
import exactIcon from "../../icons/exact.svg";
import expandIcon from "../../icons/expand.svg";
import moreIcon from "../../icons/more.svg";
import zoomIcon from "../../icons/zoomout.svg";

export interface HeadActions {
  log(): void;
  full(): void;
  reset(): void;
  everywhere(): void;
  csv(): void;
  png(): void;
  /** The address of this page with the chart's range. */
  link(): string;
}

export interface ChartHead {
  root: HTMLElement;
  describe(envelope: Envelope, zoomed: boolean, log: boolean): void;
}

/** A chart's title, what can be relied on in it, and what can be done with it. */
export function chartHead(name: string, actions: HeadActions): ChartHead {
  const badges = make("span", { class: "row" });
  const reset = make(
    "button",
    { class: "button button-plain button-small", type: "button", hidden: true, onclick: actions.reset },
    icon(zoomIcon),
    text("chart.reset"),
  );
  const everywhere = menuItem("chart.range.all", actions.everywhere);
  const log = menuItem("chart.log", actions.log);
  const full = make(
    "button",
    {
      class: "button button-plain button-small button-icon",
      type: "button",
      title: text("chart.full"),
      "aria-label": text("chart.full"),
      onclick: actions.full,
    },
    icon(expandIcon),
  );
  const copyLink = menuItem("chart.link", () => void navigator.clipboard?.writeText(actions.link()));
  const menu = make(
    "details",
    { class: "menu" },
    make(
      "summary",
      { class: "button button-plain button-small button-icon", "aria-label": text("chart.menu") },
      icon(moreIcon),
    ),
    make(
      "div",
      { class: "menu-body" },
      log,
      everywhere,
      copyLink,
      menuItem("chart.csv", actions.csv),
      menuItem("chart.png", actions.png),
    ),
  );
  menu.addEventListener(
    "click",
    (event) => (event.target as Element).closest(".menu-item") && menu.removeAttribute("open"),
  );
  const root = make(
    "div",
    { class: "chart-head" },
    make("h3", { title: name }, name),
    badges,
    reset,
    make("span", { class: "chart-tools" }, full, menu),
  );
  return {
    root,
    describe(envelope, zoomed, isLog) {
      reset.hidden = !zoomed;
      everywhere.hidden = !zoomed;
      log.setAttribute("aria-pressed", String(isLog));
      log.textContent = `${isLog ? "✓ " : ""}${text("chart.log")}`;
      badges.replaceChildren(...describeBadges(envelope));
    },
  };
}

function menuItem(key: Parameters<typeof text>[0], action: () => void): HTMLButtonElement {
  return make("button", { class: "menu-item", type: "button", onclick: action }, text(key));
}

function describeBadges(envelope: Envelope): HTMLElement[] {
  const points = envelope.series.reduce((sum, series) => sum + series.points, 0);
  if (points === 0) return [];
  const every = envelope.width === 1 || envelope.series.every((series) => series.points === series.buckets.length);
  const hint = every
    ? text("chart.exact.every", { points: formatCount(points) })
    : text("chart.exact.hint", {
        points: formatCount(points),
        buckets: envelope.bucketCount,
        width: describeWidth(envelope),
      });
  const badges = [
    make("span", { class: "badge badge-outline chart-exact", title: hint }, icon(exactIcon), text("chart.exact")),
  ];
  if (envelope.series.some((series) => series.hasNaN)) {
    badges.push(
      make("span", { class: "badge badge-warn chart-exact", title: text("chart.nan.hint") }, text("chart.nan")),
    );
  }
  if (envelope.series.some((series) => series.hasInfinite)) {
    badges.push(
      make(
        "span",
        { class: "badge badge-warn chart-exact", title: text("chart.infinite.hint") },
        text("chart.infinite"),
      ),
    );
  }
  return badges;
}

/** The "1 024 steps" of "each of the 977 columns spans 1 024 steps". */
function describeWidth(envelope: Envelope): string {
  return envelope.axis === "step"
    ? text("chart.width.step", { count: formatCount(envelope.width) })
    : formatDuration(envelope.width);
}
