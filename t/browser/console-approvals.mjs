// Approvals at the console: see t/121-console-approvals.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings, excuse }) => {
    const page = await open();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const link = (name) => page.getByRole("link", { name });
    const waits = page.locator(".requests > li");

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    await signIn(page, settings.token);
    await link("Approvals").click();
    await page.getByText("Nothing waits for you").waitFor();
    ok(true, "an empty inbox says what it is for");

    // a contract arrives by itself and is approved by clicking
    await ask("contract");
    await waits.first().waitFor();

    const text = await waits.first().innerText();

    ok(text.includes("<img src=x onerror=alert(1)>"), "markup is text");
    ok(text.includes("[U+202E]"), "what turns the direction is shown");
    is(await page.locator("main img").count(), 0, "... and no element");
    await shot(page, "inbox");
    await waits.first().getByRole("link").click();
    await page.getByText("never approved before").waitFor();
    await page.getByText("Public key (SHA-256)").waitFor();
    await button("Approve").click();
    await page.getByText("How it was answered").waitFor();
    ok(await ask("contracted"), "the contract stands at both nodes");

    // a dataset, within fewer uses than were asked for
    await ask("dataset", "blood", { times_limit: 10 });
    await link("All approvals").click();
    await waits.first().getByRole("link").click();
    await page.getByRole("link", { name: "blood" }).waitFor();
    is(await page.getByLabel("Times at most").inputValue(), "10",
       "the form has what was asked for");
    await page.getByLabel("Times at most").fill("3");
    await page.getByLabel("Rows at most").fill("many");
    await button("Approve").click();
    await page.getByText("Enter a whole number").waitFor();
    ok(true, "what is no number is said at its field");
    await page.getByLabel("Rows at most").fill("");
    await button("Approve").dblclick();
    await page.getByText("How it was answered").waitFor();

    const granted = await ask("answered");

    is(granted.status + " " + granted.times_limit, "APPROVED 3",
       "the asker has a permit for three uses");
    is(await page.locator(".toast.failed").count(), 0,
       "a double click is one answer");

    // the same again: what changed
    await ask("dataset", "blood", { times_limit: 500 });
    await link("All approvals").click();
    await waits.first().getByText("differences since: 1").waitFor();
    await waits.first().getByRole("link").click();
    await page.locator(".diff ins", { hasText: "500" }).waitFor();
    is((await page.locator(".diff del").innerText()).trim(), "3",
       "the difference from what was approved");
    await shot(page, "request-changes");

    // refused, with a reason
    await button("Refuse…").click();
    await page.getByLabel("Reason").fill("Not <b>this</b> cohort");
    await page.getByRole("dialog").getByRole("button", { name: "Refuse",
        exact: true }).click();
    await page.getByText("How it was answered").waitFor();

    const refused = await ask("answered");

    is(refused.status + ": " + refused.reason,
       "REJECTED: Not <b>this</b> cohort", "the asker is told why");
    await page.getByText("Not <b>this</b> cohort").waitFor();

    // answered by another operator while it is looked at
    await ask("dataset", "liver");
    await link("All approvals").click();
    await waits.first().getByRole("link").click();
    await button("Approve").waitFor();
    is(await ask("other", "REJECTED"), 0, "another operator refuses");
    await page.getByText("otto", { exact: true }).waitFor();
    is(await button("Approve").count(), 0, "... which ends the question");

    // ... and in the moment of the click
    await ask("dataset", "liver");
    await link("All approvals").click();
    await waits.first().getByRole("link").click();
    await page.route("**/audit/confirm", async (route) => {
        await ask("other", "REJECTED");
        await route.continue();
    });
    await button("Approve").click();
    await page.getByText("otto was faster").waitFor();
    ok(true, "who was faster is told");
    await page.unroute("**/audit/confirm");
    excuse(/status of 409/);
    is((await ask("answered")).status, "REJECTED", "... and stands");

    // a job: its steps, who learns what, our rows; by keyboard alone
    await ask("job");
    await link("All approvals").click();
    await waits.first().waitFor();
    await waits.first().getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.getByText("Who learns what").waitFor();
    await page.getByText("which of its own rows").waitFor();
    await page.locator(".dag").getByText("psi_0").waitFor();
    await page.locator(".reads").getByText("blood").waitFor();
    await shot(page, "request-job");
    await page.getByLabel("Language").selectOption("zh");
    await page.getByText("谁将获知什么").waitFor();
    await page.getByText("邀请本节点参与任务").waitFor();
    await page.getByText("本方哪些行的键").waitFor();
    ok(true, "the same in Chinese");
    await page.getByLabel("语言").selectOption("en");
    await page.getByLabel("Until").focus();

    let reached = false;

    for (let i = 0; i < 20 && !reached; i++) {
        await page.keyboard.press("Tab");
        reached = await page.evaluate(() =>
            document.activeElement.textContent.trim() === "Approve");
    }

    ok(reached, "Tab goes to the answer");
    await page.keyboard.press("Enter");
    await page.getByText("How it was answered").waitFor();
    await page.locator("h1:focus").waitFor();
    ok(true, "a job is approved by keyboard, which goes on from the top");

    // taken back
    await ask("dataset", "liver");
    await link("All approvals").click();
    await waits.first().getByRole("link").click();
    await button("Approve").click();
    await button("Take the dataset back…").click();
    await button("Yes, end it").click();
    ok(await ask("ended"), "what was granted is taken back");
    await page.getByText("ended", { exact: true }).first().waitFor();

    // the list of answers
    await link("All approvals").click();
    await page.getByRole("tab", { name: "Answered" }).click();
    await page.getByLabel("State").selectOption("REJECTED");
    await page.getByText("Not <b>this</b> cohort").waitFor();
    is(await page.getByRole("cell", { name: "otto" }).count(), 2,
       "answers tell by whom");

    // the keyboard is not lost with a button that is gone, and the name of
    // who asks is text and within its place wherever it stands
    await page.setViewportSize({ width: 360, height: 740 });

    for (const at of [ "nodes", "nodes?tab=contracts", "nodes?tab=permits",
        "nodes?tab=own", `nodes/${settings.node_id}`,
        "datasets?tab=offered" ])
    {
        await page.evaluate((hash) => {
            location.hash = hash;
        }, `#/${at}`);
        await page.locator("main :is(table, .facts, .card)").first()
            .waitFor();
        is(await overflow(page), 0, `a hostile name at ${at.split("/")[0]}`);
        is(await page.locator("main img").count(), 0, "... is text");
    }

    await page.setViewportSize({ width: 1280, height: 900 });

    // from what was decided to its evidence
    await page.evaluate(() => {
        location.hash = "#/inbox?tab=decided&status=REJECTED";
    });
    await page.getByRole("cell").getByRole("link").first().click();
    await page.getByText("40 rows").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Evidence" })
        .click();
    await page.getByText("AUDIT_REJECTED").first().waitFor();
    ok(true, "the evidence of a decision is one step away");

    // who may not approve
    await ask("dataset", "blood");

    const reader = await open({ viewport: { width: 390, height: 800 } });

    await signIn(reader, settings.reader);
    await reader.getByRole("link", { name: "Approvals" }).click();
    await reader.locator(".requests > li").first().waitFor();
    is(await overflow(reader), 0, "a phone shows the inbox");
    await shot(reader, "inbox-phone");
    await reader.locator(".requests a").first().click();
    await reader.getByText("do not let you answer").waitFor();
    is(await reader.getByRole("button", { name: /Approve|Refuse/ }).count(),
       0, "an auditor has no button");
    is(await overflow(reader), 0, "... and the request");

    const status = await reader.evaluate(async () =>
        (await fetch("/v1/platform/audit/confirm", { method: "POST",
            headers: { "x-interconn-console": "1",
                "Content-Type": "application/json" },
            body: '{"audit_id":"x","status":"APPROVED"}' })).status);

    is(status, 403, "... and the node refuses it anyway");
    excuse(/status of 403/);
});

/* How much wider than its window a page is. */
function overflow(page) {
    return page.evaluate(() => Math.max(0,
        document.documentElement.scrollWidth - innerWidth));
}
