// Jobs at their initiator: see t/122-console-jobs.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const dialog = page.getByRole("dialog");

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    async function confirm(name) {
        await button(name).click();
        await dialog.getByRole("button", { name, exact: true }).click();
        await dialog.waitFor({ state: "detached" });
    }

    await signIn(page, settings.token);

    // a failure, its cause and what to do
    const failed = await ask("train", 5, "a", "nowhere");
    const { cause } = await ask("ended", failed);

    await page.getByRole("link", { name: "Jobs" }).click();
    await page.getByLabel("Show").selectOption("FAILED");
    await page.locator("tbody tr").filter({ hasText: "failed" }).first()
        .getByRole("link").click();
    await page.getByRole("heading", { name: "Why it failed" }).waitFor();
    ok((await page.locator(".failure").innerText()).includes(cause.remedy),
       "a failure says what to do");
    await page.getByText("nowhere").first().waitFor();
    ok(true, "... and names the column");
    await shot(page, "job-failed");

    // run again, from a step, with another parameter
    await button("Run again").click();
    await dialog.getByLabel("From which step").selectOption("homo_lr_0");
    await dialog.getByLabel("Name", { exact: true }).fill("again");
    await dialog.getByText("Other parameters").click();
    await dialog.getByLabel("max_iter").fill("many");
    await dialog.getByRole("button", { name: "Run again" }).click();
    await dialog.getByText("Enter a whole number").waitFor();
    ok(true, "what is no number is said at its field");
    await dialog.getByLabel("max_iter").fill("7");
    await dialog.getByLabel("attributes").fill('["a", "b"]');
    await dialog.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("heading", { name: "again", exact: true }).waitFor();

    const again = page.url().split("/").pop();
    const { config } = await ask("job", again);

    is(config.task_params.common.homo_lr_0.max_iter, 7,
       "the new job has what was changed");
    is(config.task_params.common.homo_lr_0.label_name, "y",
       "... and what was not");

    // its parties are asked, then it is started
    await page.getByText("has not been asked").first().waitFor();
    await confirm("Ask the parties");
    await ask("approve");
    await button("Start").waitFor();
    await confirm("Start");
    await page.locator(".head").getByText("succeeded").waitFor();
    ok(true, "approved, started, ended without a reload");
    is(await page.locator("section", { hasText: "Last sign" })
       .locator("tbody tr").count(), 4, "the initiator sees every party");

    // one that went on without a party says so where one looks first
    const lost = "host.1 (N0009) dropped out of homo_lr_0: gone";

    await ask("lose", again, lost);
    await page.reload();
    await page.getByRole("heading", { name: "Parties that dropped out" })
        .waitFor();
    is(await page.locator(".failure .what").innerText(), lost,
       "who dropped out is told");

    // held, let go, stopped; by keyboard
    const long = await ask("train", 2000, "a", "b");

    await page.goto(`${settings.address}#/jobs/${long}`);
    await button("Pause").waitFor();
    await confirm("Pause");
    await page.getByText("paused by operator").first().waitFor();
    await confirm("Resume");
    await button("Pause").waitFor();
    await button("Stop").focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    is(await page.evaluate(() => document.activeElement.textContent.trim()),
       "Stop", "Esc takes a question back, to where one was");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Stop" }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".head").getByText("failed").waitFor();
    ok(true, "stopped by keyboard alone");

    // a name that would like to be markup
    await ask("rename", await ask("train", 2000, "a", "b"));
    await page.goto(`${settings.address}#/jobs`);
    await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
    is(await page.locator("main img").count(), 0, "markup is text");
    ok(await page.evaluate(() => document.documentElement.scrollWidth
       <= innerWidth), "a long name does not widen the page");
    await shot(page, "jobs-hostile");
    await page.locator("tbody tr").first().getByRole("link").click();
    await confirm("Stop");
    await page.locator(".head").getByText("failed").waitFor();

    // who may only look has no buttons
    const other = await open();

    await signIn(other, settings.watcher);
    await other.goto(`${settings.address}#/jobs/${failed}`);
    await other.getByRole("heading", { name: "Why it failed" }).waitFor();
    is(await other.getByRole("button", { name: "Run again" }).count(), 0,
       "an auditor has nothing to press");
});
