// Loaded by pages with a table of runs.
import { SparklineElement } from "../charts/sparkline";
import { RunsTableElement } from "../table/runs-table";

if (!customElements.get("wh-sparkline")) customElements.define("wh-sparkline", SparklineElement);
customElements.define("wh-runs-table", RunsTableElement);
