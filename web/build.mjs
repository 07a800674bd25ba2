// Bundles the front end: TypeScript, CSS, icons and strings, each under a name that carries its content's hash,
// with .br and .gz beside it, and a manifest.json by which the server finds them.
import { brotliCompressSync, gzipSync, constants } from "node:zlib";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outputFolder = resolve(here, "../src/Weighhouse.Web/wwwroot");
const entries = ["app", "charts", "runs", "sparklines"];
/** Gzip bytes of JavaScript that one page may load: more, and the first visit over a slow line is felt. */
const scriptBytesMax = 60 * 1024;

const bundling = {
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome123", "firefox125", "safari17.5"],
    loader: { ".svg": "text" },
    legalComments: "none",
    metafile: true,
    write: false,
    absWorkingDir: here,
    outdir: outputFolder,
    entryNames: "[name]-[hash]",
  };

async function build() {
    const scripts = await esbuild.build({
        ...bundling,
            entryPoints: entries.map((name) => `src/entries/${name}.ts`),
    });
    const styles = await esbuild.build({ ...bundling, entryPoints: ["css/app.css"], loader: { ".svg": "dataurl" } });
    const files = [...scripts.outputFiles, ...styles.outputFiles].map((file) => ({
        name: basename(file.path),
        bytes: Buffer.from(file.contents),
    }));
    const others = [hashed("favicon.svg", readFileSync(join(here, "icons/favicon.svg")))];
    files.push(...others.map(({ name, bytes }) => ({ name, bytes })));

    rmSync(outputFolder, { recursive: true, force: true });
    mkdirSync(outputFolder, { recursive: true });
    const sizes = new Map(files.map((file) => [file.name, writeCompressed(file)]));
    const manifest = {
        assets: {
            ...assetsOf(scripts.metafile, "js"),
            ...assetsOf(styles.metafile, "css"),
            ...Object.fromEntries(others.map((file) => [file.logicalName, file.name])),
        },
        icons: readIcons(),
        strings: Object.fromEntries(["en", "zh"].map((language) => [language, readStrings(language)])),
    };
    writeFileSync(join(outputFolder, "manifest.json"), JSON.stringify(manifest) + "\n");
    return report(manifest, sizes);
}

/** What the server links to. Entries share no files: what two of them repeat is smaller than one more request is slow. */
function assetsOf(metafile, extension) {
    const assets = {};
    for (const [path, output] of Object.entries(metafile.outputs)) {
        if (!output.entryPoint || !path.endsWith(`.${extension}`)) continue;
        const name = basename(output.entryPoint).replace(/\.ts$/, ".js");
        assets[name] = basename(path);
  }
  return assets;
}

function hashed(logicalName, bytes) {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
    return { logicalName, name: logicalName.replace(/(\.\w+)$/, `-${hash}$1`), bytes };
}

function writeCompressed({ name, bytes }) {
    const gzip = gzipSync(bytes, { level: 9 });
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(outputFolder, name), bytes);
    writeFileSync(join(outputFolder, `${name}.gz`), gzip);
    writeFileSync(join(outputFolder, `${name}.br`), brotli);
    return { raw: bytes.length, gzip: gzip.length, brotli: brotli.length };
}

/** Each icon's inner markup, which the server and the scripts put inside their own <svg>. */
function readIcons() {
    const icons = {};
    for (const file of readdirSync(join(here, "icons")).sort()) {
        if (file === "favicon.svg") continue;
        const inner = /<svg[^>]*>(.*)<\/svg>/s.exec(readFileSync(join(here, "icons", file), "utf8"));
        if (!inner) throw new Error(`icons/${file} is not one <svg> element`);
        icons[basename(file, ".svg")] = inner[1].trim();
    }
    return icons;
}

function readStrings(language) {
    const english = JSON.parse(readFileSync(join(here, "strings/en.json"), "utf8"));
    const strings = JSON.parse(readFileSync(join(here, `strings/${language}.json`), "utf8"));
    const missing = Object.keys(english).filter((key) => !(key in strings));
    const unknown = Object.keys(strings).filter((key) => !(key in english));
    if (missing.length + unknown.length > 0) {
        throw new Error(
            `strings/${language}.json: missing [${missing}], unknown [${unknown}]; en.json says which keys there are`,
        );
    }
    return strings;
}

function report(manifest, sizes) {
  const line = (name, size) =>
    console.log(
      `${name.padEnd(28)} ${String(size.raw).padStart(8)} ${String(size.gzip).padStart(8)} ${String(size.brotli).padStart(8)}`,
    );
  console.log(`${"file".padEnd(28)} ${"bytes".padStart(8)} ${"gzip".padStart(8)} ${"brotli".padStart(8)}`);
  for (const [name, size] of sizes) line(name, size);
  const gzip = (name) => sizes.get(manifest.assets[name]).gzip;
  // Every page loads the shell; the heaviest adds the charts.
  const heaviest = gzip("app.js") + Math.max(...entries.filter((name) => name !== "app").map((name) => gzip(`${name}.js`)));
  console.log(`the heaviest page loads ${heaviest} bytes of scripts, gzip, of ${scriptBytesMax} allowed`);
  if (heaviest <= scriptBytesMax) return true;
  console.error(`The scripts are ${heaviest - scriptBytesMax} bytes over the limit: load less, or later.`);
  return false;
}

async function test() {
    const folder = join(here, "node_modules/.tests");
    rmSync(folder, { recursive: true, force: true });
    const sources = readdirSync(join(here, "test")).filter((file) => file.endsWith(".test.ts"));
    await esbuild.build({
        ...bundling,
        minify: false,
        metafile: false,
        write: true,
        sourcemap: "inline",
        platform: "node",
        target: "node20",
        outdir: folder,
        entryNames: "[name]",
        outExtension: { ".js": ".mjs" },
        entryPoints: sources.map((file) => `test/${file}`),
    });
    const files = sources.map((file) => relative(here, join(folder, file.replace(/\.ts$/, ".mjs"))));
    const reporter = process.argv.includes("--lines") ? ["--test-reporter=./test/lines.mjs"] : [];
    const options = ["--test", "--enable-source-maps", ...reporter, ...files];
    return spawnSync(process.execPath, options, { cwd: here, stdio: "inherit" }).status === 0;
}

async function watch() {
    const { watch: onChange } = await import("node:fs");
    await build();
    let waiting = null;
    for (const folder of ["src", "css", "icons", "strings"]) {
        onChange(join(here, folder), { recursive: true }, () => {
            clearTimeout(waiting);
            waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 50);
        });
    }
}

const action = process.argv.includes("--test") ? test : process.argv.includes("--watch") ? watch : build;
if ((await action()) === false) process.exitCode = 1;
