
/* When certificates end. */


#include <stdlib.h>
#include <unistd.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_ca.h"
#include "../../src/trust/ic_cert.h"


#define DAY  86400000LL


static char  folder[] = "/tmp/trust_ends.XXXXXX";


/* When one that was issued for so many days ends; -1: there is none. */

static int64_t
ends(int days)
{
    char      error[256];
    X509     *cert;
    int64_t   ms;

    if (ic_ca_issue("ca.pem", "ca.key", "a.pem", "a.key", "node-a",
                    "DNS:localhost", days, error, sizeof(error))
        != 0)
    {
        printf("# %s\n", error);
        return -1;
    }

    cert = ic_cert_read("a.pem");
    ms = cert == NULL ? -1 : ic_cert_ends(cert);
    X509_free(cert);

    return ms;
}


/* The same of a.pem as openssl and date tell it. */

static int64_t
told(void)
{
    FILE       *f;
    long long   seconds;

    seconds = -1;
    f = popen("date +%s -d \"$(openssl x509 -enddate -noout -in a.pem"
              " | cut -d= -f2)\"", "r");

    if (f != NULL && fscanf(f, "%lld", &seconds) != 1) {
        seconds = -1;
    }

    if (f != NULL) {
        pclose(f);
    }

    return seconds * 1000;
}


int
main(void)
{
    char     error[256];
    int64_t  now, ms;

    if (mkdtemp(folder) == NULL || chdir(folder) != 0
        || ic_ca_create("ca.pem", "ca.key", "test network", 30, error,
                        sizeof(error)) != 0)
    {
        return 1;
    }

    now = ic_now_ms();
    ms = ends(30);

    ok(ms > now + 29 * DAY && ms <= now + 31 * DAY, "in thirty days");
    is_int(ms, told(), "when openssl says");

    ms = ends(20000);
    ok(ms > now + 19999 * DAY, "beyond 2049, where the year is longer");
    is_int(ms, told(), "when openssl says");

    ms = ends(-1);
    ok(ms > 0 && ms < now, "one has ended");

    if (system("rm -rf -- \"$PWD\"") != 0) {
        printf("# %s is left\n", folder);
    }

    return done();
}
