// Drawing and running a flow at the console: see t/125-console-flows.t.

import { run } from "./browser.mjs";

await run(async ({ open, ok, is, ask, shot, settings }) => {
    const page = await open();
    const button = (name) => page.getByRole("button", { name, exact: true });
    const box = (name) => page.getByRole("button", { name });
    const port = (step, kind, name) =>
        page.locator(`[data-step="${step}"][data-${kind}="${name}"]`);

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    /* From the middle of a port to that of another, by mouse. */
    async function drag(from, to) {
        const a = await from.boundingBox(), b = await to.boundingBox();

        await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
        await page.mouse.down();
        await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2,
            { steps: 6 });
        await page.mouse.up();
    }

    await signIn(page, settings.token);

    // components
    await page.getByRole("link", { name: "Components", exact: true }).click();
    await page.getByRole("link", { name: "split" }).click();
    await page.getByText("who learns", { exact: false }).first()
        .or(page.getByRole("heading", { name: "What it reads and makes" }))
        .first().waitFor();
    ok(await page.getByText("test_size", { exact: true }).count() > 0,
       "a component tells its parameters");

    // a new flow
    await page.getByRole("link", { name: "Flows", exact: true }).click();
    await page.getByText("No flows yet").waitFor();
    await page.getByRole("button", { name: "New flow" }).click();
    await page.getByText("Add a step.").waitFor();
    ok(true, "an empty flow says what to do");

    await page.getByLabel("Name", { exact: true }).fill(settings.title);
    await button("+ psi 1.1.0").click();
    await button("+ split 1.0.0").click();
    await button("Tidy").click();
    is(await page.locator(".canvas path.edge").count(), 0, "two loose steps");

    // a line by mouse
    await drag(port("psi", "output", "intersection"),
               port("split", "input", "train_data"));
    is(await page.locator(".canvas path.edge").count(), 1,
       "a line drawn by mouse");

    // a circle is refused
    await drag(port("split", "output", "train"),
               port("psi", "input", "train_data"));
    await page.getByText("That would be a circle").waitFor();
    is(await page.locator(".canvas path.edge").count(), 1,
       "a circle is refused");
    await page.locator(".toast").getByRole("button").click();

    // a box is moved
    const before = await box("split, split").boundingBox();

    await box("split, split").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");

    const after = await box("split, split").boundingBox();

    is(Math.round(after.x - before.x), 20, "arrow keys move a step");

    // a step by keyboard: chosen, connected by a list, removed
    await button("+ split 1.0.0").click();
    await box("split_2, split").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Reads train_data (dataset)")
        .selectOption("psi.intersection");
    is(await page.locator(".canvas path.edge").count(), 2,
       "a line drawn by keyboard");
    await box("split_2, split").focus();
    await page.keyboard.press("Delete");
    is(await page.locator(".canvas path.edge").count(), 1,
       "Delete removes a step and its lines");

    // parties and data
    await page.getByLabel("Add: Guest: has the label")
        .selectOption(settings.self);
    await page.getByLabel("Add: Hosts: other data")
        .selectOption(settings.peer);
    await page.getByText(`give the data of ${settings.peer}`).waitFor();
    ok(await button("Run").count() === 0, "what is not saved does not run");
    await box("psi, psi").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel(/^keys/).fill("[\"id\"]");
    await page.getByRole("tab", { name: `guest ${settings.self}` }).click();
    await page.getByLabel(`Dataset of ${settings.self}`)
        .selectOption({ label: "left" });
    await page.getByRole("tab", { name: `host ${settings.peer}` }).click();
    await page.getByLabel("or a query (SELECT)")
        .fill("SELECT * FROM right");

    // a value that may not be is said at once
    await box("split, split").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("test_size").fill("7");
    await page.getByText("May be: [0,1]").waitFor();
    await page.getByLabel("test_size").fill("0.25");
    await page.getByText("Nothing is missing.").waitFor();
    ok(true, "a wrong value is said while it is typed");
    await shot(page, "flow");

    // saved, read back, run
    await button("Save").click();
    await page.getByText("The flow is saved").waitFor();
    await page.waitForURL(/#\/flows\/FLOW|#\/flows\/(?!new)/);
    await page.reload();
    await page.getByText("Nothing is missing.").waitFor();
    is(await page.locator(".canvas path.edge").count(), 1,
       "it is there again");
    await button("Run").click();
    await page.getByRole("dialog").getByRole("button", { name: "Run" })
        .click();
    await page.waitForURL(/#\/jobs\/./);
    await page.getByRole("heading", { level: 1, name: settings.title })
        .waitFor();
    await button("Ask the parties").or(page.getByRole("button",
        { name: /^Ask/ })).first().click();
    await page.getByRole("dialog").getByRole("button", { name: /^Ask/ })
        .click();
    ok(await ask("approve"), "the partner approves");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Start" })
        .click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.locator(".head").getByText("succeeded").waitFor();
    ok(true, "a flow that was drawn runs to its end");
    await shot(page, "flow-job");

    // who may only look
    const other = await open({ viewport: { width: 360, height: 740 } });

    await signIn(other, settings.auditor);
    await other.goto(settings.address + "#/flows");
    await other.getByRole("link", { name: settings.title }).click();
    await other.locator(".canvas").waitFor();
    is(await other.getByRole("button", { name: "Save" }).count()
       + await other.getByRole("button", { name: /^\+ / }).count(), 0,
       "who may not edit has no palette and no button");
    is(await other.evaluate(() => Math.max(0,
        document.documentElement.scrollWidth - innerWidth)), 0,
       "a phone's width holds the page");
});
