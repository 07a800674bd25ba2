import { get } from "../core/http";

export interface RunRow {
  id: string;
  name: string;
  status: "Running" | "Scheduled" | "Finished" | "Failed" | "Killed";
  /** In the order of the columns asked for. */
  cells: (string | number | null)[];
}

export interface RowPage {
  next: string | null;
  rows: RunRow[];
}

/** Rows of one page of the list. The rows may be forgotten; the token that brings them back is not. */
interface Chunk {
  from: number;
  count: number;
  token: string | null;
  rows: RunRow[] | null;
}

export const firstChunkSize = 100;
/** Later requests bring more: 1,000 rows take the server 30 ms and the browser 3. */
export const chunkSize = 1000;
/** 20,000 rows in memory, 10 MB with twenty columns; what is farther from the reader is forgotten and asked for again. */
export const chunksKeptMax = 20;

/**
 * The rows of one question. The server's pages follow one another by token, so that what is far away is walked to once; from then on
 * its token is known and any place is one request away.
 */
export class RowSource {
  private readonly chunks: Chunk[] = [];
  private next: string | null = null;
  private started = false;
  private working = false;
  private wantedFrom = 0;
  private wantedTo = 0;

  /**
   * @param load brings the page of a token, the first for null
   * @param changed is called when rows came
   */
  constructor(
    private readonly load: (token: string | null, size: number) => Promise<RowPage>,
    private readonly changed: () => void,
    private readonly failed: (reason: unknown) => void,
  ) {}

  /** How many rows are known to exist. */
  get known(): number {
    const last = this.chunks[this.chunks.length - 1];
    return last ? last.from + last.count : 0;
  }

  /** Whether there are no more rows than are known. */
  get complete(): boolean {
    return this.started && this.next === null;
  }

  get isStarted(): boolean {
    return this.started;
  }

  /** The row, when it is in memory. */
  row(index: number): RunRow | undefined {
    const chunk = this.chunks[this.placeOf(index)];
    return chunk?.rows?.[index - chunk.from];
  }

  /** How many rows are in memory: for tests. */
  get held(): number {
    return this.chunks.reduce((sum, chunk) => sum + (chunk.rows?.length ?? 0), 0);
  }

  /** Says which rows are in sight or soon will be. They are brought one page at a time, and what is wanted may change meanwhile. */
  want(from: number, to: number): void {
    this.wantedFrom = Math.max(0, from);
    this.wantedTo = to;
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    try {
      for (let missing = this.missing(); missing; missing = this.missing()) {
        await this.bring(missing);
        this.forgetTheFarthest();
        this.changed();
      }
    } catch (reason) {
      this.failed(reason);
    } finally {
      this.working = false;
    }
  }

  private async bring(chunk: Chunk): Promise<void> {
    const page = await this.load(chunk.token, chunk.count || (this.started ? chunkSize : firstChunkSize));
    chunk.rows = page.rows;
    if (chunk.count > 0) return;
    this.started = true;
    chunk.count = page.rows.length;
    this.next = page.next;
    if (chunk.count > 0) this.chunks.push(chunk);
  }

  /** The next page that what is wanted lacks: one that was forgotten, or the one after the last. */
  private missing(): Chunk | null {
    for (let i = this.placeOf(this.wantedFrom); i < this.chunks.length; i++) {
      const chunk = this.chunks[i]!;
      if (chunk.from >= this.wantedTo) break;
      if (!chunk.rows) return chunk;
    }
    if (this.complete || (this.started && this.known >= this.wantedTo)) return null;
    return { from: this.known, count: 0, token: this.next, rows: null };
  }

  private forgetTheFarthest(): void {
    const middle = (this.wantedFrom + this.wantedTo) / 2;
    const distance = (chunk: Chunk) => Math.abs(chunk.from + chunk.count / 2 - middle);
    const held = this.chunks.filter((chunk) => chunk.rows);
    if (held.length <= chunksKeptMax) return;
    held.sort((a, b) => distance(b) - distance(a));
    for (const chunk of held.slice(0, held.length - chunksKeptMax)) chunk.rows = null;
  }

  /** The place of the chunk that has the row, by bisection; beyond the last when none has. */
  private placeOf(index: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle]!;
      if (chunk.from + chunk.count > index) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Pages of rows from the server; the signal ends what is under way. */
export function rowLoader(
  address: string,
  question: URLSearchParams,
  signal: AbortSignal,
): (token: string | null, size: number) => Promise<RowPage> {
  return (token, size) => {
    const query = new URLSearchParams(question);
    query.set("size", String(size));
    if (token) query.set("page", token);
    return get<RowPage>(`${address}?${query}`, signal);
  };
}
