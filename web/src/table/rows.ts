import { get } from "../core/http";

export interface RunRow {
  id: string;
  name: string;
  status: "Running" | "Scheduled" | "Finished" | "Failed" | "Killed";
  /** In the order of the columns asked for. */
  cells: (string | number | null)[];
}

interface RowPage {
  next: string | null;
  rows: RunRow[];
}

const firstPageSize = 100;
/** Deep in a long list each request brings more. */
const laterPageSize = 1000;

/** The rows of one question, page after page. Keyset pages can only be walked, so what is far away is walked to. */
export class RowSource {
  readonly rows: RunRow[] = [];
  private next: string | null = null;
  private started = false;
  private loading: Promise<void> | null = null;
  private readonly stopped = new AbortController();

  constructor(
    private readonly address: string,
    private readonly question: URLSearchParams,
  ) {}

  get complete(): boolean {
    return this.started && this.next === null;
  }

  /** Resolves when row `index` is there or the list has ended before it. */
  async reach(index: number): Promise<void> {
    while (!this.complete && this.rows.length <= index) {
      this.loading ??= this.loadPage(index - this.rows.length).finally(() => (this.loading = null));
      await this.loading;
    }
  }

  stop(): void {
    this.stopped.abort();
  }

  private async loadPage(missing: number): Promise<void> {
    const query = new URLSearchParams(this.question);
    query.set(
      "size",
      String(
        this.started && missing >= firstPageSize ? laterPageSize : this.started ? 2 * firstPageSize : firstPageSize,
      ),
    );
    if (this.next) query.set("page", this.next);
    const page = await get<RowPage>(`${this.address}?${query}`, this.stopped.signal);
    this.started = true;
    this.next = page.next;
    this.rows.push(...page.rows);
  }
}
