
/*
 * Addresses of peers: what is taken for public is public by a list of its
 * own, whatever its spelling; and a socket goes to addresses that are not
 * only where the node allows it. The first line is a base URL, the second
 * peer_allow, then 16 bytes of an address to dial.
 */


#include "../../src/daemon/interconnd_dial.c"
#include "fuzz.h"


typedef struct {
    const char  *network;
    unsigned     bits;
} special_t;

/* RFC 6890 and its registries, mapped and translated IPv4 included. */

static const special_t  special4[] = {
    { "0.0.0.0", 8 }, { "10.0.0.0", 8 }, { "100.64.0.0", 10 },
    { "127.0.0.0", 8 }, { "169.254.0.0", 16 }, { "172.16.0.0", 12 },
    { "192.0.0.0", 24 }, { "192.0.2.0", 24 }, { "192.88.99.0", 24 },
    { "192.168.0.0", 16 }, { "198.18.0.0", 15 }, { "198.51.100.0", 24 },
    { "203.0.113.0", 24 }, { "224.0.0.0", 4 }, { "240.0.0.0", 4 },
    { NULL, 0 }
};

static const special_t  special6[] = {
    { "::", 128 }, { "::1", 128 }, { "64:ff9b:1::", 48 }, { "100::", 64 },
    { "2001::", 23 }, { "2001:db8::", 32 }, { "3fff::", 20 },
    { "5f00::", 16 }, { "fc00::", 7 }, { "fe80::", 10 }, { "fec0::", 10 },
    { "ff00::", 8 }, { NULL, 0 }
};


static bool
within(const special_t *list, int family, const u_char *ip)
{
    u_char    network[16];
    unsigned  i;

    for ( /* void */ ; list->network != NULL; list++) {
        inet_pton(family, list->network, network);

        for (i = 0; i < list->bits; i++) {
            if (((network[i / 8] ^ ip[i / 8]) >> (7 - i % 8) & 1) != 0) {
                break;
            }
        }

        if (i == list->bits) {
            return true;
        }
    }

    return false;
}


static bool
special(int family, const u_char *ip)
{
    static const u_char  mapped[12] = { [10] = 0xff, [11] = 0xff };
    static const u_char  nat64[12] = { 0, 0x64, 0xff, 0x9b };

    if (family == 4) {
        return within(special4, AF_INET, ip);
    }

    if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0) {
        return within(special4, AF_INET, ip + 12);
    }

    if (ip[0] == 0x20 && ip[1] == 0x02) {
        return within(special4, AF_INET, ip + 2);
    }

    return within(special6, AF_INET6, ip);
}


static void
parse(ic_str_t url)
{
    char            *host;
    ic_address_t     address;
    struct in_addr   four;
    struct in6_addr  six;

    if (ic_address_parse(&address, url, true) != NULL) {
        return;
    }

    FUZZ_TRUE(address.port > 0 && address.port < 65536);
    FUZZ_TRUE(address.host.len > 0);
    host = fuzz_z(address.host);
    FUZZ_TRUE(strlen(host) == address.host.len);

    if (address.family == 0) {
        /* what a resolver would take for a number is no name */
        FUZZ_TRUE(inet_aton(host, &four) == 0);
        FUZZ_TRUE(inet_pton(AF_INET6, host, &six) == 0);
        FUZZ_TRUE(!address.local && strpbrk(host, "@/\\?# \t%[]") == NULL);

    } else if (!address.local) {
        FUZZ_TRUE(!special(address.family, address.ip));
    }

    free(host);
}


static void
dial(int family, const u_char *ip, const char *networks)
{
    int                  kind;
    const u_char        *seen;
    struct sockaddr_in   four = { .sin_family = AF_INET };
    struct sockaddr_in6  six = { .sin6_family = AF_INET6 };
    struct sockaddr     *address;

    memcpy(&four.sin_addr, ip, 4);
    memcpy(&six.sin6_addr, ip, 16);
    address = family == 4 ? (struct sockaddr *) &four
                          : (struct sockaddr *) &six;

    if (special(family, ip)) {
        FUZZ_TRUE(!dial_allowed(NULL, address));
        FUZZ_TRUE(!dial_allowed("", address));
        FUZZ_TRUE(!dial_allowed("8.8.8.8 2a00::/16", address));
    }

    kind = dial_family(address, &seen);
    FUZZ_TRUE(kind == 4 || kind == 6);
    (void) dial_allowed(networks, address);
    FUZZ_TRUE(dial_allowed("0.0.0.0/0 ::/0", address));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char    *networks;
    fuzz_t   fuzz = { data, size };
    u_char   ip[16] = { 0 };

    parse(fuzz_until(&fuzz, '\n'));
    networks = fuzz_z(fuzz_until(&fuzz, '\n'));
    (void) interconnd_networks_valid(networks);
    memcpy(ip, fuzz.data, fuzz.size < 16 ? fuzz.size : 16);
    dial(4, ip, networks);
    dial(6, ip, networks);
    free(networks);

    return 0;
}
