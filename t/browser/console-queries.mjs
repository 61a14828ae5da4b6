// A query of a partner at the console: see t/124-console-queries.t.

import { run } from "./browser.mjs";

const text = "SELECT id, age FROM patients WHERE age > 35 "
    + "/* <img src=x onerror=alert(1)> */";

await run(async ({ open, ok, is, ask, shot, settings, excuse }) => {
    const page = await open();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const waits = page.locator(".requests > li");

    await page.goto(settings.address);
    await page.getByLabel("Operator token").fill(settings.token);
    await button("Sign in").click();
    await page.getByRole("link", { name: "Approvals" }).click();
    await page.getByText("Nothing waits for you").waitFor();

    // a job with a query is two requests: the job first
    await ask("ask", text);
    await waits.nth(1).waitFor();
    await page.getByRole("combobox", { name: /^Kind/ }).selectOption("job");
    await waits.nth(1).waitFor({ state: "detached" });
    await waits.first().getByRole("link").click();
    await page.getByText("These queries of it wait").waitFor();
    await button("Approve").click();
    await page.getByRole("main").getByText("told when its queries are")
        .waitFor();
    is(await ask("told", false), 0, "approved, the asker is not told yet");
    is(await button("Approve").count(), 0, "... and it is not asked again");

    // the query: what would run, where
    await page.getByRole("main").getByRole("link", { name: /^Query/ })
        .click();
    await page.getByText("The query that would run").or(
        page.getByLabel("The query that would run")).first().waitFor();

    const shown = await page.getByLabel("The query that would run")
        .innerText();

    ok(shown.includes("<img src=x"), "the text, as text");
    is(await page.locator("main img").count(), 0, "... no element");
    ok((await page.getByLabel("Where it runs").innerText())
        .includes(settings.file), "where it would run is offered");
    await page.getByLabel("Rows at most").fill("100");
    await page.getByLabel("Times at most").fill("1");
    await shot(page, "request-query");
    await button("Approve").click();
    await page.getByText("How it was answered").waitFor();

    const query = await ask("query");

    is(`${query.status} ${query.rows_limit} ${query.times_limit} ${
        query.location.path}`, `APPROVED 100 1 ${settings.file}`,
       "approved there, within these limits");
    ok(await ask("told", true), "now the asker is told of its job");

    // taken back
    await button("Take the approval back…").click();
    await button("Yes, end it").click();
    await page.getByText("revoked", { exact: true }).first().waitFor();
    is((await ask("query")).status, "REVOKED", "taken back");

    // another text is refused with a reason
    await ask("ask", "SELECT * FROM patients");
    await page.getByRole("link", { name: "All approvals" }).click();
    await page.getByRole("combobox", { name: /^Kind/ }).selectOption("query");
    await waits.first().getByRole("link").click();
    await button("Refuse…").click();
    await page.getByLabel("Reason").fill("too many columns");
    await page.getByRole("dialog").getByRole("button", { name: "Refuse",
        exact: true }).click();
    await page.getByText("too many columns").first().waitFor();
    is((await ask("query")).reason, "too many columns", "refused, and why");

    // both are among what was answered
    await page.getByRole("link", { name: "All approvals" }).click();
    await page.getByRole("tab", { name: "Answered" }).click();
    await page.getByRole("combobox", { name: /^State/ })
        .selectOption("REJECTED");
    await page.getByRole("cell", { name: "too many columns" }).waitFor();
    ok(true, "the refusal is listed");
});
