
/*
 * Replies of Redis: the end of one is found the same way whether its bytes
 * come one by one or at once, it lies within them, and its elements are taken
 * off to the last.
 */


#include "../../src/http/ngx_ic_resp.c"
#include "fuzz.h"


static ngx_int_t
one_by_one(const u_char *data, size_t len, size_t *end)
{
    size_t              i;
    u_char             *copy;
    ngx_int_t           rc;
    ngx_ic_resp_scan_t  scan = { 0, 0 };

    rc = NGX_AGAIN;

    for (i = 1; i <= len && rc == NGX_AGAIN; i++) {
        copy = fuzz_copy(ic_str_n(data, i)).data;
        rc = ngx_ic_resp_end(&scan, copy, i);
        free(copy);
    }

    *end = scan.pos;

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t              end, n;
    ngx_int_t           rc;
    ngx_str_t           reply;
    ic_str_t            copy;
    ngx_ic_resp_t       element;
    ngx_ic_resp_scan_t  scan = { 0, 0 };

    copy = fuzz_copy(ic_str_n(data, size));
    rc = ngx_ic_resp_end(&scan, copy.data, size);

    if (size > 0 && size < 4096) {
        FUZZ_TRUE(one_by_one(data, size, &end) == rc);
        FUZZ_TRUE(rc != NGX_OK || end == scan.pos);
    }

    if (rc == NGX_OK) {
        FUZZ_TRUE(scan.pos <= size);
        reply.data = copy.data;
        reply.len = scan.pos;
        n = 0;

        while ((rc = ngx_ic_resp_next(&reply, &element)) == NGX_OK) {
            FUZZ_TRUE(element.text.data[element.text.len] == '\0');
            FUZZ_TRUE(n++ < size);
        }

        FUZZ_TRUE(rc == NGX_DONE);
    }

    free(copy.data);

    return 0;
}
