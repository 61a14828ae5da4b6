
/*
 * Configuration files of the daemon: refused with a line, or taken with
 * numbers in their ranges; the command line reads the same values.
 */


#include "../../src/daemon/interconnd.h"
#include "files.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                error[512];
    ic_arena_t         *arena;
    interconnd_conf_t   conf;

    arena = ic_pool_create();
    files_put("conf", ic_str_n(data, size));
    error[0] = '\0';

    if (interconnd_conf_read(&conf, files_path("conf"), arena, error,
                             sizeof(error))
        != 0)
    {
        FUZZ_TRUE(strstr(error, "/conf:") != NULL);

    } else {
        FUZZ_TRUE(conf.node_id != NULL && error[0] == '\0');
        FUZZ_TRUE(conf.workers > 0 && conf.message_timeout > 0
                  && conf.task_timeout > 0 && conf.channel_message > 0
                  && conf.task_memory >= 0 && conf.task_files > 0);
    }

    ic_pool_destroy(arena);

    return 0;
}
