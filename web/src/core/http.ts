import { page } from "./page";

/** The problem (RFC 9457) behind an answer that is not 2xx. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(url, { headers: { accept: "application/json" }, signal: signal ?? null });
  await demandSuccess(answer);
  return (await answer.json()) as T;
}

export async function postForBytes(url: string, body: unknown, signal?: AbortSignal): Promise<ArrayBuffer> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  await demandSuccess(answer);
  return answer.arrayBuffer();
}

/** Submits what a form of this page would submit, and stays on the page. */
export async function postForm(url: string, fields: [string, string][]): Promise<void> {
  const body = new URLSearchParams(fields);
  if (page.token) body.set("__token", page.token);
  const answer = await fetch(url, { method: "POST", body, headers: { accept: "application/json" } });
  await demandSuccess(answer);
}

async function demandSuccess(answer: Response): Promise<void> {
  if (answer.ok) return;
  let detail = `${answer.status} ${answer.statusText}`;
  if (answer.headers.get("content-type")?.includes("json")) {
    const problem = (await answer.json()) as { detail?: string; title?: string };
    detail = problem.detail ?? problem.title ?? detail;
  }
  throw new HttpProblem(answer.status, detail);
}
