// The overview of the console: see t/125-console-overview.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const card = (title, on = page) => on.locator(".card").filter({
        has: on.getByRole("heading", { name: title, exact: true }) });

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    // a node that nobody knows yet says what to do
    await signIn(page, settings.token);
    await card("To be decided").getByText("nothing waits").waitFor();
    await page.getByText("No partners yet").waitFor();
    await page.getByText("No jobs yet").waitFor();
    await card("At work").getByText("All parts of the daemon").waitFor();
    await card("Certificates end").getByText("This node").waitFor();
    ok(true, "a new node");

    // what comes is there at once
    await ask("apply");
    await card("To be decided").getByText("requests wait").waitFor();
    is(await card("To be decided").locator("strong").innerText(), "1",
       "a request is counted when it comes");
    await ask("accept");
    await card("To be decided").getByText("nothing waits").waitFor();
    await card("Partners").getByText("up", { exact: true }).waitFor();
    await card("Certificates end").getByText(settings.peer).waitFor();
    ok(await card("Certificates end").locator(".badge.waits").count() > 0,
       "certificates of thirty days are warned of");
    await card("Evidence").getByText("CONTRACT_APPROVED").or(
        card("Evidence").getByText(/[A-Z]+_[A-Z]+/)).first().waitFor();
    await shot(page, "overview");

    // jobs by state, and the one that runs
    await ask("job");
    await card("Jobs by state").getByText("waiting").waitFor();
    await ask("close");
    await card("Partners").getByText("down", { exact: true })
        .waitFor({ timeout: 40_000 });
    ok(true, "a partner that is gone is seen");
    await ask("start");
    await card("Running now").getByRole("link").first().waitFor();
    ok(true, "a job that runs is seen");
    await card("Jobs by state").getByText("failed")
        .waitFor({ timeout: 40_000 });
    is(await card("Running now").count(), 0, "... and that it does no more");
    await shot(page, "overview-down");
    await card("Jobs by state").getByRole("link").first().click();
    await page.waitForURL(/jobs\?status=FAILED/);
    ok(true, "a state leads to its jobs");

    // a phone, in Chinese
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel("Language").selectOption("zh");
    await page.getByRole("link", { name: "总览" }).click();
    await page.getByRole("heading", { name: "证书到期" }).waitFor();
    is(await page.evaluate(() => Math.max(0,
        document.documentElement.scrollWidth - innerWidth)), 0,
       "a phone shows it");
    await shot(page, "overview-phone");

    // what a role may not read is not there
    const rita = await open();

    await signIn(rita, settings.provider);
    await card("Partners", rita).waitFor();
    is(await card("Evidence", rita).count(), 0, "a role without evidence");
    is(await rita.getByRole("link", { name: "Operators" }).count(), 0,
       "... and without operators");
});
