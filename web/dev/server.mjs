// A place to try the front end without the server: `npm run build && npm run try`, then open http://127.0.0.1:5310.
// Serves the built assets, the pages of this folder, and invented runs behind the same addresses the server has.
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const assetsFolder = resolve(here, "../../src/Weighhouse.Web/wwwroot");
const port = Number(process.env.PORT ?? 5310);
const runCount = Number(process.env.RUNS ?? 100_000);
const stepCount = 20_000;
const keys = ["loss", "val/loss", "accuracy", "val/accuracy", "lr", "grad_norm"];
const started = Date.now();
const types = {
    js: "text/javascript",
    css: "text/css",
    svg: "image/svg+xml",
    html: "text/html; charset=utf-8",
    json: "application/json",
};

createServer(async (request, response) => {
    const url = new URL(request.url, `http://127.0.0.1:${port}`);
    const send = (type, body, headers = {}) => response.writeHead(200, { "content-type": type, ...headers }).end(body);
    if (url.pathname === "/api/v1/metrics/envelopes") {
        const { charts } = JSON.parse(await bodyOf(request));
        return send("application/vnd.weighhouse.envelope", frames(charts.map(envelope)));
    }
    if (url.pathname === "/api/v1/metrics/sparklines") {
        const { runs, keys: wanted, buckets } = JSON.parse(await bodyOf(request));
        return send(
            "application/vnd.weighhouse.envelope",
            frames(
                wanted.map((key) =>
                    envelope({
                        series: runs.map((run) => ({ run, key })),
                        axis: "step",
                        from: null,
                        to: null,
                        buckets,
                    }),
                ),
            ),
        );
    }
    if (url.pathname.endsWith("/rows")) return send(types.json, JSON.stringify(rows(url.searchParams)));
    if (url.pathname.endsWith("/events")) return live(response);
    if (url.pathname === "/search.json")
        return send(
            types.json,
            JSON.stringify({
                items: [{ kind: "run", name: `amber-otter-${url.searchParams.get("q")}`, note: "run", url: "/" }],
            }),
        );
    if (url.pathname.startsWith("/assets/")) {
        const file = join(assetsFolder, url.pathname.slice(8));
        if (file.startsWith(assetsFolder) && existsSync(file))
            return send(types[file.split(".").pop()], readFileSync(file), {
                "cache-control": "immutable, max-age=31536000",
            });
    }
    const page = url.pathname === "/" ? "style.html" : `${url.pathname.slice(1)}.html`;
    if (/^[\w-]+\.html$/.test(page) && existsSync(join(here, page))) {
        const policy =
            "default-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'";
        return send(types.html, fill(readFileSync(join(here, page), "utf8"), request.headers.cookie ?? "", url), {
            "content-security-policy": policy,
        });
    }
    return response.writeHead(404).end("not found");
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));

/** {{asset app.js}}, {{icon name}}, {{strings}}, {{theme}} in a page. */
function fill(html, cookies, url) {
    const manifest = JSON.parse(readFileSync(join(assetsFolder, "manifest.json"), "utf8"));
    const language = url.searchParams.get("language") ?? "en";
    const theme = url.searchParams.get("theme") ?? /wh_theme=(\w+)/.exec(cookies)?.[1] ?? "auto";
    return html.replace(/\{\{(\w+)(?: ([\w.-]+))?\}\}/g, (_, word, name) => {
        if (word === "asset") return `/assets/${manifest.assets[name]}`;
        if (word === "icon")
            return `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${manifest.icons[name] ?? ""}</svg>`;
        if (word === "icons")
            return Object.keys(manifest.icons)
                .map(
                    (icon) =>
                        `<span class="badge"><svg class="icon" viewBox="0 0 16 16">${manifest.icons[icon]}</svg>${icon}</span>`,
                )
                .join(" ");
        if (word === "strings") return JSON.stringify({ language, token: null, strings: manifest.strings[language] });
        return word === "theme" ? theme : language;
    });
}

function rows(query) {
    const from = Number(query.get("page") ?? 0);
    const size = Math.min(Number(query.get("size")), runCount - from);
    const [orderBy, direction] = (query.get("order") ?? "").split(" ");
    const columns = (query.get("columns") ?? "").split("~").filter(Boolean);
    const list = Array.from({ length: size }, (_, i) => {
        const number = direction === "ASC" ? runCount - 1 - from - i : from + i;
        const status =
            number === 0 ? "Running" : number % 17 === 3 ? "Failed" : number % 29 === 5 ? "Killed" : "Finished";
        return {
            id: `run${number}`,
            name: `${["amber", "brass", "cedar", "dusty", "ember"][number % 5]}-${["otter", "finch", "heron", "lynx"][number % 4]}-${number}`,
            status,
            cells: columns.map((column) => cell(column, number)),
        };
    });
    return { next: from + size < runCount ? String(from + size) : null, rows: list, orderBy };
}

function cell(column, number) {
    if (column === "attributes.start_time") return started - number * 360_000;
    if (column === "attributes.duration") return 60_000 + ((number * 7919) % 8_000_000);
    if (column === "attributes.user") return ["ann", "wei", "tomas"][number % 3];
    if (column.startsWith("metrics."))
        return number % 13 === 7 ? null : valueAt(`run${number}`, column.slice(8), stepCount - 1);
    if (column === "params.lr") return ["0.1", "0.03", "0.001"][number % 3];
    return column.endsWith("optimizer") ? ["adam", "sgd"][number % 2] : String((number * 31) % 97);
}

/** A noisy curve with a spike now and then; the same for the same run, key and step. */
function valueAt(run, key, step) {
    const seed = [...`${run}${key}`].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 7);
    const noise = ((Math.imul(seed ^ step, 2654435761) >>> 8) & 0xffff) / 0xffff - 0.5;
    const pace = 1 + (seed % 7);
    const progress = 1 - Math.exp((-step * pace) / stepCount);
    if (key.endsWith("accuracy")) return Math.min(1, 0.1 + 0.85 * progress + noise * 0.03);
    if (key === "lr") return 0.001 * (0.5 + 0.5 * Math.cos((Math.PI * step) / stepCount));
    const spike = (Math.imul(seed + step, 40503) >>> 4) % 4001 === 0 ? 1.5 : 0;
    return 0.05 + (seed % 10) / 100 + 2.2 * (1 - progress) + noise * 0.25 * (1 - progress * 0.6) + spike;
}

function envelope({ series, axis, from, to, buckets }) {
    const scale = axis === "step" ? 1 : 1000;
    const offset = axis === "wall" ? started - stepCount * 1000 : 0;
    const now = Math.min(stepCount * 2, stepCount + Math.floor((Date.now() - started) / 250));
    const first = Math.max(0, from === null ? 0 : Math.floor((from - offset) / scale));
    const last = Math.min(now, to === null ? now : Math.ceil((to - offset) / scale));
    let width = 1;
    while ((last - first + 1) / width > buckets) width *= 2;
    const origin = Math.floor(first / width) * width;
    const bucketCount = Math.max(1, Math.floor((last - origin) / width) + 1);
    const parts = series.map(({ run, key }) => {
        const end = run === "run0" ? last : Math.min(last, stepCount - 1);
        const present = [];
        for (let bucket = 0; bucket < bucketCount; bucket++) {
            let min = Infinity,
                max = -Infinity,
                sum = 0,
                count = 0;
            for (
                let step = Math.max(first, origin + bucket * width);
                step <= Math.min(end, origin + (bucket + 1) * width - 1);
                step++, count++
            ) {
                const value = valueAt(run, key, step);
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
            }
            if (count > 0) present.push([bucket, min, max, sum / count]);
        }
        return {
            present,
            points: Math.max(0, end - first + 1),
            lastX: end * scale + offset,
            last: valueAt(run, key, end),
        };
    });
    const bitmapSize = Math.ceil(bucketCount / 64) * 8;
    const sizeOf = (part) => 48 + bitmapSize + Math.ceil((part.present.length * 12) / 8) * 8;
    const bytes = Buffer.alloc(32 + parts.reduce((sum, part) => sum + sizeOf(part), 0));
    bytes.write("WHE1", "latin1");
    bytes[4] = ["step", "wall", "relative"].indexOf(axis);
    bytes.writeBigInt64LE(BigInt(origin * scale + offset), 8);
    bytes.writeBigInt64LE(BigInt(width * scale), 16);
    bytes.writeUInt32LE(bucketCount, 24);
    bytes.writeUInt32LE(series.length, 28);
    let at = 32;
    for (const part of parts) {
        const count = part.present.length;
        bytes.writeBigInt64LE(BigInt(part.points), at);
        bytes.writeBigInt64LE(BigInt(part.lastX), at + 8);
        bytes.writeDoubleLE(Math.min(...part.present.map((one) => one[1])), at + 16);
        bytes.writeDoubleLE(Math.max(...part.present.map((one) => one[2])), at + 24);
        bytes.writeDoubleLE(part.last, at + 32);
        bytes[at + 40] = 4;
        bytes.writeUInt32LE(count, at + 44);
        part.present.forEach(([bucket, min, max, mean], i) => {
            bytes[at + 48 + (bucket >> 3)] |= 1 << (bucket & 7);
            const values = at + 48 + bitmapSize;
            bytes.writeFloatLE(min, values + 4 * i);
            bytes.writeFloatLE(max, values + 4 * (count + i));
            bytes.writeFloatLE(mean, values + 4 * (2 * count + i));
        });
        at += sizeOf(part);
    }
    return bytes;
}

function frames(envelopes) {
    return Buffer.concat(
        envelopes.flatMap((bytes) => {
            const length = Buffer.alloc(8);
            length.writeUInt32LE(bytes.length);
            return [length, bytes];
        }),
    );
}

function live(response) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const timer = setInterval(
        () => response.write(`event: metrics\ndata: ${JSON.stringify({ run: "run0", keys })}\n\n`),
        1000,
    );
    response.on("close", () => clearInterval(timer));
}

async function bodyOf(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts).toString();
}
