
/* Messages of psi. */


#include <stdlib.h>
#include <string.h>

#include "psi_wire.h"


static int check_header(psi_t *psi, const psi_message_t *in, size_t len,
    psi_kind_e kind, uint32_t number);


static const char *const  kinds[] = {
    "nothing", "the sizes", "points", "tags", "the end", "counts"
};


int
psi_begin(psi_t *psi, psi_message_t *out, psi_kind_e kind, uint32_t number,
    size_t len)
{
    out->data = malloc(PSI_HEADER + len);

    if (out->data == NULL) {
        return psi_no_memory(psi);
    }

    out->len = len;
    out->body = out->data + PSI_HEADER;
    out->data[0] = PSI_WIRE;
    out->data[1] = (u_char) kind;
    (void) psi_put_u32(out->data + 2, number);
    memcpy(out->data + 6, psi->context, PSI_CONTEXT);

    return 0;
}


int
psi_send(psi_t *psi, psi_message_t *out)
{
    int  rc;

    rc = psi->io->send(psi->io_ctx, psi->peer, out->data,
                       PSI_HEADER + out->len);
    psi->failed |= rc != 0;
    psi->bytes_sent += PSI_HEADER + (int64_t) out->len;
    psi_drop(out);

    return rc;
}


int
psi_recv(psi_t *psi, psi_message_t *in, psi_kind_e kind, uint32_t number,
    size_t len)
{
    size_t  size;

    in->data = NULL;

    if (psi->io->recv(psi->io_ctx, psi->peer, &in->data, &size) != 0) {
        psi->failed = true;
        return -1;
    }

    psi->bytes_received += (int64_t) size;

    if (check_header(psi, in, size, kind, number) != 0) {
        return -1;
    }

    in->body = in->data + PSI_HEADER;
    in->len = size - PSI_HEADER;

    if (in->len != len) {
        return psi_fail(psi, "peer_protocol", NULL, 0,
                        "%s sent %s number %u with %zu bytes where %zu were "
                        "agreed", psi->peer->name, kinds[kind], number,
                        in->len, len);
    }

    return 0;
}


static int
check_header(psi_t *psi, const psi_message_t *in, size_t len,
    psi_kind_e kind, uint32_t number)
{
    unsigned  found;

    if (len < PSI_HEADER || in->data[0] != PSI_WIRE) {
        return psi_fail(psi, "peer_protocol", NULL, 0,
                        "%s sent no message of this protocol",
                        psi->peer->name);
    }

    found = in->data[1];

    if (found != kind || psi_get_u32(in->data + 2) != number) {
        return psi_fail(psi, "peer_protocol", NULL, 0,
                        "%s sent %s number %u where %s number %u was "
                        "expected", psi->peer->name,
                        (found >= PSI_HELLO && found <= PSI_COUNTS)
                        ? kinds[found] : kinds[0],
                        psi_get_u32(in->data + 2), kinds[kind], number);
    }

    if (kind != PSI_HELLO
        && memcmp(in->data + 6, psi->context, PSI_CONTEXT) != 0)
    {
        return psi_fail(psi, "peer_protocol", NULL, 0,
                        "%s sent %s number %u of another run",
                        psi->peer->name, kinds[kind], number);
    }

    return 0;
}


void
psi_drop(psi_message_t *message)
{
    free(message->data);
    message->data = NULL;
}


u_char *
psi_put_u32(u_char *p, uint32_t n)
{
    *p++ = (u_char) (n >> 24);
    *p++ = (u_char) (n >> 16);
    *p++ = (u_char) (n >> 8);
    *p++ = (u_char) n;

    return p;
}


uint32_t
psi_get_u32(const u_char *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | p[3];
}
