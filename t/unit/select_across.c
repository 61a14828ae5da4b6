
/*
 * Which of the hosts' columns go because of the guest's, against the plain
 * definition; what passes; what is refused.
 */


#include <math.h>

#include "../../src/components/feature_select/select.h"
#include "../../src/math/ic_paillier.h"
#include "task_local.h"


#define ROWS     150
#define COLUMNS  6
#define KIND     3               /* where messages say their kind */
#define DEAL     3               /* kinds of ic_shares_state.h */
#define OPEN     4
#define REVEAL   5

#define THREE    "arbiter.0 guest.0 host.0 host.1"
#define TWO      "arbiter.0 guest.0 host.0"
#define ACROSS   "{\"across\":true,\"max_correlation\":0.7}"


static const struct {
    const char  *names;
    const char  *params;
    unsigned     rows;
    const char  *code;
    const char  *text;
} refusals[] = {
    { TWO, "{\"across\":true}", ROWS, "bad_parameter", "below 1" },
    { TWO, "{\"across\":true,\"max_correlation\":0.4}", ROWS,
      "bad_parameter", "from 0.5" },
    { "guest.0 host.0", ACROSS, ROWS, "bad_parameter", "one arbiter" },
    { "arbiter.0 host.0 host.1", ACROSS, ROWS, "bad_parameter", "one guest" },
    { TWO, ACROSS, 99, "data_too_few", "there are 99 rows" },
    { TWO, ACROSS, 1, "data_too_few", "there are 1 rows" },
    { TWO, ACROSS, 0, "data_too_few", "there are 0 rows" }
};

static unsigned  seed;
static double    values[3][ROWS][COLUMNS];   /* guest, hosts */
static unsigned  lie;


static int
insecure(ic_task_t *task)
{
    return select_run_with(task, IC_PAILLIER_INSECURE);
}


static double
uniform(void)
{
    return rand_r(&seed) / (RAND_MAX + 1.0);
}


/*
 * Columns of hosts: mixtures of the guest's with more or less of their own.
 * Column 1 has empty fields, 4 is constant, 5 of extreme numbers.
 */

static void
draw(void)
{
    double    *x, *y, own[3][COLUMNS];
    unsigned   p, i, j;

    for (p = 0; p < 3; p++) {
        for (j = 0; j < COLUMNS; j++) {
            own[p][j] = 4 * uniform();
        }
    }

    for (i = 0; i < ROWS; i++) {
        for (p = 0; p < 3; p++) {
            for (j = 0; j < COLUMNS; j++) {
                x = values[0][i];
                y = &values[p][i][j];
                *y = uniform() * 10;
                *y = p == 0 ? *y + 1e5 * j
                     : *y * own[p][j] - x[(j + p) % 4] * (j - 1.5);
                *y = j == 1 && uniform() < 0.2 ? NAN
                     : isnan(*y) ? 1 : *y;
                *y = j == 4 ? 0.1 : j == 5 ? *y * 1e300 : *y;
            }
        }
    }

    for (i = 0; i < ROWS; i++) {
        values[2][i][5] = -values[0][i][5];
    }
}


static local_t *
create(const char *names, const char *params, unsigned rows)
{
    char      *text, *end, id[16];
    local_t   *net;
    unsigned   p, k, i, j;

    net = local_create(insecure, names);
    local_params(net, LOCAL_ALL, params);
    text = malloc((rows + 1) * (COLUMNS + 2) * 40);

    for (p = 0, k = 0; k < net->count; k++) {

        if (strcmp(net->names[k].role, "arbiter") == 0) {
            continue;
        }

        end = text + sprintf(text, "id,t,\xe5\x88\x97""0,p%u_1,p%u_2,p%u_3,"
                             "p%u_4,p%u_5\n", p, p, p, p, p);

        for (i = 0; i < rows; i++) {
            (void) sprintf(id, "person%u", i + 1000);
            end += sprintf(end, "%s,%c", id, 'a' + (int) (i % 7));

            for (j = 0; j < COLUMNS; j++) {
                end += isnan(values[p][i][j]) ? sprintf(end, ",")
                       : sprintf(end, ",%.17g", values[p][i][j]);
            }

            end += sprintf(end, "\n");
        }

        local_csv(net, k, "train_data", text);
        p++;
    }

    free(text);

    return net;
}


/* Column j with its mean for empty fields, of size 1. */

static void
plain_column(const double (*x)[COLUMNS], unsigned j, double *out)
{
    double    sum, n;
    unsigned  i;

    for (sum = 0, n = 0, i = 0; i < ROWS; i++) {
        out[i] = j == 5 ? x[i][j] / 1e300 : x[i][j];
        sum += isnan(out[i]) ? 0 : out[i];
        n += !isnan(out[i]);
    }

    for (i = 0; i < ROWS; i++) {
        out[i] = isnan(out[i]) ? 0 : out[i] - sum / n;
    }
}


static bool
plain(unsigned party, unsigned j, double bound)
{
    double    x[ROWS], y[ROWS], xx, yy, xy;
    unsigned  k, i;
    bool      beyond;

    plain_column(values[party], j, y);

    for (beyond = false, k = 0; j != 4 && k < COLUMNS; k++) {
        plain_column(values[0], k, x);

        for (xx = yy = xy = 0, i = 0; i < ROWS; i++) {
            xx += x[i] * x[i];
            yy += y[i] * y[i];
            xy += x[i] * y[i];
        }

        beyond |= k != 4 && fabs(xy) / sqrt(xx * yy) > bound;
    }

    return beyond;
}


static const char *
result(local_t *net, unsigned i, unsigned j, const char *member)
{
    ic_str_t          s;
    const ic_json_t  *columns;

    columns = ic_json_get(ic_json_parse(net->parties[i].arena,
                          ic_str(local_output(net, i, "report")), NULL),
                          "columns");
    s = ic_json_str(ic_json_get(ic_json_at(columns, j + 1), member));

    return s.data == NULL ? "" : strndup((char *) s.data, s.len);
}


static unsigned
revealed(local_t *net, unsigned to)
{
    unsigned          n;
    local_message_t  *m;

    for (n = 0, m = net->first; m != NULL; m = m->next) {
        n += m->to == to && m->data[KIND] == REVEAL
             && strcmp(m->topic, "feature_select_shares") == 0;
    }

    return n;
}


static void
test_random(const char *names, const char *triples, double bound)
{
    char         params[256];
    local_t     *net;
    unsigned     p, j, k, bad, gone, first;
    const char  *r;

    draw();
    (void) snprintf(params, sizeof(params), "{\"unique_id\":\"id\","
                    "\"across\":true,\"max_correlation\":%g,\"triples\":"
                    "\"%s\",\"drop_constant\":false}", bound, triples);
    net = create(names, params, ROWS);
    first = strncmp(names, "arbiter", 7) == 0;
    ok(local_run(net) == 0, "%s %s: %s", names, params,
       net->parties[first].text);

    for (bad = 0, gone = 0, p = 1; p + first < net->count; p++) {
        for (j = 0; j < COLUMNS; j++) {
            r = result(net, p + first, j, "result");
            k = plain(p, j, bound);
            gone += k;
            bad += k != (strcmp(r, "correlated_across") == 0);
            bad += k != (strcmp(result(net, p + first, j, "party"),
                                "guest.0") == 0);
        }

        ok(revealed(net, p + first) > 0, "... opened to host.%u", p - 1);
    }

    is_int(bad, 0, "... hosts' columns go as the definition says, %u", gone);
    ok(strstr(local_output(net, first, "report"), "across") == NULL,
       "... none of the guest's");
    is_int(revealed(net, first), 0, "... nothing opened to the guest");
    ok(first == 0 || revealed(net, 0) == 0, "... nor to the arbiter");
    local_destroy(net);
}


static int
by_word(const void *one, const void *two)
{
    return memcmp(one, two, 8);
}


/* The words of what was dealt and opened, sorted. */

static u_char *
words(local_t *net, size_t *n)
{
    size_t            i;
    u_char           *all;
    local_message_t  *m;

    for (*n = 0, m = net->first; m != NULL; m = m->next) {
        *n += m->len;
    }

    all = malloc(*n * 8);

    for (*n = 0, m = net->first; m != NULL; m = m->next) {
        for (i = 40; m->data[KIND] >= DEAL && m->data[KIND] <= REVEAL
                     && i + 8 <= m->len; i++)
        {
            memcpy(all + 8 * (*n)++, m->data + i, 8);
        }
    }

    qsort(all, *n, 8, by_word);

    return all;
}


/* Two runs with the same table, one with another. */

static void
test_traffic(void)
{
    char              text[32];
    size_t            n[2], i, k;
    u_char           *all[2];
    local_t          *net[3];
    unsigned          p, j, found;
    local_message_t  *a, *b;

    static const char  params[] = "{\"unique_id\":\"id\",\"across\":true,"
                                  "\"max_correlation\":0.7}";

    for (i = 0; i < 3; i++) {
        if (i != 1) {
            draw();
        }

        net[i] = create(THREE, params, ROWS);
        ok(local_run(net[i]) == 0, "run %u", (unsigned) i);

        for (found = 0, p = 0; p < 3; p++) {
            for (k = 0; k < ROWS; k++) {
                for (j = 0; j < 4; j++) {
                    (void) sprintf(text, "%.17g", values[p][k][j]);
                    found += strlen(text) > 8
                             && (local_passed(net[i], text, strlen(text))
                                 || local_passed(net[i],
                                                 &values[p][k][j], 8));
                }
            }
        }

        is_int(found, 0, "... no value passes");
        ok(!local_passed(net[i], "person", 6)
           && !local_passed(net[i], "p0_1", 4)
           && !local_passed(net[i], "p1_1", 4), "... no id, no name");
    }

    all[0] = words(net[0], &n[0]);
    all[1] = words(net[1], &n[1]);

    for (found = 0, k = 0, i = 0; i < n[0] && k < n[1]; ) {
        found += memcmp(all[0] + 8 * i, all[1] + 8 * k, 8) == 0;
        memcmp(all[0] + 8 * i, all[1] + 8 * k, 8) < 0 ? i++ : k++;
    }

    ok(n[0] > 10000, "%u words", (unsigned) n[0]);
    is_int(found, 0, "... none comes again");

    for (found = 0, p = 0; p < 16; p++) {
        for (i = 0; i < 3; i += 2) {
            for (n[i / 2] = 0, a = net[i]->first; a != NULL; a = a->next) {
                n[i / 2] += a->from == p / 4 && a->to == p % 4
                            && a->data[KIND] >= DEAL
                            && a->data[KIND] <= REVEAL ? a->len : 0;
            }
        }

        found += n[0] != n[1];
    }

    is_int(found, 0, "lengths do not depend on values");
    b = net[0]->first;
    ok(b != NULL && strcmp(b->topic, "feature_select") == 0, "topics");
    free(all[0]);
    free(all[1]);

    for (i = 0; i < 3; i++) {
        local_destroy(net[i]);
    }
}


/* host.0 says how many columns it has; its shares are cut short. */

static void
tamper(local_t *net, local_message_t *m)
{
    bool  hello;

    hello = strcmp(m->topic, "feature_select") == 0;

    if (m->from != 2 || m->to != 1 || hello != (lie < 3)
        || (!hello && m->data[KIND] != OPEN))
    {
        return;
    }

    net->tampered = 1;

    if (lie < 3) {
        memset(m->data + 40, lie == 0 ? 0xff : 0, 8);
        m->data[46] = lie == 1 ? 1 : m->data[46];
        m->len -= lie == 2 ? 9 : 0;

    } else {
        m->len -= 8;
    }
}


static void
test_hostile(void)
{
    local_t  *net;

    static const char *const  lies[] = { "-1 columns", "256 columns",
                                         "half a message", "short shares" };

    for (lie = 0; lie < 4; lie++) {
        draw();
        net = create("arbiter.0 guest.0 host.0", "{\"across\":true,"
                     "\"max_correlation\":0.7}", ROWS);
        net->tamper = tamper;
        ok(local_run(net) != 0 && net->tampered, "%s end the task",
           lies[lie]);
        is_str(net->parties[1].code, "peer_protocol", "... %s",
               net->parties[1].text);
        local_destroy(net);
    }
}


/* The hosts have as many rows, but not the same. */

static void
test_order(void)
{
    char     *path;
    FILE     *file;
    local_t  *net;

    draw();
    net = create(TWO, "{\"across\":true,"
                 "\"unique_id\":\"id\",\"max_correlation\":0.7,"
                 "\"min_rows\":10}", 10);
    path = malloc(512);
    (void) snprintf(path, 512, "%s/train_data.csv", net->parties[2].folder);
    file = fopen(path, "r+");
    (void) fseek(file, (long) strlen("id,t,\xe5\x88\x97""0,p1_1,p1_2,p1_3,"
                                     "p1_4,p1_5\n"), SEEK_SET);
    (void) fputs("P", file);
    (void) fclose(file);
    free(path);
    local_refused(net, "data_not_aligned", "");
}


/* What the guest does not judge takes no part, nor what it has dropped. */

static void
test_judged(void)
{
    unsigned  i;
    local_t  *net;

    draw();

    for (i = 0; i < ROWS; i++) {
        values[1][i][2] = values[0][i][3];
        values[1][i][3] = values[0][i][2];
    }

    net = create(TWO, "{\"across\":true,"
                 "\"unique_id\":\"id\",\"max_correlation\":0.999}", ROWS);
    local_params(net, 1, "{\"across\":true,\"columns\":[\"p0_1\",\"p0_2\"],"
                 "\"unique_id\":\"id\",\"max_correlation\":0.999}");
    ok(local_run(net) == 0, "two columns: %s", net->parties[1].text);
    is_str(result(net, 2, 2, "result"), "kept", "... not by another one");
    is_str(result(net, 2, 3, "result"), "correlated_across", "... by these");
    local_destroy(net);

    net = create(TWO, "{\"across\":true,"
                 "\"unique_id\":\"id\",\"max_correlation\":0.999}", ROWS);
    local_params(net, 2, "{\"across\":true,\"keep\":[\"p1_2\"],"
                 "\"unique_id\":\"id\",\"max_correlation\":0.999}");
    ok(local_run(net) == 0, "keep: %s", net->parties[1].text);
    is_str(result(net, 2, 2, "result"), "kept", "... what a host keeps");
    is_str(result(net, 2, 3, "result"), "correlated_across", "... alone");
    local_destroy(net);
}


static void
test_wide(void)
{
    char      *text, *end;
    local_t   *net;
    unsigned   i, row;

    net = create("arbiter.0 guest.0 host.0", "{\"across\":true,"
                 "\"max_correlation\":0.7}", ROWS);
    text = malloc(ROWS * 1000 * 8);
    end = text;

    for (row = 0; row < ROWS; row++) {
        for (i = 0; i < 1000; i++) {
            end += sprintf(end, row ? "%u%c" : "c%u%c",
                           row ? (unsigned) rand_r(&seed) % 99 : i,
                           i == 999 ? '\n' : ',');
        }
    }

    local_csv(net, 2, "train_data", text);
    free(text);
    local_refused(net, "bad_parameter", "there are 1000");
}


int
main(void)
{
    unsigned  i;

    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 208;
    printf("# SEED=%u\n", seed);

    test_random("arbiter.0 guest.0 host.0", "coordinator", 0.5);
    test_random("arbiter.0 guest.0 host.0", "coordinator", 0.8);
    test_random(THREE, "coordinator", 0.65);
    test_random("guest.0 host.0", "paillier", 0.7);
    test_traffic();
    test_hostile();
    test_order();
    test_judged();
    test_wide();

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        local_refused(create(refusals[i].names, refusals[i].params,
                             refusals[i].rows),
                      refusals[i].code, refusals[i].text);
    }

    return done();
}
