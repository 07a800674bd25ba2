// What the server tells the scripts of a page: a JSON island, so that no script is ever inline.

type StringKey = keyof typeof import("../../strings/en.json");

interface Island {
  language: string;
  /** Sent back with every form the scripts submit; null where nobody may change anything. */
  token: string | null;
  strings: Partial<Record<StringKey, string>>;
}

function readIsland(): Island {
  const element = typeof document === "undefined" ? null : document.getElementById("wh-page");
  const fallback: Island = { language: "en", token: null, strings: {} };
  return element?.textContent ? { ...fallback, ...(JSON.parse(element.textContent) as Partial<Island>) } : fallback;
}

export const page = readIsland();

/** The page's own words for a key, with {name} replaced. */
export function text(key: StringKey, values: Record<string, string | number> = {}): string {
  const template = page.strings[key] ?? key;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
