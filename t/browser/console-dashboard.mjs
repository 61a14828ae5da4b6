// A party watches its training: see t/122-console-jobs.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const job_id = await ask("train", 200, "a", "b");
    const address = `${settings.address}#/dashboard?job_id=${job_id}`
        + "&role=guest&party_id=9998";
    const values = page.locator(".chart .scroll tbody tr");

    const asked = [];

    page.on("request", (request) => {
        if (request.url().includes("/metric/query")) {
            asked.push(request.headers()["x-interconn-console"]);
        }
    });

    // the first answer is held up until more has happened
    await page.route("**/metric/query*", async (route) => {
        const known = await ask("points", job_id);

        while (await ask("points", job_id) < known + 2) {
            await page.waitForTimeout(20);
        }

        await page.waitForTimeout(300);
        await route.continue();
    }, { times: 1 });

    // the address of the dashboard, before anybody is signed in
    await page.goto(address);
    await page.getByText("you are taken to the page").waitFor();
    is(await page.getByText(job_id).count(), 0, "nothing without a sign-in");
    await page.getByLabel("Operator token").fill(settings.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Parties" }).waitFor();
    ok(page.url().endsWith(`job_id=${job_id}&role=guest&party_id=9998`),
       "signing in leads to the page that was asked for");

    // the curve moves within a second of what the node knows
    await page.getByText("Values as a table").click();
    await values.first().waitFor();

    const late = [];
    let seen = 0;

    for (let i = 0; i < 5; i++) {
        const known = await ask("points", job_id);
        const begun = Date.now();

        await page.waitForFunction((n) => document
            .querySelectorAll(".chart .scroll tbody tr").length >= n, known,
            { polling: 20 });
        late.push(Date.now() - begun);
        seen = Math.max(seen, known);
        await page.waitForTimeout(300);
    }

    ok(Math.max(...late) < settings.second,
       "the curve is up to date within a second", `after ${late} ms`);
    ok(seen > 1 && await page.locator(".chart canvas").count() === 1,
       `... and moves: ${seen} points`);
    is(asked.shift(), "1", "what somebody asks for keeps the session");
    ok(asked.length > 0 && asked.every((value) => value === "live"),
       "... what the page asks for by itself does not", asked.join(" "));
    await shot(page, "dashboard-running");

    await ask("ended", job_id);
    await page.locator(".head").getByText("succeeded").waitFor();

    const whole = await ask("points", job_id);

    await page.waitForFunction((n) => document
        .querySelectorAll(".chart .scroll tbody tr").length >= n, whole);
    is(await values.count(), whole, "the whole curve at the end");

    // only what this party has
    const parties = page.locator("section", { hasText: "Last sign" });

    is(await parties.locator("tbody tr").count(), 1, "only its own part");
    ok((await parties.innerText()).includes("120"), "... with its rows");
    ok(/↑ [\d.]+ .?B ↓ [\d.]+ .?B/.test(await parties.innerText()),
       "... and the bytes of its messages", await parties.innerText());
    await page.getByText("the model after every step").waitFor();
    ok(true, "who learns what is told");
    await shot(page, "dashboard");

    // another party's address
    await page.goto(address.replace("guest", "host"));
    await page.getByText("no part of the job as host").waitFor();
    ok(true, "another party's dashboard is at its own node");

    // in Chinese, in the dark, on a phone
    const phone = await open({ viewport: { width: 390, height: 800 },
        locale: "zh-CN", colorScheme: "dark" });

    await phone.goto(address);
    await phone.getByLabel("操作员令牌").fill(settings.token);
    await phone.keyboard.press("Enter");
    await phone.getByRole("heading", { name: "参与方" }).waitFor();
    await phone.locator(".chart canvas").waitFor();
    is(await phone.evaluate(() => document.documentElement.lang), "zh-CN",
       "the language of the browser");
    ok(await phone.evaluate(() => document.documentElement.scrollWidth
       <= innerWidth), "a phone does not scroll sideways");
    await shot(phone, "dashboard-phone");
});
