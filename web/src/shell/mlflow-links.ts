/**
 * MLflow's client prints addresses of MLflow's own pages, "http://host/#/experiments/1/runs/ID". What follows the # never reaches the
 * server, so that it is the page that leads on to ours.
 */
const pages: [pattern: RegExp, path: (found: string[]) => string][] = [
  [/^#\/experiments\/\d+\/runs\/([^/?]+)/, ([run]) => `/runs/${same(run!)}`],
  [/^#\/experiments\/(\d+)/, ([experiment]) => `/experiments/${experiment}`],
  [/^#\/experiments\/?$/, () => "/experiments"],
  [/^#\/models\/([^/?]+)/, ([model]) => `/models/${same(model!)}`],
  [/^#\/models\/?$/, () => "/models"],
];

/** Our path for one of MLflow's addresses; null for anything else after a #. */
export function pageOf(hash: string): string | null {
  for (const [pattern, path] of pages) {
    const found = pattern.exec(hash);
    if (found) return path(found.slice(1));
  }
  return null;
}

export function followMlflowLinks(): void {
  const follow = () => {
    const path = pageOf(location.hash);
    if (path) location.replace(path);
  };
  follow();
  addEventListener("hashchange", follow);
}

/** One segment of a path, however it was escaped; what is no escape stands for itself. */
function same(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment));
  } catch {
    return encodeURIComponent(segment);
  }
}
