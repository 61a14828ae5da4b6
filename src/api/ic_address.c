
/* Addresses of peers: form, and which numeric ones are not public. */


#include <arpa/inet.h>

#include "ic_address.h"


static const char *parse_authority(ic_address_t *address, ic_str_t text);
static const char *parse_host(ic_address_t *address);
static const char *parse_port(ic_address_t *address, ic_str_t text);
static bool is_numeric(ic_str_t host);
static bool is_name(ic_str_t host);
static bool is_localhost(ic_str_t host);
static bool local_v6(const u_char *ip);


typedef struct {
    u_char    ip[4];
    unsigned  bits;
} ic_range_t;

/* The IANA registry of RFC 6890: special-purpose addresses; multicast. */
static const ic_range_t  ic_local_ranges[] = {
    { { 0, 0, 0, 0 }, 8 },
    { { 10, 0, 0, 0 }, 8 },
    { { 100, 64, 0, 0 }, 10 },
    { { 127, 0, 0, 0 }, 8 },
    { { 169, 254, 0, 0 }, 16 },
    { { 172, 16, 0, 0 }, 12 },
    { { 192, 0, 0, 0 }, 24 },
    { { 192, 0, 2, 0 }, 24 },
    { { 192, 88, 99, 0 }, 24 },
    { { 192, 168, 0, 0 }, 16 },
    { { 198, 18, 0, 0 }, 15 },
    { { 198, 51, 100, 0 }, 24 },
    { { 203, 0, 113, 0 }, 24 },
    { { 224, 0, 0, 0 }, 3 }
};


const char *
ic_address_parse(ic_address_t *address, ic_str_t url, bool plain)
{
    size_t    i;
    ic_str_t  text;

    memset(address, 0, sizeof(ic_address_t));

    for (i = 0; i < url.len; i++) {
        if (url.data[i] <= ' ' || url.data[i] >= 0x7f
            || strchr("\\\"<>^`{|}?#%", url.data[i]) != NULL)
        {
            return "has a character that is not allowed";
        }
    }

    if (url.len > 8 && memcmp(url.data, "https://", 8) == 0) {
        address->tls = true;
        text = ic_str_n(url.data + 8, url.len - 8);

    } else if (plain && url.len > 7 && memcmp(url.data, "http://", 7) == 0) {
        text = ic_str_n(url.data + 7, url.len - 7);

    } else {
        return "must be an https URL";
    }

    for (i = 0; i < text.len && text.data[i] != '/'; i++) { /* void */ }

    return parse_authority(address, ic_str_n(text.data, i));
}


static const char *
parse_authority(ic_address_t *address, ic_str_t text)
{
    u_char  *end, *p;

    if (memchr(text.data, '@', text.len) != NULL) {
        return "must not name a user";
    }

    if (text.len > 0 && text.data[0] == '[') {

        end = memchr(text.data, ']', text.len);
        if (end == NULL) {
            return "has a malformed host";
        }

        address->family = 6;
        address->host = ic_str_n(text.data + 1,
                                 (size_t) (end - text.data) - 1);
        p = end + 1;

    } else {
        end = memchr(text.data, ':', text.len);
        p = end != NULL ? end : text.data + text.len;
        address->host = ic_str_n(text.data, (size_t) (p - text.data));
    }

    text.len -= (size_t) (p - text.data);
    text.data = p;

    if (parse_port(address, text) != NULL) {
        return "has a malformed port";
    }

    return parse_host(address);
}


static const char *
parse_port(ic_address_t *address, ic_str_t text)
{
    int64_t  port;

    if (text.len == 0) {
        address->port = address->tls ? 443 : 80;
        return NULL;
    }

    if (text.data[0] != ':'
        || ic_str_int(ic_str_n(text.data + 1, text.len - 1), &port) != 0
        || port < 1 || port > 65535)
    {
        return "has a malformed port";
    }

    address->port = (int) port;

    return NULL;
}


static const char *
parse_host(ic_address_t *address)
{
    char  text[64];

    if (address->family == 6 || is_numeric(address->host)) {

        if (address->host.len >= sizeof(text)) {
            return "has a malformed host";
        }

        memcpy(text, address->host.data, address->host.len);
        text[address->host.len] = '\0';

        /* inet_pton() takes dotted quads only: no 127.1, no 0x7f000001. */

        if (address->family == 0) {
            address->family = 4;
        }

        if (inet_pton(address->family == 6 ? AF_INET6 : AF_INET, text,
                      address->ip) != 1)
        {
            return "has a malformed host";
        }

        address->local = ic_address_is_local(address->family, address->ip);
        return NULL;
    }

    if (is_localhost(address->host)) {
        address->family = 4;
        address->local = true;
        memcpy(address->ip, "\177\0\0\1", 4);
        return NULL;
    }

    return is_name(address->host) ? NULL : "has a malformed host";
}


/* The last label starts with a digit: resolvers may read it as a number. */
static bool
is_numeric(ic_str_t host)
{
    size_t  i;

    if (host.len > 0 && host.data[host.len - 1] == '.') {
        host.len--;
    }

    for (i = host.len; i > 0 && host.data[i - 1] != '.'; i--) { /* void */ }

    return i < host.len && host.data[i] >= '0' && host.data[i] <= '9';
}


static bool
is_name(ic_str_t host)
{
    u_char  c;
    size_t  i;

    if (host.len == 0 || host.len > 253 || host.data[0] == '.'
        || host.data[0] == '-')
    {
        return false;
    }

    for (i = 0; i < host.len; i++) {
        c = host.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '-' || c == '_'
              || (c == '.' && host.data[i - 1] != '.')))
        {
            return false;
        }
    }

    return true;
}


/* localhost, localhost. and anything.localhost (RFC 6761). */
static bool
is_localhost(ic_str_t host)
{
    static const char  name[] = "localhost";
    size_t             len;

    if (host.len > 0 && host.data[host.len - 1] == '.') {
        host.len--;
    }

    len = sizeof(name) - 1;

    if (host.len > len && host.data[host.len - len - 1] == '.') {
        host.data += host.len - len;
        host.len = len;
    }

    return ic_str_is_nocase(host, name);
}


bool
ic_address_is_local(int family, const u_char *ip)
{
    size_t             i;
    uint32_t           value, range, mask;
    const ic_range_t  *r;

    if (family == 6) {
        return local_v6(ip);
    }

    value = (uint32_t) ip[0] << 24 | ip[1] << 16 | ip[2] << 8 | ip[3];

    for (i = 0; i < sizeof(ic_local_ranges) / sizeof(ic_range_t); i++) {
        r = &ic_local_ranges[i];
        range = (uint32_t) r->ip[0] << 24 | r->ip[1] << 16
                | r->ip[2] << 8 | r->ip[3];
        mask = ~UINT32_C(0) << (32 - r->bits);

        if ((value & mask) == range) {
            return true;
        }
    }

    return false;
}


static bool
local_v6(const u_char *ip)
{
    static const u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0,
                                        0, 0, 0xff, 0xff };
    static const u_char  nat64[12] = { 0, 0x64, 0xff, 0x9b };

    if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0) {
        return ic_address_is_local(4, ip + 12);
    }

    if (ip[0] == 0x20 && ip[1] == 0x02) {
        return ic_address_is_local(4, ip + 2);
    }

    /*
     * Only 2000::/3 is global unicast, but for protocols (2001::/23, Teredo
     * among them, which wraps IPv4 too) and documents (2001:db8::/32,
     * 3fff::/20).
     */

    return (ip[0] & 0xe0) != 0x20
           || (ip[0] == 0x20 && ip[1] == 0x01 && ip[2] < 0x02)
           || (ip[0] == 0x20 && ip[1] == 0x01 && ip[2] == 0x0d
               && ip[3] == 0xb8)
           || (ip[0] == 0x3f && ip[1] == 0xff && ip[2] < 0x10);
}
