
/* Addresses that calls to other nodes may be dialled at. */


#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "../api/ic_address.h"
#include "interconnd_dial.h"


typedef struct {
    int       family;                /* 4 or 6 */
    unsigned  bits;
    u_char    ip[16];
} interconnd_network_t;


static const char *dial_network(const char *text,
    interconnd_network_t *network);
static bool dial_in(const interconnd_network_t *network, int family,
    const u_char *ip);
static int dial_family(const struct sockaddr *address, const u_char **ip);
static bool dial_allowed(const char *networks,
    const struct sockaddr *address);
static curl_socket_t dial_open(void *context, curlsocktype purpose,
    struct curl_sockaddr *address);
static void dial_refuse(interconnd_dial_t *dial,
    const struct sockaddr *address);


bool
interconnd_networks_valid(const char *networks)
{
    interconnd_network_t  network;

    for ( ;; ) {
        networks += strspn(networks, " \t");

        if (*networks == '\0') {
            return true;
        }

        networks = dial_network(networks, &network);
        if (networks == NULL) {
            return false;
        }
    }
}


/* The first word of the text; what follows it, or NULL if it is none. */
static const char *
dial_network(const char *text, interconnd_network_t *network)
{
    char      word[64], *slash;
    size_t    len;
    int64_t   bits, most;

    len = strcspn(text, " \t");
    if (len == 0 || len >= sizeof(word)) {
        return NULL;
    }

    memcpy(word, text, len);
    word[len] = '\0';

    slash = strchr(word, '/');
    if (slash != NULL) {
        *slash++ = '\0';
    }

    memset(network, 0, sizeof(interconnd_network_t));

    network->family = strchr(word, ':') == NULL ? 4 : 6;
    most = network->family == 4 ? 32 : 128;
    bits = most;

    if (inet_pton(network->family == 4 ? AF_INET : AF_INET6, word,
                  network->ip) != 1
        || (slash != NULL && (ic_str_int(ic_str(slash), &bits) != 0
                              || bits < 0 || bits > most)))
    {
        return NULL;
    }

    network->bits = (unsigned) bits;

    return text + len;
}


static bool
dial_allowed(const char *networks, const struct sockaddr *address)
{
    int                    family;
    const u_char          *ip;
    interconnd_network_t   network;

    family = dial_family(address, &ip);

    if (family == 0) {
        return false;
    }

    if (!ic_address_is_local(family, ip)) {
        return true;
    }

    while (networks != NULL) {
        networks += strspn(networks, " \t");

        if (*networks == '\0') {
            return false;
        }

        networks = dial_network(networks, &network);

        if (networks != NULL && dial_in(&network, family, ip)) {
            return true;
        }
    }

    return false;
}


/* A mapped IPv4 address is the IPv4 address: that is what is called. */
static int
dial_family(const struct sockaddr *address, const u_char **ip)
{
    const struct in6_addr  *v6;

    switch (address->sa_family) {

    case AF_INET:
        *ip = (const u_char *)
              &((const struct sockaddr_in *) address)->sin_addr;
        return 4;

    case AF_INET6:
        v6 = &((const struct sockaddr_in6 *) address)->sin6_addr;
        *ip = (const u_char *) v6;

        if (IN6_IS_ADDR_V4MAPPED(v6)) {
            *ip += 12;
            return 4;
        }

        return 6;

    default:
        return 0;
    }
}


static bool
dial_in(const interconnd_network_t *network, int family, const u_char *ip)
{
    u_char    mask;
    unsigned  whole;

    if (network->family != family) {
        return false;
    }

    whole = network->bits / 8;

    if (memcmp(network->ip, ip, whole) != 0) {
        return false;
    }

    if (network->bits % 8 == 0) {
        return true;
    }

    mask = (u_char) (0xff << (8 - network->bits % 8));

    return ((network->ip[whole] ^ ip[whole]) & mask) == 0;
}


int
interconnd_dial_setup(CURL *easy, interconnd_dial_t *dial)
{
    if (curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, dial_open)
        != CURLE_OK
        || curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, dial) != CURLE_OK)
    {
        return -1;
    }

    return 0;
}


/* A name is resolved by now, and what comes of it is what is connected to. */
static curl_socket_t
dial_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    interconnd_dial_t  *dial = context;

    if (!dial_allowed(dial->allow, &address->addr)) {
        dial_refuse(dial, &address->addr);
        return CURL_SOCKET_BAD;
    }

    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}


static void
dial_refuse(interconnd_dial_t *dial, const struct sockaddr *address)
{
    char         text[INET6_ADDRSTRLEN];
    const void  *ip;

    ip = address->sa_family == AF_INET6
         ? (const void *) &((const struct sockaddr_in6 *) address)->sin6_addr
         : (const void *) &((const struct sockaddr_in *) address)->sin_addr;

    if (inet_ntop(address->sa_family, ip, text, sizeof(text)) == NULL) {
        snprintf(text, sizeof(text), "it");
    }

    snprintf(dial->error, dial->size,
             "%s is not a public address; with peer_allow this node may "
             "call it", text);
}
