
/*
 * One message of a run is damaged at random: the honest parties end with a
 * named failure, or with the model of an undisturbed run; never by a crash,
 * never with different models.
 */


#include <unistd.h>

#include "homo_lr_net.h"


#define RUNS   400
#define HOSTS  2
#define BITS   512


static char      paths[HOSTS + 1][32];
static unsigned  target;         /* which message of the run */
static unsigned  passed;
static int       how;


static void write_rows(void);
static local_t *create(void);
static void damage(local_t *net, local_message_t *m);
static void change_length(local_message_t *m);
static int is_sound(local_t *net, const char *clean);


int
main(void)
{
    int        rc, unsound, refused;
    char      *clean;
    local_t   *net;
    unsigned   i, messages, seed;
    ic_str_t   model;

    local_message_t  *m;

    seed = 1717;
    printf("# seed %u\n", seed);
    srand(seed);
    write_rows();

    net = create();
    ok(local_run(net) == 0, "an undisturbed run");
    model = ic_str(local_output(net, 1, "model"));
    clean = strndup((char *) model.data, model.len);

    for (messages = 0, m = net->first; m != NULL; m = m->next) {
        messages++;
    }

    homo_destroy(net);

    for (unsound = 0, refused = 0, i = 0; i < RUNS; i++) {
        target = (unsigned) rand() % messages;
        how = rand() % 6;
        passed = 0;

        net = create();
        net->tamper = damage;
        rc = local_run(net);
        refused += rc != 0;

        if (!is_sound(net, clean)) {
            printf("# run %u: message %u damaged (%d)\n", i, target, how);
            unsound++;
        }

        homo_destroy(net);
    }

    is_int(unsound, 0, "%d damaged runs end soundly", RUNS);
    ok(refused > RUNS * 9 / 10, "%d of them with a failure", refused);

    for (i = 0; i <= HOSTS; i++) {
        (void) unlink(paths[i]);
    }

    free(clean);

    return done();
}


static void
write_rows(void)
{
    int        fd;
    FILE      *file;
    unsigned   i, j;

    for (i = 0; i <= HOSTS; i++) {
        strcpy(paths[i], "/tmp/homo_lr_hostile_XXXXXX");
        fd = mkstemp(paths[i]);
        file = fdopen(fd, "w");
        fprintf(file, "id,y,a\n");

        for (j = 0; j < 12; j++) {
            fprintf(file, "%u,%u,%.3f\n", j, j % 2,
                    rand() / (double) RAND_MAX);
        }

        (void) fclose(file);
    }
}


static local_t *
create(void)
{
    char       input[128];
    local_t   *net;
    unsigned   i;

    static const char  params[] =
        "{\"attributes\":[\"a\"],\"unique_id\":\"id\",\"label_name\":\"y\","
        "\"max_iter\":1}";

    net = homo_create(HOSTS, BITS);

    for (i = 0; i < net->count; i++) {
        (void) snprintf(input, sizeof(input), "{\"sources\":[{\"type\":"
                        "\"csv\",\"path\":\"%s\"}]}", paths[i ? i - 1 : 0]);
        homo_set(net, i, params, i ? input : "{}");
    }

    return net;
}


static void
damage(local_t *net, local_message_t *m)
{
    size_t            i;
    local_message_t  *other;

    if (passed++ != target) {
        return;
    }

    switch (how) {

    case 0:
        m->data[(size_t) rand() % m->len] ^= (u_char) (1 << rand() % 8);
        break;

    case 1:
        for (i = (size_t) rand() % m->len; i < m->len; i++) {
            m->data[i] = (u_char) rand();
        }
        break;

    case 2:

        /* an earlier message in its place */

        for (other = net->first; other != NULL; other = other->next) {
            if (rand() % 4 == 0) {
                m->data = realloc(m->data, other->len);
                memcpy(m->data, other->data, other->len);
                m->len = other->len;
                break;
            }
        }
        break;

    case 3:
        m->data[(size_t) rand() % (m->len < 80 ? m->len : 80)] = 0xff;
        break;

    default:
        change_length(m);
    }
}


static void
change_length(local_message_t *m)
{
    size_t  len;

    len = (how == 4) ? (size_t) rand() % m->len
                     : m->len + 1 + (size_t) rand() % 5000;
    m->data = realloc(m->data, len + 1);

    if (len > m->len) {
        memset(m->data + m->len, 7, len - m->len);
    }

    m->len = len;
}


static int
is_sound(local_t *net, const char *clean)
{
    unsigned              i;
    const ic_task_t  *party;

    for (i = 0; i < net->count; i++) {
        party = &net->parties[i];

        if (party->rc != 0 && party->code[0] == '\0') {
            return 0;
        }

        if (i > 0 && party->rc == 0
            && strcmp(local_output(net, i, "model"), clean) != 0)
        {
            return 0;
        }
    }

    return 1;
}
