// A training at the console: see t/127-console-training.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const heading = (name) => page.getByRole("heading", { level: 1, name });

    async function signIn(who) {
        await who.getByLabel("Operator token").fill(settings.token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    // the first thing to see comes soon
    await page.goto(settings.address);
    await page.getByLabel("Operator token").waitFor();

    const paint = await page.evaluate(() => performance
        .getEntriesByName("first-contentful-paint")[0].startTime);

    ok(paint < settings.second, "first useful paint within a second",
       `${paint} ms`);

    // a training at the address of the service: sign in, and be there
    const board = await ask("train", "dose");

    await page.goto("about:blank");
    await page.goto(board);
    await signIn(page);
    is(new URL(page.url()).hash, new URL(board).hash,
       "signing in leads to the page that was asked for");
    await shot(page, "dashboard-waiting");

    // the curve moves while the training runs
    const shown = () => page.locator(".chart tbody tr").count();

    await page.locator(".chart").first().waitFor();

    const first = await shown();
    let late = 0, checks = 0;

    for (let turn = 0; turn < 4; turn++) {
        const points = await ask("points");
        const until = Date.now() + 1000 * await ask("pace");

        while (await shown() < points && Date.now() < until) {
            await page.waitForTimeout(20);
        }

        checks++;
        late += await shown() < points;
    }

    is(late, 0, `${checks} times what the node had was shown a second later`);
    is(await ask("ended"), "success", "the training ends");
    await page.locator(".head").getByText("succeeded").waitFor();
    ok(await shown() > first, "the curve has moved",
       `${first} points, then ${await shown()}`);
    is(await page.getByRole("row").filter({ hasText: /host\.0/ }).count(), 0,
       "the dashboard of the guest has no part of a host");
    await shot(page, "dashboard");

    // its AUC
    await page.getByRole("link", { name: "Models", exact: true }).click();
    await page.getByRole("cell").getByRole("link").first().click();
    await page.getByRole("button", { name: "Show its content" }).click();

    const auc = Number(await page.locator("dl.facts > div")
        .filter({ has: page.getByText("auc", { exact: true }) })
        .locator("dd").first().textContent());

    ok(auc > 0.5 && auc <= 1, "the AUC is read", `${auc}`);

    // one that fails says why, and what to do
    await ask("train", "weight");
    is(await ask("ended"), "failed", "a training without its column fails");
    await page.getByRole("link", { name: "Jobs", exact: true }).click();
    await page.getByRole("cell").getByText("failed").first().waitFor();
    await page.getByRole("row").filter({ hasText: "failed" }).first()
        .getByRole("link").first().click();
    await page.getByRole("heading", { name: "Why it failed" }).waitFor();

    const why = await page.getByRole("alert").textContent();

    ok(/weight/.test(why), "the cause names the column", why);
    ok(/What to do/.test(why), "... and what to do", why);
    await shot(page, "failed");

    // another language, kept
    await page.getByLabel("Language").selectOption("zh");
    await page.getByRole("heading", { name: "失败原因" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "失败原因" }).waitFor();
    is(await page.evaluate(() => document.documentElement.lang
        .slice(0, 2)), "zh", "the language is kept, and told");
    await shot(page, "failed-zh");
    await page.getByLabel("语言").selectOption("en");

    // ten thousand jobs
    const total = await ask("many", 10_000);

    await page.evaluate(() => {
        window.stalls = [];
        new PerformanceObserver((list) => list.getEntries().forEach((one) =>
            window.stalls.push(one.duration)))
            .observe({ type: "longtask", buffered: false });
    });

    const begun = Date.now();

    await page.getByRole("link", { name: "Jobs", exact: true }).click();
    await page.getByText(new RegExp(`of ${Math.ceil(total / 50)}`)).waitFor();
    await page.getByRole("button", { name: "Last page" }).click();
    await page.getByRole("link", { name: "bulk-1", exact: true }).waitFor();

    const took = Date.now() - begun;

    ok(took < 3 * settings.second, "the last of ten thousand jobs",
       `${took} ms`);

    const stalls = await page.evaluate(() => window.stalls);

    ok(Math.max(0, ...stalls) < settings.second / 2, "... without a stall",
       stalls.join(" "));

    // by keyboard alone
    const keys = await open();
    const press = (key) => keys.keyboard.press(key);

    async function reach(what, limit = 40) {
        for (let i = 0; i < limit; i++) {
            const there = await keys.evaluate(() =>
                (document.activeElement.getAttribute("aria-label")
                 ?? document.activeElement.textContent).trim());

            if (there === what) {
                return true;
            }

            await press("Tab");
        }

        return false;
    }

    await keys.goto(settings.address);
    await keys.getByLabel("Operator token").waitFor();

    for (let i = 0; i < 20 && await keys.evaluate(() =>
        document.activeElement.tagName !== "INPUT"); i++)
    {
        await press("Tab");
    }

    await keys.keyboard.type(settings.token);
    await press("Enter");
    await keys.getByRole("navigation", { name: "Menu" }).waitFor();
    ok(await reach("Jobs"), "the menu is reached by keyboard");
    await press("Enter");
    await keys.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();

    const ring = await keys.evaluate(() => {
        const { outlineStyle, boxShadow } =
            getComputedStyle(document.activeElement);

        return outlineStyle !== "none" || boxShadow !== "none"
            || document.activeElement.tagName === "H1";
    });

    ok(ring, "where the focus is can be seen");
    ok(await reach("Next page", 200), "and the pages of a list");
    await press("Enter");
    await keys.waitForURL(/page=2/);
    ok(true, "... which turn");
});
