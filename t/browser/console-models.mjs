// Models and evidence at the console: see t/126-console-models.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const link = (who, name) =>
        who.getByRole("link", { name, exact: true });

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    await signIn(page, settings.token);

    // the content is shown when it is asked for, which is evidence
    await link(page, "Models").click();
    await page.getByRole("cell").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Where it is from" }).waitFor();
    is(await page.getByRole("cell", { name: "dose" }).count(), 0,
       "no weight before it is asked for");
    await page.getByRole("button", { name: "Show its content" }).click();
    await page.getByRole("cell", { name: "dose" }).waitFor();
    ok(await page.getByRole("columnheader", { name: /Standard error/ })
        .count() === 1, "weights have standard errors");
    is(await ask("evidence"), "operator", "looking is evidence");

    // curves
    for (const name of [ "ROC", "KS", "Precision and recall", "Gain",
        "Lift" ])
    {
        ok(await page.getByRole("heading", { name, exact: true }).count()
           === 1, `a curve: ${name}`);
    }

    ok(await page.getByText("auc", { exact: true }).count() > 0,
       "the AUC is told");
    await shot(page, "model");

    // a row is scored
    await page.getByText("Computed in this page").click();
    await page.getByLabel(/^age/).fill(String(settings.row[0]));
    await page.getByLabel(/^dose/).fill("much");
    await page.getByRole("button", { name: "Score", exact: true }).click();
    await page.locator(".fault").first().waitFor();
    ok(true, "what is no number is said");
    await page.getByLabel(/^dose/).fill(String(settings.row[1]));
    await page.getByRole("button", { name: "Score", exact: true }).click();
    await page.getByText(/^Score: /).waitFor();

    const said = await page.getByText(/^Score: /).textContent();

    ok(Math.abs(Number(said.replace("Score: ", "")) - settings.score) < 1e-8,
       "the score of the model", `${said}, wanted ${settings.score}`);

    // evidence
    await link(page, "Evidence").click();
    await page.getByText("entries in all").waitFor();
    await page.getByRole("columnheader", { name: /that it cosigned/ })
        .waitFor();
    ok(true, "partners that cosign are shown");
    await page.getByLabel("What happened").fill("RES_OUT");
    await page.getByLabel("From").fill("2020-02-03T04:05");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(/event=RES_OUT/);
    await page.getByRole("cell", { name: "operator" }).first().waitFor();
    is(await page.getByRole("cell").getByText("JOB_CREATED").count(), 0,
       "a search shows what it asks for");
    await shot(page, "evidence");

    // another address, the same search
    await page.reload();
    is(await page.getByLabel("What happened").inputValue(), "RES_OUT",
       "a search is an address");
    is(await page.getByLabel("From").inputValue(), "2020-02-03T04:05",
       "... with its times");

    // who may not have the content
    const other = await open();

    await signIn(other, settings.auditor);
    await link(other, "Models").click();
    await other.getByRole("cell").getByRole("link").first().click();
    await other.getByText("(model.copy)").waitFor();
    is(await other.getByRole("button", { name: "Show its content" }).count(),
       0, "without the right there is no button");
});
