import { postForBytes } from "../core/http";
import { type Axis, decodeFrames, type Envelope, EnvelopeDamaged, type EnvelopeSeries } from "./envelope";

export interface SeriesName {
  run: string;
  key: string;
}

export interface EnvelopeRequest {
  series: SeriesName[];
  axis: Axis;
  from: number | null;
  to: number | null;
  buckets: number;
}

interface Waiting<Request, Answer> {
  request: Request;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** The server refuses larger batches; a page with more charts sends several. */
const chartsPerRequestMax = 64;

/** Collects what is asked within one turn of the page and sends it as one request. */
class Batch<Request, Answer> {
  private waiting: Waiting<Request, Answer>[] = [];

  constructor(
    private readonly sizeMax: number,
    private readonly send: (requests: Request[]) => Promise<Answer[]>,
  ) {}

  ask(request: Request): Promise<Answer> {
    if (this.waiting.length === 0) setTimeout(() => this.flush());
    return new Promise((resolve, reject) => this.waiting.push({ request, resolve, reject }));
  }

  private flush(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += this.sizeMax)
      void this.sendPart(all.slice(from, from + this.sizeMax));
  }

  private async sendPart(part: Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.send(part.map((one) => one.request));
      if (answers.length !== part.length)
        throw new EnvelopeDamaged(`${part.length} frames expected, ${answers.length} came`);
      part.forEach((one, i) => one.resolve(answers[i]!));
    } catch (reason) {
      for (const one of part) one.reject(reason);
    }
  }
}

export const envelopes = new Batch<EnvelopeRequest, Envelope>(chartsPerRequestMax, async (charts) =>
  decodeFrames(await postForBytes("/api/v1/metrics/envelopes", { charts })),
);

const sparklineBuckets = 24;
/** Runs times keys of one request: some screens of a table. */
const sparklinesPerRequestMax = 500;

export const sparklines = new Batch<SeriesName, EnvelopeSeries>(sparklinesPerRequestMax, async (names) => {
  const runs = [...new Set(names.map((name) => name.run))];
  const keys = [...new Set(names.map((name) => name.key))];
  const frames = decodeFrames(
    await postForBytes("/api/v1/metrics/sparklines", { runs, keys, buckets: sparklineBuckets }),
  );
  return names.map((name) => {
    const series = frames[keys.indexOf(name.key)]?.series[runs.indexOf(name.run)];
    if (!series) throw new EnvelopeDamaged(`No sparkline came for ${name.key} of ${name.run}`);
    return series;
  });
});
