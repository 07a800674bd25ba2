// Loaded by pages with sparklines and nothing larger.
import { SparklineElement } from "../charts/sparkline";

if (!customElements.get("wh-sparkline")) customElements.define("wh-sparkline", SparklineElement);
