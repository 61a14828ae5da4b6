// One browser test in Debian's chromium. Settings come as a line of JSON on
// standard input (secrets are not in argv); results go to IC::Browser, one
// JSON object a line. See t/lib/IC/Browser.pm.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { mkdirSync } from "node:fs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const WAIT = 20_000;    // ms, for what a page is to show

// Every page tells what its content security policy refused.
const tellViolations = () =>
    document.addEventListener("securitypolicyviolation", (event) =>
        console.error("CSP: " + event.violatedDirective + " "
                      + event.blockedURI));

function tell(message) {
    process.stdout.write(JSON.stringify(message) + "\n");
}

async function hear() {
    const line = await lines.next();

    if (line.done) {
        throw new Error("the test that started this is gone");
    }

    return JSON.parse(line.value);
}

export function ok(passed, name, diag) {
    tell({ ok: Boolean(passed), name, diag: passed ? undefined : diag });
    return Boolean(passed);
}

export function is(got, wanted, name) {
    return ok(got === wanted, name, "got " + JSON.stringify(got)
              + ", wanted " + JSON.stringify(wanted));
}

// What the Perl side does for us: the answer of its function of that name.
export async function ask(name, ...args) {
    tell({ do: name, args });

    const reply = await hear();

    if (reply.error !== undefined) {
        throw new Error(name + ": " + reply.error);
    }

    return reply.answer;
}

// What a page did that no page may; `excuse` takes back what a test provokes.
function guard(page, origin, wrong) {
    page.setDefaultTimeout(WAIT);
    page.on("pageerror", (error) => wrong.push("error: " + error.message));
    page.on("console", (message) => {
        if (message.type() === "error") {
            wrong.push("console: " + message.text() + " "
                       + message.location().url);
        }
    });
    page.on("request", (request) => {
        const url = new URL(request.url());

        if (/^(?:https?|wss?):$/.test(url.protocol) && url.origin !== origin) {
            wrong.push("request to " + url.origin);
        }
    });
}

export async function run(test) {
    const settings = await hear();
    const require = createRequire(settings.build + "/browser/");
    const { chromium } = require("playwright-core");
    const shots = settings.build + "/screenshots";
    const wrong = [];
    const browser = await chromium.launch({
        executablePath: "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    });

    mkdirSync(shots, { recursive: true });

    // A window of its own: nothing is shared with another window's sign-in.
    const open = async (options = {}) => {
        const context = await browser.newContext({
            viewport: { width: 1280, height: 900 }, locale: "en-GB",
            ignoreHTTPSErrors: true, ...options
        });
        const page = await context.newPage();

        await page.addInitScript(tellViolations);
        guard(page, new URL(settings.address).origin, wrong);
        return page;
    };

    try {
        await test({
            settings, open, ok, is, ask,
            shot: (page, name) =>
                page.screenshot({ path: `${shots}/${name}.png` }),
            excuse: (pattern) => {
                for (let i = wrong.length - 1; i >= 0; i--) {
                    if (pattern.test(wrong[i])) {
                        wrong.splice(i, 1);
                    }
                }
            }
        });
    } catch (error) {
        ok(false, "the script ran to its end", error.stack);

        for (const context of browser.contexts()) {
            for (const page of context.pages()) {
                await page.screenshot({
                    path: `${shots}/failed-${settings.name}.png`
                }).catch(() => {});
            }
        }
    }

    ok(wrong.length === 0,
       "no error, refused content or request to others in the browser",
       wrong.join("\n"));
    await browser.close();
    tell({ done: true });
    process.exit(0);
}
