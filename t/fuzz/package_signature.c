
/*
 * Signatures of packages: CMS in DER, of a package that is always the same,
 * by a certificate whose key nobody has any more; a seed is a good one. What
 * is refused says why, and nothing that is good for this package is so for
 * another.
 */


#include "../../src/package/ic_package.h"
#include "files.h"


#define TRUSTED  "trusted.pem"


/* CN=developer, from 2020 to 2120. */
static const char  certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBajCCARGgAwIBAgIUCRrIbXXg4Q5bD8+uNLrawspE8HMwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJZGV2ZWxvcGVyMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx\n"
    "MDAwMDAwWjAUMRIwEAYDVQQDDAlkZXZlbG9wZXIwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAATngdXiaYp4gXhU3KzQJ/fSTWNGdGSkLFfd7wm5QeU6NMroxuF44FP+\n"
    "gGishX8xUmocTSTcl5MuaeZW75JyfDK6oz8wPTAMBgNVHRMBAf8EAjAAMA4GA1Ud\n"
    "DwEB/wQEAwIHgDAdBgNVHQ4EFgQUi6rdsuO9H8QKY2f1BVBoxnbfaUQwCgYIKoZI\n"
    "zj0EAwIDRwAwRAIgEVwYm2MAB5Mwiv2N2yQWXpTeLuqqgqab8jSA71KTzYICIFKX\n"
    "88EDoT82tB/2m1Y0nTnyIBRPTvOZb5guR0fxn2Qd\n"
    "-----END CERTIFICATE-----\n";

static const char  descriptor[] =
    "{\"componentName\":\"fuzzed\",\"title\":\"t\",\"provider\":\"p\","
    "\"version\":\"1.0.0\",\"description\":\"d\",\"roleList\":[\"guest\"],"
    "\"desVersion\":\"1.2.0\",\"storageEngine\":[],\"inputParam\":[],"
    "\"inputData\":[],\"outputData\":[],\"result\":[{\"resultCode\":\"0\","
    "\"resultMessage\":\"success\"}],\"category\":\"c\",\"protocol\":\"p\","
    "\"language\":\"shell\",\"compatibility\":\"interconn 0.2\","
    "\"resources\":{\"cpu\":1,\"memory\":\"64m\",\"disk\":\"1m\"}}";


static int
verify(ic_arena_t *arena, ic_str_t signature, const char *security)
{
    int                  rc;
    ic_package_t         pkg;
    ic_package_policy_t  policy;

    memset(&pkg, 0, sizeof(pkg));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_EXECUTABLE, ic_str("#!"));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_SECURITY, ic_str(security));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_DESCRIPTOR, ic_str(descriptor));
    FUZZ_TRUE(ic_package_make(&pkg, arena) == 0);
    FUZZ_TRUE(ic_tar_put(&pkg.tar, ic_package_signature(IC_PACKAGE_DEVELOPER),
                         signature) == 0);

    memset(&policy, 0, sizeof(policy));
    policy.trusted[IC_PACKAGE_DEVELOPER] = files_path(TRUSTED);
    rc = ic_package_verify(&pkg, &policy);

    FUZZ_TRUE(rc == 0 || pkg.error[0] != '\0');
    FUZZ_TRUE(strnlen(pkg.error, sizeof(pkg.error)) < sizeof(pkg.error));

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ic_str_t      signature;
    ic_arena_t   *arena;
    static bool   begun;

    if (!begun) {
        files_put(TRUSTED, ic_str(certificate));
        begun = true;
    }

    signature = fuzz_copy(ic_str_n(data, size));
    arena = ic_pool_create();

    (void) verify(arena, signature, "# none");
    FUZZ_TRUE(verify(arena, signature, "# nine") != 0);

    ic_pool_destroy(arena);
    free(signature.data);

    return 0;
}
