// Ten thousand jobs: see t/122-console-jobs.t.

import { run } from "./browser.mjs";

const most = 2000;    // ms, from a click to what it shows

await run(async ({ open, ok, is, shot, settings }) => {
    const page = await open();
    const rows = page.locator("tbody tr");
    let begun;

    const start = () => { begun = Date.now(); };
    const within = (name) => ok(Date.now() - begun < most, name,
                                `${Date.now() - begun} ms`);

    await page.goto(settings.address);

    const paint = await page.evaluate(() => new Promise((done) =>
        new PerformanceObserver((list) => done(list.getEntries()
            .find(({ name }) => name === "first-contentful-paint").startTime))
            .observe({ type: "paint", buffered: true })));

    ok(paint < settings.second, "the first paint within a second",
       `${paint} ms`);
    await page.getByLabel("Operator token").fill(settings.token);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Jobs" }).waitFor();

    start();
    await page.getByRole("link", { name: "Jobs" }).click();
    await rows.nth(49).waitFor();
    within("a page of ten thousand jobs");
    is(await rows.count(), 50, "... of fifty");

    start();
    await page.getByRole("button", { name: "Last page" }).click();
    await page.getByText("Page 201 of 201").waitFor();
    await rows.filter({ hasText: "order" }).first().waitFor();
    within("the last page");

    start();
    await page.getByLabel("Show").selectOption("FAILED");
    await rows.filter({ hasText: "failed" }).first().waitFor();
    within("those that failed, behind ten thousand others");
    is(await rows.filter({ hasText: "waiting" }).count(), 0, "... alone");

    await page.goto(`${settings.address}#/jobs?page=100`);
    await page.getByText("Page 100 of 201").waitFor();
    ok(true, "a page has an address");
    await shot(page, "jobs-many");
});
