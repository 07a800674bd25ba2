// Loaded by pages with charts.
import { ChartElement } from "../charts/chart-element";
import { ChartControlsElement } from "../charts/controls-element";
import { SparklineElement } from "../charts/sparkline";

customElements.define("wh-chart", ChartElement);
customElements.define("wh-chart-controls", ChartControlsElement);
if (!customElements.get("wh-sparkline")) customElements.define("wh-sparkline", SparklineElement);
