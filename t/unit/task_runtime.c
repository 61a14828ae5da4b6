
/* The runtime of components: life, variables, messages. */


#include <sys/un.h>

#include "task_run.h"


typedef struct {
    const char  *code;           /* NULL: no answer, the connection ends */
    const char  *body;
} canned_t;


static int count(const char *what);
static pid_t channel(const canned_t *answers);
static void channel_end(pid_t pid);
static void channel_answer(int fd, const canned_t *answer);
static void test_life(void);
static void test_environment(void);
static void test_control(void);
static void test_send(void);
static void test_recv(void);
static void test_losing(void);


int
main(void)
{
    if (!begin()) {
        return 1;
    }

    test_life();
    test_environment();
    test_control();
    test_send();
    test_recv();
    test_losing();

    return finish();
}


static int
count(const char *what)
{
    int          n;
    const char  *p;

    for (n = 0, p = said; (p = strstr(p, what)) != NULL; p++) {
        n++;
    }

    return n;
}


/* A channel role that gives its answers in order, the last one for ever. */

static pid_t
channel(const canned_t *answers)
{
    int                  fd, one;
    pid_t                pid;
    struct sockaddr_un   sun;

    memset(&sun, 0, sizeof(struct sockaddr_un));
    sun.sun_family = AF_UNIX;
    snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
    unlink(path);

    fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *) &sun, sizeof(struct sockaddr_un)) != 0
        || listen(fd, 8) != 0)
    {
        return -1;
    }

    pid = fork();

    if (pid != 0) {
        close(fd);
        return pid;
    }

    for ( ;; ) {
        one = accept(fd, NULL, NULL);
        channel_answer(one, answers);
        close(one);

        if (answers[1].code != NULL || answers[1].body != NULL) {
            answers++;
        }
    }
}


static void
channel_end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}


static void
channel_answer(int fd, const canned_t *answer)
{
    static const canned_t  refusal = { "E0000000400", "" };

    int      n;
    char     text[8192];
    size_t   len;
    ssize_t  got;

    for (len = 0; len < sizeof(text) - 1; len += got) {
        got = read(fd, text + len, sizeof(text) - 1 - len);

        if (got <= 0) {
            return;
        }

        text[len + got] = '\0';

        /* bodies of the tests are one word behind the headers */

        if (strstr(text, "\r\n\r\n") != NULL
            && (strstr(text, "/pop") != NULL
                || strstr(text, "\r\n\r\nword") != NULL))
        {
            break;
        }
    }

    if (answer->code == NULL) {
        return;
    }

    if (strstr(text, "x-ptp-token: secret\r\n") == NULL
        || strstr(text, "x-ptp-target-node-id: node-b\r\n") == NULL
        || strstr(text, "x-ptp-topic: numbers\r\n") == NULL
        || strstr(text, "x-ptp-session-id: session_1\r\n") == NULL)
    {
        answer = &refusal;
    }

    n = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n"
                 "X-Ptp-Code: %s\r\nContent-Length: %zu\r\n"
                 "Connection: close\r\n\r\n%s", answer->code,
                 strlen(answer->body), answer->body);

    if (write(fd, text, n) != n) {
        return;
    }
}


static int
silent(ic_task_t *task)
{
    return -1;
}


static int
satisfied(ic_task_t *task)
{
    outcome = ic_task_failed(task);

    return 0;
}


static int
failing_twice(ic_task_t *task)
{
    ic_task_fail(task, "data_null_label", "diagnosis", 17, "row %d", 17);
    ic_task_fail(task, "internal", NULL, 0, "a consequence");
    outcome = ic_task_failed(task);

    return 0;
}


static void
test_life(void)
{
    int     status;
    char   *argv[] = { "component", "--descriptor", NULL };
    pid_t   pid;

    is_int(run(satisfied, NULL), 0, "a component that succeeds");
    is_int(outcome, 0, "has not failed");
    is_str(said, "", "and needs say nothing");

    is_int(run(silent, NULL), 1, "one that fails without a reason");
    is_int(count("\"type\":\"fail\""), 1, "is given one");

    is_int(run(failing_twice, NULL), 1, "one with a reason");
    is_int(outcome, 1, "knows");
    is_str(said, "{\"type\":\"fail\",\"code\":\"data_null_label\","
           "\"column\":\"diagnosis\",\"row\":17,\"text\":\"row 17\"}\n",
           "the first reason counts");

    fflush(stdout);
    pid = fork();

    if (pid == 0) {
        /* the descriptor would be a line of this test's output */
        if (freopen("/dev/null", "w", stdout) == NULL) {
            _exit(9);
        }

        _exit(ic_task_main(2, argv, "{\"name\":\"x\"}", silent));
    }

    waitpid(pid, &status, 0);
    is_int(status, 0, "--descriptor runs nothing");
}


static int
looking(ic_task_t *task)
{
    unsigned           i, n;
    const ic_json_t   *json;
    const ic_party_t  *party;
    const char        *names[] = { "guest.0", "host.0", "host.1", "host.10",
                                   "host.2" };

    party = ic_task_parties(task, &n);
    is_int(n, 5, "five parties");

    for (i = 0; i < n; i++) {
        is_str(party[i].name, names[i], "party %u by name", i);
    }

    is_str(ic_task_self(task)->name, "guest.0", "ourselves");
    is_str(ic_task_self(task)->role, "guest", "our role");
    is_str(ic_task_self(task)->node_id, "node-a", "our node");
    is_str(ic_task_self(task)->inst_id, "inst-a", "our institution");
    is_str(party[1].inst_id, "node-b", "an institution not known");
    is_int(party[3].index, 10, "an index");
    ok(ic_task_party(task, "host.3") == NULL, "no party of that name");
    is_str(ic_task_id(task), "task_1", "task");
    is_str(ic_task_job(task), "job_1", "job");
    is_str(ic_task_session(task), "session_1", "session");

    json = ic_task_param(task, "n");
    ok(json != NULL && json->type == IC_JSON_INT && json->num == 5,
       "a number");
    json = ic_task_param(task, "flag");
    ok(json != NULL && json->type == IC_JSON_BOOL && json->num == 1, "a flag");
    json = ic_task_param(task, "word");
    ok(json != NULL && ic_str_is(ic_json_str(json), "zeros"), "a word");
    json = ic_task_param(task, "list");
    ok(json != NULL && json->type == IC_JSON_ARRAY && json->count == 2,
       "a list");
    ok(ic_task_param(task, "absent") == NULL, "what was not given");
    ok(ic_task_input(task, "train_data") != NULL, "an input");
    ok(ic_task_input(task, "odd") == NULL, "an input that is no object");

    return 0;
}


static void
test_environment(void)
{
    setenv("runtime.component.parameter.n", "5", 1);
    setenv("runtime.component.parameter.flag", "true", 1);
    setenv("runtime.component.parameter.word", "zeros", 1);
    setenv("runtime.component.parameter.list", "[1,2]", 1);
    setenv("runtime.component.input.train_data", "{\"sources\":[]}", 1);
    setenv("runtime.component.input.odd", "[]", 1);

    is_int(run(looking, NULL), 0, "an environment");

    unsetenv("config.session_id");
    is_int(run(satisfied, NULL), 1, "without a session");
    ok(strstr(said, "config.session_id is not set") != NULL, "it is named");
    variables();

    setenv("config.self_role", "host.7", 1);
    is_int(run(satisfied, NULL), 1, "a role that is no party");
    ok(strstr(said, "config.node_id.host.7") != NULL, "is named");
    variables();

    setenv("system.transport", "127.0.0.1:80", 1);
    is_int(run(satisfied, NULL), 1, "a transport that is not ours");
    ok(strstr(said, "system.transport") != NULL, "is named");
    variables();

    setenv("config.node_id.host.x", "node-x", 1);
    is_int(run(satisfied, NULL), 1, "a party without a number");
    unsetenv("config.node_id.host.x");
}


static int
talking(ic_task_t *task)
{
    ic_task_progress(task, 40, "a");
    ic_task_progress(task, 40, "a");
    ic_task_progress(task, 30, "b");
    ic_task_progress(task, 1000, "c");
    ic_task_metric(task, "loss", 1, 0.5);
    ic_task_fact(task, "rows", 600);
    ic_task_log(task, "info", "two\nlines and \"quotes\" %d", 5);
    ic_task_output(task, "report", ic_str("{\n\"a\": 1\n}"));

    return 0;
}


static void
test_control(void)
{
    is_int(run(talking, NULL), 0, "messages");
    is_str(said,
           "{\"type\":\"progress\",\"percent\":40,\"stage\":\"a\"}\n"
           "{\"type\":\"progress\",\"percent\":40,\"stage\":\"b\"}\n"
           "{\"type\":\"progress\",\"percent\":100,\"stage\":\"c\"}\n"
           "{\"type\":\"metric\",\"name\":\"loss\",\"x\":1,\"y\":0.5}\n"
           "{\"type\":\"fact\",\"name\":\"rows\",\"value\":600}\n"
           "{\"type\":\"log\",\"level\":\"info\","
           "\"text\":\"two\\nlines and \\\"quotes\\\" 5\"}\n"
           "{\"type\":\"output\",\"kind\":\"report\",\"value\":{ \"a\": 1 }}\n",
           "one line each; progress does not go back");
}


static int
sending(ic_task_t *task)
{
    outcome = ic_task_send(task, ic_task_party(task, "host.0"), "numbers",
                           "word", 4);

    return outcome;
}


static void
test_send(void)
{
    pid_t  pid;

    pid = channel((canned_t[]) { { "E0000000700", "{}" },
                                 { "E0000000503", "{}" },
                                 { NULL, "" },
                                 { "E0000000000", "{}" }, { NULL, NULL } });
    is_int(run(sending, NULL), 0, "sent, after a full buffer, a store that "
           "was away and a broken connection");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000602", "{\"message\":\"node "
                                   "node-b cannot be reached: refused\"}" },
                                 { NULL, NULL } });
    is_int(run(sending, NULL), 1, "a peer that cannot be reached");
    ok(strstr(said, "\"code\":\"peer_unreachable\"") != NULL, "is told");
    ok(strstr(said, "host.0 (node-b), topic numbers") != NULL, "by name");
    ok(strstr(said, "cannot be reached: refused") != NULL, "with the reason");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000608",
                                   "{\"message\":\"channel restarted\"}" },
                                 { NULL, NULL } });
    is_int(run(sending, NULL), 1, "a channel that was restarted");
    ok(strstr(said, "\"code\":\"channel_lost\"") != NULL, "is told");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000700", "{}" }, { NULL, NULL } });
    is_int(run(sending, NULL), 1, "a buffer that stays full");
    ok(strstr(said, "\"code\":\"peer_silent\"") != NULL, "is told");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000614", "{}" }, { NULL, NULL } });
    is_int(run(sending, NULL), 1, "a wrong token");
    ok(strstr(said, "E0000000614") != NULL, "is told");
    channel_end(pid);
}


static int
receiving(ic_task_t *task)
{
    size_t   len;
    u_char  *data;

    outcome = ic_task_recv(task, ic_task_party(task, "host.0"), "numbers",
                           1000, &data, &len);

    if (outcome == 0) {
        outcome = (int) len;
        free(data);
        return 0;
    }

    return -1;
}


static void
test_recv(void)
{
    pid_t  pid;

    pid = channel((canned_t[]) { { "E0000000601", "" },
                                 { "E0000000000", "numbers" },
                                 { NULL, NULL } });
    is_int(run(receiving, NULL), 0, "received");
    is_int(outcome, 7, "seven bytes");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000000", "" }, { NULL, NULL } });
    is_int(run(receiving, NULL), 0, "an empty message");
    is_int(outcome, 0, "no bytes");
    channel_end(pid);

    pid = channel((canned_t[]) { { "E0000000601", "" }, { NULL, NULL } });
    is_int(run(receiving, NULL), 1, "a party that says nothing");
    ok(strstr(said, "\"code\":\"peer_silent\"") != NULL, "is told");
    ok(strstr(said, "host.0 (node-b) has sent nothing on topic numbers for "
              "1 s") != NULL, "who, what and how long");
    channel_end(pid);
}


static int
awaiting(ic_task_t *task)
{
    size_t   len;
    u_char  *data;

    outcome = ic_task_await(task, ic_task_party(task, "host.0"), "numbers",
                            1000, &data, &len);

    if (outcome == 0) {
        free(data);
    }

    return outcome < 0 ? -1 : 0;
}


static int
offering(ic_task_t *task)
{
    outcome = ic_task_offer(task, ic_task_party(task, "host.0"), "numbers",
                            1000, "word", 4);

    return outcome < 0 ? -1 : 0;
}


/* A party that may be lost is no failure; a channel that is lost is. */

static void
test_losing(void)
{
    pid_t     pid;
    unsigned  i;

    static const struct {
        const char  *code;
        int          awaited;
        int          offered;
    } cases[] = {
        { "E0000000000", 0, 0 },
        { "E0000000602", 1, 1 },
        { "E0000000601", 1, -1 },
        { "E0000000700", 1, 1 },
        { "E0000000608", -1, -1 },
        { "E0000000614", -1, -1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        pid = channel((canned_t[]) { { cases[i].code, "{}" },
                                     { NULL, NULL } });
        is_int(run(awaiting, NULL), cases[i].awaited < 0, "awaited: %s",
               cases[i].code);
        is_int(outcome, cases[i].awaited, "... what it is");
        ok((strstr(said, "\"fail\"") != NULL) == (cases[i].awaited < 0),
           "... a failure or not");
        channel_end(pid);

        if (cases[i].offered < 0 && cases[i].awaited >= 0) {
            continue;
        }

        pid = channel((canned_t[]) { { cases[i].code, "{}" },
                                     { NULL, NULL } });
        is_int(run(offering, NULL), cases[i].offered < 0, "offered: %s",
               cases[i].code);
        is_int(outcome, cases[i].offered, "... what it is");
        channel_end(pid);
    }
}
