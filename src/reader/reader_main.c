
/* interconn-reader: see reader.h. */


#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../lib/ic_secret.h"
#include "reader.h"


static int answer(reader_t *reader, int rc);
static void answer_described(ic_json_out_t *out, const reader_t *reader);


int
main(void)
{
    int       rc;
    reader_t  reader;

    (void) ic_secret_no_core();
    (void) setlocale(LC_CTYPE, "C.UTF-8");

    memset(&reader, 0, sizeof(reader_t));
    reader.arena = ic_pool_create();

    if (reader.arena == NULL) {
        return EXIT_FAILURE;
    }

    rc = reader_take_request(&reader);

    if (rc == 0) {
        rc = reader_watch(&reader);
    }

    if (rc == 0 && reader.request.dsn != NULL) {
        rc = reader_connect(&reader);
    }

    /* until then its descriptors are its own: one may be odbc.ini */

    (void) prctl(PR_SET_DUMPABLE, 0);

    if (rc == 0) {
        rc = reader.request.location != NULL ? reader_copy(&reader)
             : reader.request.path != NULL ? reader_sqlite(&reader)
                                           : reader_read(&reader);
    }

    if (rc == 0) {
        rc = reader_describe_rows(&reader);
    }

    /* the watch may be about to end it, and has said why */

    while (!reader_tells(&reader)) {
        (void) pause();
    }

    rc = answer(&reader, rc);
    reader.status = rc;
    reader.answered = true;

    /* what is at stake is told: a driver that hangs or crashes at its end
     * changes nothing */

    reader.running = false;
    reader_disconnect(&reader);
    ic_pool_destroy(reader.arena);

    return rc;
}


static int
answer(reader_t *reader, int rc)
{
    ic_str_t       text;
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, reader->arena);
    ic_out_object(&out, NULL);

    if (rc != 0) {
        ic_out_z(&out, "error", reader->error.code);
        ic_out_z(&out, "column", reader->error.column);
        ic_out_int(&out, "row", reader->error.row);
        ic_out_z(&out, "text", reader->error.text);

    } else {
        ic_out_int(&out, "rows", reader->rows);
        ic_out_array(&out, "columns");

        for (i = 0; i < reader->ncolumns; i++) {
            ic_out_object(&out, NULL);
            ic_out_z(&out, "name", reader->out_columns[i].name);
            ic_out_z(&out, "type",
                     ic_cell_name(reader->out_columns[i].type));
            ic_out_object_end(&out);
        }

        ic_out_array_end(&out);
        answer_described(&out, reader);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    printf("%.*s\n", (int) text.len, (char *) text.data);

    return fflush(stdout) == 0 && rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}


static void
answer_described(ic_json_out_t *out, const reader_t *reader)
{
    if (reader->digest[0] != '\0') {
        ic_out_z(out, "digest", reader->digest);
    }

    if (reader->metas.len > 0) {
        ic_out_raw(out, "metas", reader->metas);
    }

    if (reader->statistics.len > 0) {
        ic_out_raw(out, "statistics", reader->statistics);
    }
}
