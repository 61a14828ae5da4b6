
/*
 * The tables of src/api as OpenAPI 3.1. What that cannot say stands in
 * extensions: x-...-zh is the Chinese text, x-max-bytes a limit in bytes of
 * UTF-8, x-aliases the other names that a request may use.
 */


#include <stdio.h>
#include <string.h>

#include "ic_apidump.h"


static void openapi_info(ic_json_out_t *out);
static void openapi_tags(ic_json_out_t *out);
static void openapi_paths(ic_json_out_t *out);
static int is_first(const ic_endpoint_t *endpoint);
static void openapi_operation(ic_json_out_t *out,
    const ic_endpoint_t *endpoint);
static void operation_id(ic_json_out_t *out, const ic_endpoint_t *endpoint);
static void openapi_optional(ic_json_out_t *out, const char *key,
    const char *value);
static void openapi_security(ic_json_out_t *out, ic_auth_e auth);
static void openapi_parameters(ic_json_out_t *out,
    const ic_endpoint_t *endpoint);
static void openapi_body(ic_json_out_t *out, const ic_endpoint_t *endpoint);
static void openapi_responses(ic_json_out_t *out,
    const ic_endpoint_t *endpoint);
static void openapi_success(ic_json_out_t *out,
    const ic_endpoint_t *endpoint);
static void openapi_data(ic_json_out_t *out, const ic_endpoint_t *endpoint);
static void openapi_components(ic_json_out_t *out);
static void openapi_headers(ic_json_out_t *out);
static void openapi_media(ic_json_out_t *out);
static void openapi_ref(ic_json_out_t *out, const char *ref);


static const struct {
    const char  *tag;
    const char  *text;
    const char  *text_zh;
} sides[] = {
    { "east-west", "between nodes, at the address of the contract",
      "节点之间的东西向接口，地址见合约" },
    { "north-south", "for the operators of the node",
      "面向本节点操作员的南北向接口" },
    { "service", "the federated-learning service",
      "联邦学习服务" }
};

/* Of the calls under a contract; docs/api.md says what they are. */
static const struct {
    const char  *component;
    const char  *name;
    const char  *text;
    const char  *text_zh;
} headers[] = {
    { "Trace", "x-trace-id", "id of the exchange, answered as X-Trace-Id",
      "本次交互的标识，应答中以 X-Trace-Id 返回" },
    { "Nonce", "x-nonce", "of a signed message, new every time",
      "签名报文的随机数，每次不同" },
    { "Timestamp", "x-timestamp", "of a signed message, epoch milliseconds",
      "签名报文的时间戳，毫秒" },
    { "Signature", "x-auth-sign", "signature of the message",
      "报文签名" },
    { "Permit", "x-resource-permit",
      "the resource permit, where one is needed", "资源许可凭证" }
};


int
ic_apidump_openapi(ic_arena_t *arena)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "openapi", "3.1.0");
    openapi_info(&out);
    openapi_tags(&out);
    openapi_paths(&out);
    openapi_components(&out);
    ic_apidump_errors(&out);
    ic_out_object_end(&out);

    text = ic_out_text(&out);

    if (text.data == NULL || ic_apidump_layout(text) != 0) {
        fprintf(stderr, "ic_apidump: cannot write\n");
        return 1;
    }

    return 0;
}


static void
openapi_info(ic_json_out_t *out)
{
    ic_out_object(out, "info");
    ic_out_z(out, "title", "interconn");
    ic_out_z(out, "version", "1");
    ic_out_z(out, "summary",
             "a node of a multi-party computation network, "
             "T/CCIASC 0022-2024");
    ic_out_z(out, "x-summary-zh",
             "多方安全计算互联互通网络的节点，T/CCIASC 0022-2024");
    ic_out_z(out, "description",
             "Made from the tables in src/api by `make docs`. Conventions "
             "are in docs/api.md: unknown members are ignored, a member "
             "that is null and an optional id that is empty count as not "
             "given, limits of strings are in bytes of UTF-8, and the "
             "parameters of a GET may also come as a JSON body. A field "
             "may have any one of its names. Where a contract has a profile "
             "(docs/peers.md), its partner gets another code of success, "
             "name of msg or unit of times.");
    ic_out_z(out, "x-description-zh",
             "由 src/api 中的表经 `make docs` 生成，约定见 docs/zh/api.md："
             "未知成员被忽略，null 以及非必填的空 id 视为未提供，字符串长度按 "
             "UTF-8 字节计，GET 的参数也可以放在 JSON 报文体中，字段可使用其任一"
             "名称。合约设有配置时（docs/zh/peers.md），对方所得应答的成功码、msg "
             "的名称、时间单位可以不同。");
    ic_out_object_end(out);
}


static void
openapi_tags(ic_json_out_t *out)
{
    size_t  i;

    ic_out_array(out, "tags");

    for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", sides[i].tag);
        ic_apidump_say(out, "description", sides[i].text, sides[i].text_zh);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static void
openapi_paths(ic_json_out_t *out)
{
    const ic_endpoint_t  *endpoint, *same;

    ic_out_object(out, "paths");

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {

        if (!is_first(endpoint)) {
            continue;
        }

        ic_out_object(out, endpoint->path);

        for (same = endpoint; same->path != NULL; same++) {
            if (strcmp(same->path, endpoint->path) == 0) {
                openapi_operation(out, same);
            }
        }

        ic_out_object_end(out);
    }

    ic_out_object_end(out);
}


static int
is_first(const ic_endpoint_t *endpoint)
{
    const ic_endpoint_t  *other;

    for (other = ic_endpoints; other < endpoint; other++) {
        if (strcmp(other->path, endpoint->path) == 0) {
            return 0;
        }
    }

    return 1;
}


static void
openapi_operation(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    ic_out_object(out, endpoint->method == IC_GET ? "get" : "post");
    operation_id(out, endpoint);

    ic_out_array(out, "tags");
    ic_out_z(out, NULL, sides[endpoint->side].tag);
    ic_out_array_end(out);

    ic_apidump_say(out, "summary", endpoint->doc, endpoint->doc_zh);
    ic_out_z(out, "x-clause", endpoint->clause);
    openapi_optional(out, "x-permission", endpoint->permission);
    openapi_optional(out, "x-evidence", endpoint->event);

    openapi_security(out, endpoint->auth);
    openapi_parameters(out, endpoint);

    if (endpoint->body == IC_BODY_JSON) {
        openapi_body(out, endpoint);
    }

    openapi_responses(out, endpoint);
    ic_out_object_end(out);
}


/* "/v1/interconn/node/query" becomes "get_interconn_node_query". */
static void
operation_id(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    char         id[128];
    char        *p;
    const char  *path;

    path = endpoint->path;
    path += strncmp(path, "/v1/", 4) == 0 ? 3 : 0;

    snprintf(id, sizeof(id), "%s%s",
             endpoint->method == IC_GET ? "get" : "post", path);

    for (p = id; *p != '\0'; p++) {
        *p = (*p == '/' || *p == '-') ? '_' : *p;
    }

    ic_out_z(out, "operationId", id);
}


static void
openapi_optional(ic_json_out_t *out, const char *key, const char *value)
{
    if (value != NULL) {
        ic_out_z(out, key, value);
    }
}


static void
openapi_security(ic_json_out_t *out, ic_auth_e auth)
{
    static const char *const  schemes[] = {
        [IC_AUTH_NONE] = NULL,
        [IC_AUTH_CERT] = "certificate",
        [IC_AUTH_CONTRACT] = "contract",
        [IC_AUTH_OPERATOR] = "operator"
    };

    ic_out_array(out, "security");

    if (schemes[auth] != NULL) {
        ic_out_object(out, NULL);
        ic_out_array(out, schemes[auth]);
        ic_out_array_end(out);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static void
openapi_parameters(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    size_t             i, count;
    char               ref[64];
    const ic_field_t  *field;

    ic_out_array(out, "parameters");

    count = endpoint->auth == IC_AUTH_CONTRACT
            ? sizeof(headers) / sizeof(headers[0]) : 1;

    for (i = 0; i < count; i++) {
        snprintf(ref, sizeof(ref), "#/components/parameters/%s",
                 headers[i].component);
        ic_out_object(out, NULL);
        openapi_ref(out, ref);
        ic_out_object_end(out);
    }

    if (endpoint->body == IC_BODY_ARGS && endpoint->in != NULL) {
        for (field = endpoint->in->fields; field->name != NULL; field++) {
            ic_apidump_parameter(out, field);
        }
    }

    ic_out_array_end(out);
}


static void
openapi_body(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    ic_out_object(out, "requestBody");
    ic_out_bool(out, "required", endpoint->in != NULL);
    openapi_media(out);
    ic_out_object(out, "schema");

    if (endpoint->in != NULL) {
        ic_apidump_ref(out, endpoint->in, 1);

    } else {
        ic_out_z(out, "type", "object");
    }

    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
}


/* Peers get most errors with HTTP 200; see interconn_http_status. */
static void
openapi_responses(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    int  service;

    service = endpoint->side == IC_SERVICE;

    ic_out_object(out, "responses");
    ic_out_object(out, "200");
    ic_out_z(out, "description", endpoint->side == IC_NORTH_SOUTH
                                 ? "done" : "done, or refused by its code");
    ic_out_object(out, "content");
    ic_out_object(out, endpoint->action == IC_ACTION_events
                       ? "text/event-stream" : "application/json");
    ic_out_object(out, "schema");

    if (endpoint->action == IC_ACTION_events) {
        openapi_data(out, endpoint);

    } else if (endpoint->side == IC_NORTH_SOUTH) {
        openapi_success(out, endpoint);

    } else {
        ic_out_array(out, "oneOf");
        ic_out_object(out, NULL);
        openapi_success(out, endpoint);
        ic_out_object_end(out);
        ic_out_object(out, NULL);
        openapi_ref(out, service ? "#/components/schemas/ServiceError"
                                 : "#/components/schemas/Error");
        ic_out_object_end(out);
        ic_out_array_end(out);
    }

    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);

    ic_out_object(out, "default");
    openapi_ref(out, service ? "#/components/responses/ServiceError"
                             : "#/components/responses/Error");
    ic_out_object_end(out);
    ic_out_object_end(out);
}


static void
openapi_success(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    int  service;

    service = endpoint->side == IC_SERVICE;

    ic_out_z(out, "type", "object");

    ic_out_array(out, "required");
    ic_out_z(out, NULL, "code");
    ic_out_z(out, NULL, service ? "message" : "msg");
    ic_out_z(out, NULL, "data");
    ic_out_array_end(out);

    ic_out_object(out, "properties");
    ic_out_object(out, "code");
    ic_out_int(out, "const", service ? 200 : 0);
    ic_out_object_end(out);

    ic_out_object(out, service ? "message" : "msg");
    ic_out_z(out, "type", service ? "null" : "string");
    ic_out_object_end(out);

    ic_out_object(out, "data");
    openapi_data(out, endpoint);
    ic_out_object_end(out);

    ic_out_object_end(out);
}


static void
openapi_data(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    if (endpoint->out == NULL) {
        ic_out_z(out, "type", "object");
        return;
    }

    if (endpoint->wrapper == NULL) {
        ic_apidump_ref(out, endpoint->out, 0);
        return;
    }

    ic_out_z(out, "type", "object");
    ic_out_array(out, "required");
    ic_out_z(out, NULL, endpoint->wrapper);
    ic_out_array_end(out);

    ic_out_object(out, "properties");
    ic_out_object(out, endpoint->wrapper);
    ic_apidump_ref(out, endpoint->out, 0);
    ic_out_object_end(out);
    ic_out_object_end(out);
}


static void
openapi_components(ic_json_out_t *out)
{
    ic_out_object(out, "components");

    ic_out_object(out, "securitySchemes");
    ic_out_object(out, "certificate");
    ic_out_z(out, "type", "mutualTLS");
    ic_apidump_say(out, "description",
                   "a TLS client certificate of the network CA",
                   "网络 CA 签发的 TLS 客户端证书");
    ic_out_object_end(out);
    ic_out_object(out, "contract");
    ic_out_z(out, "type", "mutualTLS");
    ic_apidump_say(out, "description",
                   "the same, of a node with an approved contract",
                   "同上，且该节点持有已授权、未过期的节点合约");
    ic_out_object_end(out);
    ic_out_object(out, "operator");
    ic_out_z(out, "type", "http");
    ic_out_z(out, "scheme", "bearer");
    ic_apidump_say(out, "description",
                   "the token of an operator who has x-permission",
                   "操作员令牌，该操作员须有 x-permission 所列权限");
    ic_out_object_end(out);
    ic_out_object_end(out);

    openapi_headers(out);

    ic_out_object(out, "responses");
    ic_out_object(out, "Error");
    ic_apidump_say(out, "description", "refused; see x-errors",
                   "出错，见 x-errors");
    openapi_media(out);
    ic_out_object(out, "schema");
    openapi_ref(out, "#/components/schemas/Error");
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);

    ic_out_object(out, "ServiceError");
    ic_apidump_say(out, "description", "refused", "出错");
    openapi_media(out);
    ic_out_object(out, "schema");
    openapi_ref(out, "#/components/schemas/ServiceError");
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);

    ic_out_object(out, "schemas");
    ic_apidump_error_schemas(out);
    ic_apidump_schemas(out);
    ic_out_object_end(out);

    ic_out_object_end(out);
}


static void
openapi_headers(ic_json_out_t *out)
{
    size_t  i;

    ic_out_object(out, "parameters");

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        ic_out_object(out, headers[i].component);
        ic_out_z(out, "name", headers[i].name);
        ic_out_z(out, "in", "header");
        ic_out_bool(out, "required", 0);
        ic_apidump_say(out, "description", headers[i].text,
                       headers[i].text_zh);
        ic_out_object(out, "schema");
        ic_out_z(out, "type", "string");
        ic_out_object_end(out);
        ic_out_object_end(out);
    }

    ic_out_object_end(out);
}


/* "content": {"application/json": {, to be closed twice. */
static void
openapi_media(ic_json_out_t *out)
{
    ic_out_object(out, "content");
    ic_out_object(out, "application/json");
}


static void
openapi_ref(ic_json_out_t *out, const char *ref)
{
    ic_out_z(out, "$ref", ref);
}
