
/*
 * What a program of others says over its control socket, line by line. The
 * numbers and texts that the runner keeps of it have their bounds, and a
 * failure is told as JSON that is none of it.
 */


#include <sys/socket.h>
#include <unistd.h>

#include "../../src/daemon/interconnd_runner.h"
#include "fuzz.h"


static interconnd_conf_t    conf = { .node_id = "hospital-a",
                                     .redis = "unix:/dev/null/none" };
static interconnd_runner_t  runner;


static void
check(interconnd_child_t *child)
{
    ic_str_t     facts;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    FUZZ_TRUE(child->progress >= 0 && child->progress <= 100);
    FUZZ_TRUE(child->sent >= 0 && child->received >= 0);
    FUZZ_TRUE(child->nfacts <= INTERCONND_RUNNER_FACTS);
    FUZZ_TRUE(memchr(child->stage, '\0', sizeof(child->stage)) != NULL);

    facts = interconnd_control_facts(child, arena);
    FUZZ_TRUE(ic_json_parse(arena, facts, NULL) != NULL);
    FUZZ_TRUE(child->model.len == 0
              || ic_json_parse(arena, child->model, NULL) != NULL);
    FUZZ_TRUE(child->report.len == 0
              || ic_json_parse(arena, child->report, NULL) != NULL);
    FUZZ_TRUE(child->failure.code == NULL || *child->failure.code != '\0');
    ic_pool_destroy(arena);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                 n, pair[2];
    unsigned            i;
    interconnd_child_t  child;

    if (runner.conf == NULL) {
        runner.conf = &conf;
        runner.store = interconnd_store(&conf, 100);
        FUZZ_TRUE(interconnd_log_open("/dev/null", "fuzz") == 0);
    }

    if (size > 65536) {
        return 0;
    }

    runner.pool = ic_pool_create();
    memset(&child, 0, sizeof(child));
    child.runner = &runner;
    child.pool = ic_pool_create();
    child.task_id = child.job_id = child.name = "t";
    child.role = "guest.0";
    child.epoch = "1";
    child.component = "c";

    FUZZ_TRUE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    FUZZ_TRUE(write(pair[1], data, size) == (ssize_t) size);
    close(pair[1]);
    interconnd_lines_open(&child.control, pair[0], 65536, false);

    for (n = 0; interconnd_control_read(&child) >= 0; n++) {
        FUZZ_TRUE(n < 1000);
    }

    check(&child);
    interconnd_lines_close(&child.control);

    for (i = 0; i < child.ntail; i++) {
        free(child.tail[i]);
    }

    ic_pool_destroy(child.pool);
    ic_pool_destroy(runner.pool);

    return 0;
}
