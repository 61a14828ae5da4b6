// Nodes and datasets at the console: see t/122-console-nodes.t.

import { run } from "./browser.mjs";

/* How much wider than its window a page is. */
const overflow = (page) => page.evaluate(() => Math.max(0,
    document.documentElement.scrollWidth - innerWidth));

await run(async ({ open, ok, is, ask, shot, settings, excuse }) => {
    const page = await open();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const menu = page.getByRole("navigation", { name: "Menu" });
    const link = (name) => menu.getByRole("link", { name, exact: true });
    const tab = (name) => page.getByRole("tab", { name, exact: true });
    const dialog = page.getByRole("dialog");

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    await signIn(page, settings.token);

    // no partner yet: every page says what to do
    await link("Nodes").click();
    await page.getByText("No other node is known yet").waitFor();
    await link("Datasets").click();
    await page.getByText("No datasets yet").waitFor();
    await tab("Of partners").click();
    await page.getByText("No partners yet").waitFor();
    ok(true, "empty pages say what to do next");

    // applying for a contract: a fault is said where it is, nothing is lost
    await link("Nodes").click();
    await button("Apply to a node…").click();
    await dialog.getByLabel("Id of the node").fill(settings.peer);
    await dialog.getByLabel("Address").fill("http://example.org");
    await dialog.getByRole("button", { name: "Apply", exact: true }).click();
    await dialog.getByRole("alert").waitFor();
    is(await dialog.getByLabel("Id of the node").inputValue(), settings.peer,
       "a refusal keeps what was entered");
    excuse(/status of 400/);
    await dialog.getByLabel("Address").fill(settings.at);
    await dialog.getByRole("button", { name: "Apply", exact: true }).click();
    await page.getByText("applied for").first().waitFor();
    ok(await ask("accept"), "the application is there");
    await page.getByRole("cell").getByText("approved").waitFor();
    ok(true, "the answer appears by itself");

    // one node: there, its clock, its certificate
    await tab("Nodes").click();
    await page.getByRole("cell").getByText("up", { exact: true }).waitFor();
    await page.getByText("with ours").waitFor();
    await shot(page, "nodes");
    await page.getByRole("cell").getByRole("link").first().click();
    await page.getByText("Its certificate ends").waitFor();
    await page.getByText("How it speaks").waitFor();
    await page.getByLabel("Profile").selectOption("interop");
    await button("Save").click();
    await page.getByText("From now on it is spoken to this way").waitFor();
    await page.getByText("interop:").waitFor();
    ok(true, "a profile is chosen");
    await page.getByLabel("Profile").selectOption("standard");
    await button("Save").click();

    // what the partner publishes, and asking for it
    await ask("publish");
    await link("Datasets").click();
    await tab("Of partners").click();
    await button("Read again").click();
    await page.getByText("<b>rows</b>[U+202E]lmth.exe").waitFor();
    is(await page.locator("main table b").count(), 0, "markup is text");
    await page.getByRole("button", { name: /^<b>rows/ }).click();
    await dialog.getByText("<i>id</i>").waitFor();
    await dialog.getByText("by its node").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    ok(true, "what a partner says of it, signed");
    await button("Apply…").click();
    await dialog.getByLabel("Times at most").fill("5");
    await dialog.getByRole("button", { name: "Apply", exact: true }).click();
    is((await ask("asked")).times_limit, 5, "the partner is asked");
    await page.getByRole("cell").getByText("applied for").waitFor();
    await ask("grant");
    await page.getByRole("cell").getByText("approved").waitFor();
    is(await button("Apply…").count(), 0, "the grant appears by itself");
    await shot(page, "offered");

    // a dataset of our own
    await tab("Of this node").click();
    await button("New dataset…").click();
    await dialog.getByLabel("Name").fill("patients");
    await dialog.getByLabel("File").fill(settings.table);
    await dialog.getByLabel("What partners are told")
        .selectOption("statistics");
    await button("Register").click();
    await page.getByRole("heading", { name: "patients" }).waitFor();
    await page.getByRole("cell", { name: "bigint" }).first().waitFor();
    ok(true, "its columns are found out");
    await page.getByText("read", { exact: true }).waitFor();
    await page.locator("summary", { hasText: "Statistics" }).click();
    await page.getByRole("cell", { name: /1: 20/ }).waitFor();
    ok(true, "... and what statistics tell is shown");
    is((await ask("published")).length, 0, "nobody else sees it");
    await button("Publish…").click();
    await dialog.getByLabel("Times at most").fill("2");
    await dialog.getByRole("button", { name: "Publish", exact: true })
        .click();
    await page.getByText("2 times").waitFor();
    is((await ask("published")).join(), "patients", "published to partners");

    const id = decodeURIComponent(page.url().split("/").pop());

    await ask("lend", id);
    await page.getByText("0 of 2 uses").waitFor();
    ok(true, "its use against the limit");
    await shot(page, "dataset");

    // in use it is not deleted
    await button("Delete…").click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await dialog.getByRole("alert").waitFor();
    excuse(/status of 409/);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    ok(true, "what is lent is not deleted, Esc closes the question");
    await button("Take offline").click();
    await button("Bring online").waitFor();
    ok(await ask("gone"), "offline: the partner does not see it");
    await button("Bring online").click();
    await button("Take offline").waitFor();

    // the permit is taken back
    await button("Revoke…").click();
    await button("Yes, end it").click();
    await page.getByRole("cell").getByText("revoked").waitFor();
    ok(true, "a permit is revoked");

    // Chinese, and a phone
    await page.getByLabel("Language").selectOption("zh");
    await page.getByRole("button", { name: "发布…" }).waitFor();
    ok(true, "in Chinese");
    await page.getByLabel("语言").selectOption("en");
    await page.setViewportSize({ width: 360, height: 740 });

    for (const at of [ "nodes", "nodes?tab=contracts", "nodes?tab=permits",
        `nodes/${settings.peer}`, "datasets", "datasets?tab=offered",
        `datasets/${id}` ])
    {
        await page.evaluate((hash) => {
            location.hash = hash;
        }, `#/${at}`);
        await page.locator("main .waiting").first()
            .waitFor({ state: "detached" });
        await page.locator("main :is(table, .facts)").first().waitFor();
        is(await overflow(page), 0, `a phone shows ${at.split("/")[0]}`);
    }

    await shot(page, "dataset-phone");
    await page.setViewportSize({ width: 1280, height: 900 });

    // who only looks
    const auditor = await open();

    await signIn(auditor, settings.auditor);

    for (const at of [ `nodes/${settings.peer}`, `datasets/${id}`,
        "datasets?tab=offered", "nodes" ])
    {
        await auditor.evaluate((hash) => {
            location.hash = hash;
        }, `#/${at}`);
        await auditor.locator("main :is(table, .facts)").first().waitFor();
        is(await auditor.locator("main").getByRole("button", { name:
            /Apply|End|Revoke|Publish|offline|Delete|New|Save|again/ })
            .count(), 0, `an auditor has no button at ${at.split("/")[0]}`);
    }

    // the contract is ended, after a question
    await link("Nodes").click();
    await page.getByRole("cell").getByRole("link").first().click();
    await button("End the contract…").click();
    await page.getByText("ends with it").waitFor();
    await button("Cancel").click();
    await button("End the contract…").click();
    await button("Yes, end it").click();
    ok(await ask("contract"), "the contract is over at both nodes");
    await page.getByText("There is no contract with this node").waitFor();
});
