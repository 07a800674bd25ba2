// Loaded by every page: what the shell needs to be alive.
import { startKeys } from "../shell/keys";
import { LiveElement } from "../shell/live";
import { startDialogs, startForms, startMenus, startShellKeys } from "../shell/overlays";
import { followMlflowLinks } from "../shell/mlflow-links";
import { PaletteElement } from "../shell/palette";
import { CopyElement, keepTimesTrue, SplitElement, TimeElement, TreeElement, WaitingElement } from "../shell/small-elements";
import { startTheme } from "../shell/theme";
import { startToasts } from "../shell/toast";
import { startTransitions } from "../shell/transitions";

document.documentElement.classList.add("scripted");
followMlflowLinks();
startTransitions();
startTheme();
startMenus();
startDialogs();
startForms();
startKeys();
startShellKeys();
startToasts();
keepTimesTrue();
customElements.define("wh-copy", CopyElement);
customElements.define("wh-time", TimeElement);
customElements.define("wh-tree", TreeElement);
customElements.define("wh-split", SplitElement);
customElements.define("wh-live", LiveElement);
customElements.define("wh-palette", PaletteElement);
customElements.define("wh-waiting", WaitingElement);
