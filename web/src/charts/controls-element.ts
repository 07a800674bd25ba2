import type { Axis } from "./envelope";
import { changeSettings, chartSettings, onSettingsChange } from "./settings";
import { positionOf, weightOf } from "./smoothing";

/**
 * <wh-chart-controls>: the server renders the fields ([name=x], [name=smooth], [name=log]); here they act on all charts of
 * the page at once. Without scripts the form around them reloads the page.
 */
export class ChartControlsElement extends HTMLElement {
  private stop = () => {};

  connectedCallback(): void {
    this.addEventListener("input", this.changed);
    this.stop = onSettingsChange(() => this.show());
    this.show();
  }

  disconnectedCallback(): void {
    this.removeEventListener("input", this.changed);
    this.stop();
  }

  private readonly changed = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    if (field.name === "x") changeSettings({ axis: field.value as Axis });
    if (field.name === "log") changeSettings({ log: field.checked });
    if (field.name === "smooth") changeSettings({ smoothing: weightOf(Number(field.value)) });
  };

  private show(): void {
    const { axis, log, smoothing } = chartSettings();
    for (const field of this.querySelectorAll<HTMLInputElement>("input")) {
      if (field.name === "x") field.checked = field.value === axis;
      if (field.name === "log") field.checked = log;
      if (field.name === "smooth") field.value = String(positionOf(smoothing));
    }
    const output = this.querySelector("output");
    if (output) output.textContent = smoothing === 0 ? "0" : smoothing.toFixed(smoothing < 0.9 ? 2 : 3);
  }
}
