import { icon, make } from "../core/dom";
import { text } from "../core/page";
import closeIcon from "../../icons/close.svg";
import compareIcon from "../../icons/compare.svg";
import trashIcon from "../../icons/trash.svg";

export interface SelectionActions {
  compare(): void;
  /** Null when the visitor may not. */
  remove: (() => void) | null;
  clear(): void;
}

/** The bar that says what can be done with the selected runs. */
export class SelectionBar {
  readonly root = make("div", { class: "selection-bar", role: "region", hidden: true });
  private readonly count = make("strong", { "aria-live": "polite" });

  constructor(actions: SelectionActions) {
    const remove =
      actions.remove &&
      make(
        "button",
        { class: "button button-danger", type: "button", onclick: actions.remove },
        icon(trashIcon),
        text("runs.delete"),
      );
    this.root.append(
      this.count,
      make(
        "button",
        { class: "button button-main", type: "button", onclick: actions.compare },
        icon(compareIcon),
        text("runs.compare"),
      ),
      ...(remove ? [remove] : []),
      make(
        "button",
        {
          class: "button button-plain button-icon",
          type: "button",
          "aria-label": text("runs.clear"),
          title: text("runs.clear"),
          onclick: actions.clear,
        },
        icon(closeIcon),
      ),
    );
  }

  show(count: number): void {
    this.root.hidden = count === 0;
    this.count.textContent = text("runs.selected", { count });
  }
}
