/*
 * Bundles the console: node build.mjs SOURCES OUT. What OUT gets can be
 * served as it is: names with hashes, index.html that names the first of
 * them, .gz beside each file, and the licences of what is bundled. Nothing is
 * written to SOURCES.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const [ sources, out ] = process.argv.slice(2).map((path) => resolve(path));

if (out === undefined) {
    throw new Error("usage: node build.mjs SOURCES OUT");
}

/* The packages are beside the output: the sources stay as they are. */
const modules = join(dirname(out), "console-npm", "node_modules");
const esbuild = createRequire(join(modules, "x.js"))("esbuild");

/*
 * Pictures within a style sheet are data: addresses, which `default-src
 * 'self'` refuses; they become files.
 */
const pictures = {
    name: "pictures",
    setup(build) {
        build.onLoad({ filter: /pico.*\.css$/ }, async ({ path }) => {
            const text = await readFile(path, "utf8");
            const contents = text.replaceAll(
                /url\("data:image\/svg\+xml,([^"]*)"\)/g,
                (all, data) => `url("${picture(data)}")`);

            return { contents, loader: "css" };
        });

        build.onResolve({ filter: /^\.\/icon-/ },
            ({ path }) => ({ path, external: true }));
    }
};

const files = new Map();

function picture(data) {
    const text = decodeURIComponent(data);
    const hash = createHash("sha256").update(text).digest("hex");
    const name = `icon-${hash.slice(0, 8).toUpperCase()}.svg`;

    files.set(name, Buffer.from(text));

    return `./${name}`;
}

async function bundle() {
    const result = await esbuild.build({
        absWorkingDir: sources,
        entryPoints: { app: "main.js" },
        outdir: out,
        entryNames: "[name]-[hash]",
        chunkNames: "part-[hash]",
        splitting: true,
        bundle: true,
        minify: true,
        write: false,
        format: "esm",
        target: [ "es2020" ],
        charset: "utf8",
        legalComments: "none",
        logLevel: "warning",
        nodePaths: [ modules ],
        plugins: [ pictures ]
    });

    for (const { path, contents } of result.outputFiles) {
        files.set(basename(path), contents);
    }
}

async function page() {
    const names = [ ...files.keys() ];
    const text = await readFile(join(sources, "index.html"), "utf8");

    files.set("index.html", Buffer.from(text
        .replace("STYLE", names.find((name) => /^app.*\.css$/.test(name)))
        .replace("SCRIPT", names.find((name) => /^app.*\.js$/.test(name)))));
    files.set("icon.svg", await readFile(join(sources, "icon.svg")));
}

/* The texts that the licences of bundled packages ask to be passed on. */
async function licences() {
    const lock = JSON.parse(
        await readFile(join(sources, "package-lock.json"), "utf8"));
    const texts = [];

    for (const [ path, about ] of Object.entries(lock.packages)) {
        if (path === "" || about.dev) {
            continue;
        }

        const folder = join(modules, path.slice("node_modules/".length));
        const file = (await readdir(folder))
            .find((name) => /^licen[cs]e/i.test(name));

        if (file === undefined) {
            throw new Error(`${path}: no licence text`);
        }

        texts.push(`${path.slice("node_modules/".length)} ${about.version}`
            + ` (${about.license})\n\n`
            + await readFile(join(folder, file), "utf8"));
    }

    files.set("LICENSES.txt", Buffer.from(texts.join("\n\n---\n\n")));
}

await bundle();
await page();
await licences();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

for (const [ name, contents ] of files) {
    await writeFile(join(out, name), contents);
    await writeFile(join(out, `${name}.gz`),
        gzipSync(contents, { level: 9 }));
}
