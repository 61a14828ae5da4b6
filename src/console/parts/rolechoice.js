/* Roles to tick. */

import { useData } from "../lib/data.js";
import { html } from "../lib/html.js";
import { may } from "../lib/session.js";
import { either, t } from "../lib/words.js";
import { Name } from "./text.js";

/* `chosen` is a list of names; `onChange` gets the new one. */
export function RoleChoice({ chosen, onChange }) {
    const { data } = useData(may("role.read") && "role/list",
        { page_size: -1 }, { kinds: [ "role" ] });
    const rows = data?.records ?? chosen.map((name) => ({ name }));

    return html`
        <fieldset class="roles"><legend>${t("operators.roles")}</legend>
            ${rows.filter(({ name }) => name !== "operator"
                                        || chosen.includes(name))
                .map((role) => html`<label key=${role.name}>
                <input type="checkbox" checked=${chosen.includes(role.name)}
                    onChange=${(event) => onChange(
                        event.currentTarget.checked
                            ? [ ...chosen, role.name ]
                            : chosen.filter((one) => one !== role.name))} />
                <${Name} text=${role.name} /> <small><bdi>
                    ${either(role.description, role.description_zh)}</bdi>
                </small></label>`)}
        </fieldset>`;
}
