type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;
type Child = Node | string | null | undefined | false;

/** Makes an element. `class`, attributes, `onclick` and the like; false and null leave an attribute out. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.filter((child): child is Node | string => child instanceof Node || typeof child === "string"),
  );
  return element;
}

/** An icon from its drawing, as the build imports it. */
export function icon(drawing: string): SVGElement {
  const holder = document.createElement("template");
  holder.innerHTML = drawing;
  const svg = holder.content.firstElementChild as SVGElement;
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

export function readJson<T>(element: Element, attribute: string, fallback: T): T {
  const json = element.getAttribute(attribute);
  return json ? (JSON.parse(json) as T) : fallback;
}

/** Whether keys typed now belong to a field and not to us. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function setCookie(name: string, value: string): void {
  const year = 365 * 24 * 3600;
  document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/** Runs at most once a frame, however often it is called. */
export function oncePerFrame(action: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      action();
    });
  };
}

/** Saves what the visitor arranged; a browser that refuses storage only forgets. */
export const memory = {
  read<T>(key: string, fallback: T): T {
    try {
      const json = localStorage.getItem(key);
      return json === null ? fallback : (JSON.parse(json) as T);
    } catch {
      return fallback;
    }
  },
  write(key: string, value: unknown): void {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the page works without it.
    }
  },
};
