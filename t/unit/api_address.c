
/* Addresses of peers: form, and what is not public. */


#include "../../src/api/ic_address.h"
#include "tap.h"


typedef struct {
    const char  *url;
    int          good;
    int          local;
    int          port;
} case_t;


static const case_t  cases[] = {
    { "https://node.example.org", 1, 0, 443 },
    { "https://node.example.org:7304/base", 1, 0, 7304 },
    { "https://93.184.216.34:8443", 1, 0, 8443 },
    { "https://[2606:2800::1]:8443/", 1, 0, 8443 },
    { "https://xn--fiq228c.cn.", 1, 0, 443 },

    { "https://127.0.0.1", 1, 1, 443 },
    { "https://127.255.0.9", 1, 1, 443 },
    { "https://0.0.0.0", 1, 1, 443 },
    { "https://10.1.2.3", 1, 1, 443 },
    { "https://100.64.0.1", 1, 1, 443 },
    { "https://169.254.169.254/latest", 1, 1, 443 },
    { "https://172.16.0.1", 1, 1, 443 },
    { "https://172.31.255.255", 1, 1, 443 },
    { "https://172.32.0.1", 1, 0, 443 },
    { "https://192.168.1.1", 1, 1, 443 },
    { "https://224.0.0.1", 1, 1, 443 },
    { "https://255.255.255.255", 1, 1, 443 },
    { "https://[::1]", 1, 1, 443 },
    { "https://[::]", 1, 1, 443 },
    { "https://[fe80::1]", 1, 1, 443 },
    { "https://[fc00::1]", 1, 1, 443 },
    { "https://[ff02::1]", 1, 1, 443 },
    { "https://[::ffff:127.0.0.1]", 1, 1, 443 },
    { "https://[::ffff:7f00:1]", 1, 1, 443 },
    { "https://[64:ff9b::10.0.0.1]", 1, 1, 443 },
    { "https://[2002:7f00:1::]", 1, 1, 443 },
    { "https://192.0.2.1", 1, 1, 443 },
    { "https://192.88.99.1", 1, 1, 443 },
    { "https://198.51.100.7", 1, 1, 443 },
    { "https://203.0.113.255", 1, 1, 443 },
    { "https://203.0.114.0", 1, 0, 443 },
    { "https://[2001::4136:e378:8000:63bf:807f:fffe]", 1, 1, 443 },
    { "https://[2001:db8::1]", 1, 1, 443 },
    { "https://[2001:200::1]", 1, 0, 443 },
    { "https://[3fff:fff::1]", 1, 1, 443 },
    { "https://[3fff:1000::1]", 1, 0, 443 },
    { "https://localhost:5000", 1, 1, 5000 },
    { "https://LocalHost.", 1, 1, 443 },
    { "https://a.localhost", 1, 1, 443 },
    { "https://notlocalhost", 1, 0, 443 },

    { "", 0, 0, 0 },
    { "https://", 0, 0, 0 },
    { "https:///path", 0, 0, 0 },
    { "http://node.example.org", 0, 0, 0 },
    { "HTTPS://node.example.org", 0, 0, 0 },
    { "ftp://node.example.org", 0, 0, 0 },
    { "file:///etc/passwd", 0, 0, 0 },
    { "//node.example.org", 0, 0, 0 },
    { "https://user@node.example.org", 0, 0, 0 },
    { "https://user:pass@127.0.0.1", 0, 0, 0 },
    { "https://node.example.org#@evil", 0, 0, 0 },
    { "https://node.example.org?x=1", 0, 0, 0 },
    { "https://node.example.org\\@evil", 0, 0, 0 },
    { "https://node.example.org/a b", 0, 0, 0 },
    { "https://node.example.org\r\nX: y", 0, 0, 0 },
    { "https://node%2eexample.org", 0, 0, 0 },
    { "https://127.1", 0, 0, 0 },
    { "https://127.0.1", 0, 0, 0 },
    { "https://0x7f000001", 0, 0, 0 },
    { "https://0x7f.0.0.1", 0, 0, 0 },
    { "https://0177.0.0.1", 0, 0, 0 },
    { "https://2130706433", 0, 0, 0 },
    { "https://127.0.0.1.", 0, 0, 0 },
    { "https://256.0.0.1", 0, 0, 0 },
    { "https://1.2.3.4.5", 0, 0, 0 },
    { "https://[::1", 0, 0, 0 },
    { "https://[::1]x", 0, 0, 0 },
    { "https://[fe80::1%25eth0]", 0, 0, 0 },
    { "https://::1", 0, 0, 0 },
    { "https://node:0", 0, 0, 0 },
    { "https://node:65536", 0, 0, 0 },
    { "https://node:", 0, 0, 0 },
    { "https://node:0443", 0, 0, 0 },
    { "https://.node", 0, 0, 0 },
    { "https://a..b", 0, 0, 0 },
    { "https://-a", 0, 0, 0 },
    { "https://\xe4\xbe\x8b.cn", 0, 0, 0 }
};


int
main(void)
{
    size_t         i;
    const char    *reason;
    ic_address_t   address;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reason = ic_address_parse(&address, ic_str(cases[i].url), false);

        ok((reason == NULL) == cases[i].good, "address %zu: %s", i,
           reason == NULL ? "taken" : reason);

        if (reason == NULL) {
            is_int(address.local, cases[i].local, "%s: local",
                   cases[i].url);
            is_int(address.port, cases[i].port, "%s: port", cases[i].url);
        }
    }

    ok(ic_address_parse(&address, ic_str("http://node:8080"), true) == NULL
       && !address.tls && address.port == 8080, "plain HTTP where allowed");
    ok(ic_address_parse(&address, ic_str("http://node"), true) == NULL
       && address.port == 80, "its port");

    return done();
}
