
/* The tables of endpoints, roles and errors. */


#include "ic_schemas.h"


const ic_endpoint_t  ic_endpoints[] = {

#define IC_ENDPOINT(method, path, side, body, auth, permission, action, call, \
    kind, in, out, wrapper, event, clause, doc, doc_zh)                       \
    { IC_##method, path, IC_##side, IC_BODY_##body, IC_AUTH_##auth,           \
      permission, IC_ACTION_##action, call, kind, in, out, wrapper, event,    \
      clause, doc, doc_zh },
#include "routes.def"
#undef IC_ENDPOINT

    { 0, NULL, 0, 0, 0, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
      NULL, NULL }
};


const char *const  ic_rights[] = {
    "read", "edit", "use", "copy", "control", "approve", "operate", "admin",
    NULL
};


const ic_role_t  ic_default_roles[] = {
#define IC_ROLE(name, permissions, en, zh)  { #name, permissions, en, zh },
#include "roles.def"
#undef IC_ROLE
    { NULL, NULL, NULL, NULL }
};


/* columns that a row does not have are 0 */
#define IC_ERROR_ROW(name, code, en, zh, remedy, remedy_zh, flags, ...)       \
    { #name, code, en, zh, remedy, remedy_zh, flags },

const ic_error_t  ic_errors[] = {
#define IC_ERROR(name, code, ...)                                             \
    IC_ERROR_ROW(name, code, __VA_ARGS__, 0, 0, 0, 0)
#include "errors.def"
#undef IC_ERROR
    { NULL, 0, NULL, NULL, NULL, NULL, 0 }
};


const ic_error_t *
ic_error(ic_str_t name)
{
    const ic_error_t  *error;

    for (error = ic_errors; error->name != NULL; error++) {
        if (ic_str_is(name, error->name)) {
            return error;
        }
    }

    return &ic_errors[IC_E_internal];
}
