// Operators and roles at the console: see t/123-console-operators.t.

import { run } from "./browser.mjs";

/* How much wider than its window a page is. */
const overflow = (page) => page.evaluate(() => Math.max(0,
    document.documentElement.scrollWidth - innerWidth));

await run(async ({ open, ok, is, ask, shot, settings, excuse }) => {
    const page = await open({ permissions: [ "clipboard-read",
        "clipboard-write" ] });
    const button = (name) => page.getByRole("button", { name, exact: true });
    const link = (name) => page.getByRole("link", { name, exact: true });
    const dialog = page.getByRole("dialog");
    const role = page.getByRole("combobox", { name: /^Role/ });

    async function signIn(who, token) {
        await who.goto(settings.address);
        await who.getByLabel("Operator token").fill(token);
        await who.getByRole("button", { name: "Sign in", exact: true })
            .click();
        await who.getByRole("navigation", { name: "Menu" }).waitFor();
    }

    await signIn(page, settings.token);
    await link("Operators").click();

    // a new operator: its token is shown once, and is good
    await button("New operator…").click();
    await dialog.getByLabel("Name").fill("dora");
    await dialog.getByLabel("data_provider").check();
    await button("Create").click();

    const field = dialog.getByLabel("Token", { exact: true });
    const token = await field.inputValue();

    is((await ask("self", token)).data.name, "dora", "the token is good");
    await button("Copy").click();
    await dialog.getByText("Copied").waitFor();
    is(await page.evaluate(() => navigator.clipboard.readText()), token,
       "... and can be copied");
    await button("I have it, close").click();
    await dialog.waitFor({ state: "detached" });
    ok(!(await page.content()).includes(token),
       "... and is nowhere on the page afterwards");

    // the same name again is refused where it was entered
    await button("New operator…").click();
    await dialog.getByLabel("Name").fill("dora");
    await button("Create").click();
    await dialog.getByRole("alert").waitFor();
    excuse(/status of 4\d\d/);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    // roles are taken and given, at once
    await link("dora").click();
    await page.getByRole("row", { name: /Datasets/ }).waitFor();
    is(await ask("datasets", token), 0, "a data provider sees datasets");
    await page.getByLabel("data_provider").uncheck();
    await page.getByLabel("result_receiver").check();
    await button("Save").click();
    await page.getByText("Saved; what the operator may").waitFor();
    is(await ask("datasets", token), 4038, "another role does not");
    await shot(page, "operator");

    // a new token ends the old one
    await button("New token…").click();
    await button("Make a new token").click();
    is(await field.inputValue() === token, false, "another token");
    is((await ask("self", token)).code, 4012, "... ends the old one");
    await button("I have it, close").click();

    // disabled, and deleted after a question
    await button("Disable…").click();
    await button("Disable").click();
    await page.getByText("disabled", { exact: true }).waitFor();
    await button("Delete…").click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("tab", { name: "Operators" }).waitFor();
    await link("dora").waitFor({ state: "detached" });
    excuse(/operator\/query\?name=dora/);
    ok(true, "deleted");

    // text from outside
    const eve = await ask("operator");

    await page.getByText("<script>alert(1)</script>[U+202E]").waitFor();
    is(await page.locator("main script").count(), 0, "markup is text");
    await page.setViewportSize({ width: 360, height: 740 });
    is(await overflow(page), 0, "a phone shows operators");
    await shot(page, "operators-phone");
    await page.setViewportSize({ width: 1280, height: 900 });

    // roles
    await page.getByRole("tab", { name: "Roles" }).click();
    await role.selectOption("auditor");
    await page.getByText("sees everything, changes nothing").waitFor();
    is(await page.getByRole("row", { name: /^Jobs/ }).locator("td")
        .getByLabel("yes").count(), 1, "an auditor sees jobs");
    await shot(page, "roles");
    await button("New role…").click();
    await dialog.getByLabel("Name").fill("night-shift");
    await dialog.getByLabel("Jobs: see").check();
    await dialog.getByLabel("Jobs: run and stop").check();
    await button("Save").click();
    await page.getByText("Saved; whoever has it").waitFor();
    await page.getByRole("heading", { name: "night-shift" }).waitFor();
    is(await role.inputValue(), "night-shift", "a role of one's own");
    is(await page.getByRole("row", { name: /^Jobs/ }).locator("td")
        .getByLabel("yes").count(), 2, "... with its two rights");
    await button("Delete…").click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("option", { name: "night-shift" })
        .waitFor({ state: "detached" });
    await page.getByLabel("Language").selectOption("zh");
    await page.getByRole("button", { name: "新建角色…" }).waitFor();
    ok(true, "in Chinese");

    // who only looks has no button; who may not look has no menu entry
    const auditor = await open();

    await signIn(auditor, eve);
    await auditor.getByRole("link", { name: "Operators" }).click();
    await auditor.getByRole("link", { name: "eve" }).click();
    await auditor.getByRole("row", { name: /Datasets/ }).waitFor();
    is(await auditor.locator("main").getByRole("button").count(), 0,
       "an auditor has no button");
    is(await auditor.locator("main").getByRole("checkbox").count(), 0,
       "... and nothing to tick");
});
