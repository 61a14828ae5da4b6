
/*
 * The component of t/88 and t/89: rounds of messages between all parties, then
 * an end as its parameters say. Every round that it sends is noted in a file:
 * session, party, round and a mask as a protocol would use it only once.
 */


#include <fcntl.h>
#include <openssl/rand.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/task/ic_task.h"


static int chaos_run(ic_task_t *task);
static int chaos_rounds(ic_task_t *task, int rounds);
static int chaos_round(ic_task_t *task, int round);
static void chaos_note(ic_task_t *task, int round);
static void chaos_sleep(int64_t ms);
static int64_t chaos_number(ic_task_t *task, const char *name);
static const char *chaos_text(ic_task_t *task, const char *name);


int
main(int argc, char **argv)
{
    return ic_task_main(argc, argv, "{\"name\":\"chaos\",\"provider\":"
                        "\"interconn\",\"version\":\"1.0.0\"}", chaos_run);
}


/* mode: "", "fail", "crash", "flaky" (every second try), "deaf" */
static int
chaos_run(ic_task_t *task)
{
    const char  *mode;

    mode = chaos_text(task, "mode");

    if (strcmp(mode, "deaf") == 0) {
        (void) signal(SIGTERM, SIG_IGN);
    }

    if (chaos_rounds(task, (int) chaos_number(task, "rounds")) != 0) {
        return -1;
    }

    if (strcmp(mode, "fail") == 0) {
        ic_task_fail(task, "data_null_label", "label", 7, "no label");
        return -1;
    }

    if (strcmp(mode, "crash") == 0
        || (strcmp(mode, "flaky") == 0
            && strchr("13579bdf", ic_task_id(task)[5]) != NULL))
    {
        (void) raise(SIGKILL);
    }

    return 0;
}


static int
chaos_rounds(ic_task_t *task, int rounds)
{
    int  round;

    for (round = 0; round < rounds; round++) {

        if (chaos_round(task, round) != 0) {
            return -1;
        }

        chaos_sleep(chaos_number(task, "pause"));
        ic_task_progress(task, 100.0 * (round + 1) / rounds, "rounds");
    }

    if (rounds == 0) {
        chaos_sleep(chaos_number(task, "pause"));
    }

    return 0;
}


/* Everybody says the round to all others and hears it of all. */
static int
chaos_round(ic_task_t *task, int round)
{
    char               topic[16];
    size_t             len;
    u_char            *data;
    unsigned           n, count;
    const ic_party_t  *self, *parties;

    self = ic_task_self(task);
    parties = ic_task_parties(task, &count);
    snprintf(topic, sizeof(topic), "r%d", round);

    chaos_note(task, round);

    for (n = 0; n < count; n++) {
        if (strcmp(parties[n].name, self->name) != 0
            && ic_task_send(task, &parties[n], topic, self->name,
                            strlen(self->name)) != 0)
        {
            return -1;
        }
    }

    for (n = 0; n < count; n++) {
        if (strcmp(parties[n].name, self->name) == 0) {
            continue;
        }

        if (ic_task_recv(task, &parties[n], topic, 0, &data, &len) != 0) {
            return -1;
        }

        if (len != strlen(parties[n].name)
            || memcmp(data, parties[n].name, len) != 0)
        {
            ic_task_fail(task, "internal", NULL, 0, "another's message");
        }

        free(data);
    }

    return ic_task_failed(task) ? -1 : 0;
}


static void
chaos_note(ic_task_t *task, int round)
{
    int          fd, n;
    char         line[512], mask[33];
    u_char       bytes[16];
    const char  *file;

    file = chaos_text(task, "trace");

    if (*file == '\0' || RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return;
    }

    ic_hex(mask, bytes, sizeof(bytes));
    n = snprintf(line, sizeof(line), "%s %s %d %s\n", ic_task_session(task),
                 ic_task_self(task)->name, round, mask);
    fd = open(file, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, line, n) != n) {
        ic_task_log(task, "error", "the round is not noted");
    }

    if (fd >= 0) {
        close(fd);
    }
}


static void
chaos_sleep(int64_t ms)
{
    struct timespec  ts;

    ts.tv_sec = ms / 1000;
    ts.tv_nsec = ms % 1000 * 1000000;

    while (nanosleep(&ts, &ts) != 0) { /* void */ }
}


static int64_t
chaos_number(ic_task_t *task, const char *name)
{
    const ic_json_t  *value;

    value = ic_task_param(task, name);

    return value != NULL && value->type == IC_JSON_INT ? value->num : 0;
}


static const char *
chaos_text(ic_task_t *task, const char *name)
{
    ic_str_t  text;

    text = ic_json_str(ic_task_param(task, name));

    return text.len == 0 ? ""
                         : ic_str_z(ic_task_arena(task), text);
}
