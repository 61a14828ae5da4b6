
/*
 * Columns of hosts that say what one of the guest's says. Correlations are
 * computed in shares (protocol/ic_shares.h); a host gets one bit for each of
 * its columns, nobody anything else.
 */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_shares.h"
#include "select.h"


#define ACROSS_MOST   200        /* columns of a party */
#define ACROSS_LEAST  0.5        /* of max_correlation */


typedef struct {
    select_t           *select;
    ic_shares_conf_t    conf;
    ic_shares_t        *shares;
    const ic_party_t   *guest;
    select_column_t   **columns;     /* of ours: numbers that differ */
    double            **values;
    unsigned            count;
    unsigned            counts[IC_SHARES_MAX];
    unsigned            parties;     /* with data */
} across_t;


static int across_begin(across_t *across, unsigned flags);
static int across_parties(across_t *across);
static int across_columns(across_t *across);
static bool across_numbers(const select_t *select,
    const select_column_t *column, double *values);
static int across_open(across_t *across);
static int across_counts(across_t *across, ic_str_t common);
static int across_rows(across_t *across);
static int across_host(across_t *across, unsigned host);
static int across_memory(const across_t *across);


static const char *const  across_kinds[] = { NULL, "columns" };

static const char *const  across_common[] = {
    "across", "max_correlation", "triples", "key_length", "min_rows", NULL
};


int
select_across(select_t *select)
{
    int       rc;
    across_t  across;
    unsigned  n;

    if (!ic_setting_bool(&select->settings, "across")) {
        return 0;
    }

    memset(&across, 0, sizeof(across_t));
    across.select = select;

    rc = across_begin(&across, select->paillier_flags) != 0
         || across_columns(&across) != 0 || across_open(&across) != 0
         || across_rows(&across) != 0 ? -1 : 0;

    for (n = 1; rc == 0 && n < across.parties; n++) {
        if (across.counts[0] > 0 && across.counts[n] > 0) {
            rc = across_host(&across, n);
        }
    }

    for (n = 0; across.values != NULL && n <= across.count; n++) {
        free(across.values[n]);
    }

    ic_shares_close(across.shares);
    free(across.values);
    free(across.columns);

    return rc;
}


static int
across_begin(across_t *across, unsigned flags)
{
    double     bound;
    select_t  *select;

    select = across->select;
    bound = ic_setting_num(&select->settings, "max_correlation");

    if (bound < ACROSS_LEAST || bound >= 1) {
        return ic_task_fail(select->task, "bad_parameter", NULL, 0,
                            "across needs a max_correlation from %g to below "
                            "1", ACROSS_LEAST);
    }

    across->conf.topic = "feature_select_shares";
    across->conf.paillier = ic_setting_choice(&select->settings, "triples")
                            == 1;
    across->conf.modulus_bits = flags != 0 ? 1024
        : (unsigned) ic_setting_int(&select->settings, "key_length");
    across->conf.paillier_flags = flags;

    return across_parties(across);
}


static int
across_parties(across_t *across)
{
    bool               right;
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(across->select->task, &count);

    for (right = true, i = 0; i < count; i++) {

        if (strcmp(parties[i].role, "arbiter") == 0) {
            continue;
        }

        right = right && strcmp(parties[i].role, across->parties == 0
                                ? "guest" : "host") == 0;
        across->guest = across->parties++ == 0 ? &parties[i] : across->guest;
    }

    return right && across->parties >= 2 && across->parties <= IC_SHARES_MAX
           ? 0 : ic_task_fail(across->select->task, "bad_parameter", NULL, 0,
                              "across is for one guest and one or two "
                              "hosts");
}


/* A host's that stay in any case are not asked about. */

static int
across_columns(across_t *across)
{
    bool              guest;
    unsigned          n;
    select_t         *select;
    select_column_t  *column;

    select = across->select;
    guest = strcmp(ic_task_self(select->task)->role, "guest") == 0;
    across->columns = calloc(select->count + 1, sizeof(select_column_t *));
    across->values = calloc(select->count + 1, sizeof(double *));

    if (across->columns == NULL || across->values == NULL) {
        return across_memory(across);
    }

    for (n = 0; n < select->count; n++) {
        column = &select->columns[n];

        if (column->reason != SELECT_KEPT || (column->always && !guest)) {
            continue;
        }

        if (across->values[across->count] == NULL) {
            across->values[across->count] =
                malloc(((size_t) select->rows + 1) * sizeof(double));
        }

        if (across->values[across->count] == NULL) {
            return across_memory(across);
        }

        if (across_numbers(select, column, across->values[across->count])) {
            across->columns[across->count++] = column;
        }
    }

    return across->count <= ACROSS_MOST ? 0
           : ic_task_fail(select->task, "bad_parameter", NULL, 0,
                          "across is for %d columns of numbers of a party; "
                          "there are %u: name some in columns", ACROSS_MOST,
                          across->count);
}


/*
 * From -1 to 1, which changes no correlation and lets no sum overflow; empty
 * ones are the mean. False if they are no numbers or all the same.
 */

static bool
across_numbers(const select_t *select, const select_column_t *column,
    double *values)
{
    double             largest, least, most, sum;
    int64_t            row;
    ic_source_error_t  error;

    if (ic_table_some_numbers(select->table, column->name, values, &error)
        != 0)
    {
        return false;
    }

    least = INFINITY;
    most = -INFINITY;

    for (row = 0; row < select->rows; row++) {
        least = fmin(least, values[row]);
        most = fmax(most, values[row]);
    }

    if (!(least < most)) {
        return false;
    }

    largest = fmax(fabs(least), fabs(most));

    for (sum = 0, row = 0; row < select->rows; row++) {
        values[row] /= largest;
        sum += isnan(values[row]) ? 0 : values[row];
    }

    sum /= (double) column->filled;

    for (row = 0; row < select->rows; row++) {
        values[row] = isnan(values[row]) ? sum : values[row];
    }

    return true;
}


static int
across_open(across_t *across)
{
    ic_str_t   common;
    select_t  *select;

    select = across->select;
    common = ic_settings_common(&select->settings, across_common);

    if (common.data == NULL || across_counts(across, common) != 0) {
        return -1;
    }

    across->shares = ic_shares_open(select->task, &across->conf, common,
                                    select->table != NULL ? select->rows
                                                          : -1);

    return across->shares != NULL ? 0 : -1;
}


/* ic_agree() with numbers of columns for those of rows. */

static int
across_counts(across_t *across, ic_str_t common)
{
    int64_t            counts[IC_TASK_MAX_PARTIES];
    unsigned           i, k, count;
    ic_task_t         *task;
    ic_wire_t          wire;
    const ic_party_t  *parties;

    task = across->select->task;
    parties = ic_task_parties(task, &count);
    ic_wire_init(&wire, task, "feature_select", 1, across_kinds, 2);

    if (ic_agree(&wire, common, across->select->table != NULL
                 ? (int64_t) across->count : -1, counts) != 0)
    {
        return -1;
    }

    for (k = 0, i = 0; i < count; i++) {

        if (strcmp(parties[i].role, "arbiter") == 0) {
            continue;
        }

        if (counts[i] < 0 || counts[i] > ACROSS_MOST) {
            return ic_task_fail(task, "peer_protocol", NULL, 0,
                                "%s says it has %lld columns",
                                parties[i].name, (long long) counts[i]);
        }

        across->counts[k++] = (unsigned) counts[i];
    }

    return 0;
}


static int
across_rows(across_t *across)
{
    int64_t    rows;
    select_t  *select;

    select = across->select;

    if (ic_shares_self(across->shares) >= 0
        && ic_shares_align(across->shares, select->table,
                           ic_setting_text(&select->settings, "unique_id"))
           != 0)
    {
        return -1;
    }

    rows = ic_shares_rows(across->shares, 0);

    return rows >= ic_setting_int(&select->settings, "min_rows") ? 0
           : ic_task_fail(select->task, "data_too_few", NULL, 0,
                          "there are %lld rows; correlations with another "
                          "party's columns are of min_rows or more, %lld",
                          (long long) rows, (long long)
                          ic_setting_int(&select->settings, "min_rows"));
}


static int
across_host(across_t *across, unsigned host)
{
    bool                     beyond[ACROSS_MOST];
    unsigned                 n;
    ic_shares_correlation_t  of;

    memset(&of, 0, sizeof(ic_shares_correlation_t));
    of.columns = (const double *const *) across->values;
    of.parties[1] = host;
    of.counts[0] = across->counts[0];
    of.counts[1] = across->counts[host];
    of.rows = ic_shares_rows(across->shares, 0);
    of.to = 1U << host;
    of.bound = ic_setting_num(&across->select->settings, "max_correlation");
    of.beyond = beyond;

    if (ic_shares_correlated(across->shares, &of) != 0) {
        return -1;
    }

    for (n = 0; ic_shares_self(across->shares) == (int) host
                && n < across->count; n++)
    {
        if (beyond[n]) {
            across->columns[n]->reason = SELECT_ACROSS;
            across->columns[n]->party = across->guest->name;
        }
    }

    return 0;
}


static int
across_memory(const across_t *across)
{
    return ic_task_fail(across->select->task, "internal", NULL, 0,
                        "memory is short");
}
