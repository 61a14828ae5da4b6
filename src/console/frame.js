/* What is around every page: who one is, the menu, signing in and out. */

import { useEffect, useState } from "preact/hooks";

import { html } from "./lib/html.js";
import { stream } from "./lib/live.js";
import { href, route } from "./lib/route.js";
import { may, recognise, session, signIn, signOut } from "./lib/session.js";
import { useValue } from "./lib/state.js";
import { setTheme, theme, themes } from "./lib/theme.js";
import { language, languages, setLanguage, t } from "./lib/words.js";
import { pages } from "./pages.js";
import { Failure } from "./parts/failure.js";
import { Waiting } from "./parts/text.js";
import { Toasts, attempt } from "./parts/toast.js";

export function Frame() {
    const now = useValue(session), at = useValue(route);
    const tongue = useValue(language);

    useEffect(() => {
        document.documentElement.lang = tongue === "zh" ? "zh-CN" : "en";
    }, [ tongue ]);

    return html`
        <a class="skip" href="#content" onClick=${skip}>${t("skip")}</a>
        <${Top} who=${now} at=${at} />
        <main id="content" tabindex="-1" key=${tongue}>
            ${!now.known ? html`<${Waiting} />`
                : now.name === "" ? html`<${SignIn} at=${at} />`
                : html`<${Page} key=${at.page + "/" + at.id} at=${at} />`}
        </main>
        <${Toasts} />`;
}

/* By a script: the part of the address behind "#" is the page. */
function skip(event) {
    event.preventDefault();
    document.getElementById("content").focus();
}

function Top({ who, at }) {
    return html`
        <header class="top">
            <a class="brand" href="#/">interconn</a>
            ${who.name !== "" && html`<${Menu} at=${at} />`}
            <div class="own">
                ${who.name !== "" && html`<${Stream} />`}
                <${Choices} />
                ${who.name !== "" && html`<${Who} who=${who} />`}
            </div>
        </header>`;
}

function Menu({ at }) {
    const shown = pageOf(at)?.name;

    return html`
        <nav aria-label=${t("menu")}><ul>
            ${pages.filter((page) => page.menu !== false
                           && may(page.permission)).map(({ name }) => html`
                <li key=${name}><a href=${href(name)} aria-current=${
                    name === shown ? "page" : undefined}>${t(name)}</a>
                </li>`)}
        </ul></nav>`;
}

function Stream() {
    const state = useValue(stream);

    return html`<span class=${`stream ${state}`} role="status">
        ${t(`stream.${state}`)}</span>`;
}

function Choices() {
    return html`
        <select class="small" aria-label=${t("language")}
            value=${useValue(language)}
            onChange=${(event) => setLanguage(event.currentTarget.value)}>
            ${languages.map(([ name, title ]) => html`<option key=${name}
                value=${name} lang=${name}>${title}</option>`)}
        </select>
        <select class="small" aria-label=${t("theme")}
            value=${useValue(theme)}
            onChange=${(event) => setTheme(event.currentTarget.value)}>
            ${themes.map((name) => html`<option key=${name} value=${name}>
                ${t(`theme.${name}`)}</option>`)}
        </select>`;
}

function Who({ who }) {
    return html`
        <bdi class="who" title=${who.roles.join(", ")}
            aria-label=${t("signed_in_as", { name: who.name })}>${who.name}
        </bdi>
        <button type="button" class="secondary small"
            onClick=${() => attempt(signOut)}>${t("sign_out")}</button>`;
}

function pageOf({ page }) {
    return pages.find(({ name }) => name === (page || pages[0].name));
}

function Page({ at }) {
    const page = pageOf(at);
    const Shown = at.id ? page?.one : page?.list;

    useEffect(() => {
        document.title = `${page ? t(page.name) : t("console")} - interconn`;
        document.querySelector("main h1")?.focus({ preventScroll: true });
        scrollTo(0, 0);
    }, []);

    if (Shown === undefined) {
        return html`<h1 tabindex="-1">${t("page.unknown")}</h1>
            <p>${t("page.unknown.todo")}</p>`;
    }

    if (!may(page.permission)) {
        return html`<h1 tabindex="-1">${t("page.refused")}</h1>
            <p>${t("page.refused.todo", page)}</p>`;
    }

    return html`<${Shown} id=${at.id} args=${at.args} />`;
}

function SignIn({ at }) {
    const [ token, setToken ] = useState("");
    const [ error, fail ] = useState();
    const [ busy, work ] = useState(false);

    async function enter(event, how) {
        event.preventDefault();
        work(true);
        fail(undefined);

        try {
            await how();

        } catch (refusal) {
            fail(refusal);
            work(false);
        }
    }

    return html`
        <form class="sign-in" onSubmit=${(event) => enter(event,
            () => signIn(token.trim()))}>
            <h1>${t("sign_in")}</h1>
            ${at.page !== "" && html`<p>${t("sign_in.then")}</p>`}
            <label for="token">${t("sign_in.token")}</label>
            <input id="token" type="password" autocomplete="off" required
                aria-describedby="token-note" value=${token}
                onInput=${(event) => setToken(event.currentTarget.value)} />
            <small id="token-note">${t("sign_in.note")}</small>
            <${Failure} error=${error} />
            <button disabled=${busy} aria-busy=${busy}>${t("sign_in")}
            </button>
            <button type="button" class="outline" disabled=${busy}
                onClick=${(event) => enter(event, recognise)}>
                ${t("sign_in.certificate")}</button>
        </form>`;
}
