import { setCookie } from "../core/dom";

type Theme = "light" | "dark" | "auto";
const themes: Theme[] = ["light", "dark", "auto"];

export function currentTheme(): Theme {
  return (document.documentElement.dataset["theme"] as Theme | undefined) ?? "auto";
}

/** The cookie lets the server render the next page in the same light: nothing flashes. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  setCookie("wh_theme", theme);
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=theme]"))
    field.checked = field.value === theme;
  document.dispatchEvent(new CustomEvent("wh:theme"));
}

export function nextTheme(): void {
  setTheme(themes[(themes.indexOf(currentTheme()) + 1) % themes.length]!);
}

/** The switch is a form with a radio for each theme; with scripts no reload is needed. */
export function startTheme(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.name === "theme" && themes.includes(field.value as Theme)) setTheme(field.value as Theme);
  });
}

export function toggleNav(): void {
  const collapsed = document.documentElement.dataset["nav"] !== "collapsed";
  document.documentElement.dataset["nav"] = collapsed ? "collapsed" : "open";
  setCookie("wh_nav", collapsed ? "collapsed" : "open");
}
