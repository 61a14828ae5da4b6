#include "task/ic_task.h"

static int
hello(ic_task_t *task)
{
    size_t             len;
    u_char            *data;
    unsigned           i, n;
    const ic_party_t  *party;

    party = ic_task_parties(task, &n);

    for (i = 0; i < n; i++) {
        if (&party[i] != ic_task_self(task)
            && ic_task_send(task, &party[i], "greeting", "hello", 5) != 0)
        {
            return -1;
        }
    }

    for (i = 0; i < n; i++) {
        if (&party[i] == ic_task_self(task)) {
            continue;
        }

        if (ic_task_recv(task, &party[i], "greeting", 0, &data, &len) != 0) {
            return -1;
        }

        ic_task_log(task, "info", "%s: %.*s", party[i].name, (int) len, data);
        free(data);
    }

    ic_task_progress(task, 100, "done");

    return 0;
}

int
main(int argc, char **argv)
{
    return ic_task_main(argc, argv, "{\"name\":\"hello-c\"}", hello);
}
