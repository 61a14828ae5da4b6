
/*
 * Programs of the component expression: what the front door refuses the
 * component refuses too, for the same reason unless it found another first.
 */


#include "../../src/api/ic_expression.h"
#include "../../src/components/expression/expression.h"
#include "fuzz.h"


static char              failed[2048];
static const ic_party_t  parties[2] = {
    { "guest", 0, "guest.0", "node-a", "inst-a" },
    { "host", 0, "host.0", "node-b", "inst-b" }
};


/* Stands before the runtime's: keeps the cause. */

int
ic_task_fail(ic_task_t *task, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(failed, sizeof(failed), fmt, args);
    va_end(args);

    return -1;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int          rc;
    ic_str_t     text;
    program_t    program;
    ic_arena_t  *arena;
    const char  *reason;

    arena = ic_pool_create();
    text = ic_str_dup(arena, ic_str_n(data, size));
    reason = ic_expression_check(arena, text);

    memset(&program, 0, sizeof(program));
    program.arena = arena;
    program.tokens.text = text;
    program.fraction = 16;
    program.rows = 1;
    program.min_rows = 1;
    program.count = 2;
    program.parties[0] = &parties[0];
    program.parties[1] = &parties[1];
    failed[0] = '\0';
    rc = program_compile(&program);

    FUZZ_TRUE((rc == 0) == (failed[0] == '\0'));
    FUZZ_TRUE(reason == NULL || rc != 0);

    ic_pool_destroy(arena);

    return 0;
}
