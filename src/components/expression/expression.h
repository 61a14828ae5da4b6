
/*
 * Expressions over columns of several parties, in shares
 * (protocol/ic_shares.h). A program names inputs, intermediate values and
 * outputs; it is compiled into two plans, one for the values of every row and
 * one for what is said of all rows, and the plans are run.
 */


#ifndef _EXPRESSION_H_INCLUDED_
#define _EXPRESSION_H_INCLUDED_


#include "../../api/ic_expression.h"
#include "../../protocol/ic_shares.h"
#include "../../source/ic_source.h"


#define EXPRESSION_MAX_DEPTH    IC_EXPRESSION_DEPTH
#define EXPRESSION_MAX_NODES    16384
#define EXPRESSION_MAX_NAMES    4096
#define EXPRESSION_MAX_OUTPUTS  256

/* Where an input has no range: so that products of two fit. */
#define EXPRESSION_RANGE        8192.0

/* What words stay below in size: half of what a division allows. */
#define EXPRESSION_LIMIT        2305843009213693952.0    /* 2^61 */


typedef enum {
    NODE_INPUT = 0,              /* a column; local from here */
    NODE_TOTAL,                  /* of all rows, in the second plan */
    NODE_CONSTANT,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_SCALE,                  /* by a public word */
    NODE_XOR,
    NODE_NOT,
    NODE_SUM,                    /* over rows, into a total */
    NODE_MULTIPLY,               /* rounds of messages from here */
    NODE_SHIFT,
    NODE_NUMBER,                 /* a bit as 0 or 1 */
    NODE_AND,
    NODE_ZERO,
    NODE_NEGATIVE,
    NODE_KINDS
} node_kind_e;

typedef struct {
    node_kind_e  kind;
    bool         bits;           /* packed */
    unsigned     a;
    unsigned     b;
    unsigned     number;         /* input, total; bits of SHIFT and others */
    uint64_t     word;
} node_t;

/* Nodes of one kind that are done at once, in order[first ...]. */
typedef struct {
    node_kind_e  kind;
    unsigned     bits;
    unsigned     first;
    unsigned     count;
} step_t;

typedef struct {
    node_t    *nodes;
    unsigned   count;
    unsigned   size;
    unsigned  *order;
    step_t    *steps;
    unsigned   nsteps;
} plan_t;

/* A value while it is compiled: a constant, or a node and what it means. */
typedef struct {
    bool      known;             /* a constant */
    bool      truth;             /* a truth value */
    bool      total;             /* of the second plan */
    unsigned  node;
    unsigned  scale;             /* bits of its fraction */
    double    constant;
    double    low;               /* the range, errors included */
    double    high;
    double    error;             /* at most, by rounding */
} value_t;

typedef struct {
    ic_str_t  name;
    unsigned  owner;             /* of the data parties */
    char     *column;
    double    low;
    double    high;
    size_t    place;
} input_t;

typedef struct {
    ic_str_t  name;
    unsigned  to;                /* bits of data parties */
    value_t   value;
} output_t;

typedef struct {
    ic_str_t  name;
    value_t   value;
} name_t;

typedef struct {
    ic_task_t         *task;
    ic_arena_t        *arena;
    ic_tokens_t        tokens;               /* its text */
    unsigned           fraction;             /* bits */
    int64_t            rows;
    int64_t            min_rows;
    unsigned           count;                /* data parties */
    const ic_party_t  *parties[IC_SHARES_MAX];

    unsigned           depth;

    plan_t             plans[2];             /* rows, totals */
    unsigned           totals;
    name_t            *names;
    unsigned           nnames;
    input_t           *inputs;
    unsigned           ninputs;
    output_t          *outputs;
    unsigned           noutputs;
    bool               aggregates;
} program_t;


/* One task. flags: IC_PAILLIER_INSECURE, a short key; tests only. */
int expression_run(ic_task_t *task);
int expression_run_with(ic_task_t *task, unsigned flags);


/*
 * expression_parse.c: text, fraction, rows, min_rows, arena, task and the
 * parties are set. 0, or -1 after ic_task_fail() with the place.
 */
int program_compile(program_t *program);

/* expression_term.c: one expression at the place of the program. */
value_t program_expression(program_t *program);
value_t program_error(void);

/* expression_call.c: a function; the place is behind its "(". */
bool program_is_function(ic_str_t name);
value_t program_call(program_t *program, ic_str_t name, size_t place);


/* The next words of the program (api/ic_token.h). */

static inline ic_token_t
token_next(program_t *program)
{
    return ic_token_next(&program->tokens);
}


static inline ic_token_t
token_peek(program_t *program)
{
    return ic_token_peek(&program->tokens);
}


static inline bool
token_is(program_t *program, const char *text)
{
    return ic_token_is(&program->tokens, text);
}


static inline void
token_expect(program_t *program, const char *text)
{
    ic_token_expect(&program->tokens, text);
}


static inline ic_str_t
token_name(program_t *program, const char *what)
{
    return ic_token_name(&program->tokens, what);
}


static inline double
token_number(program_t *program)
{
    return ic_token_number(&program->tokens);
}


/* What program_compile() fails with, and the place. */
void program_fail(program_t *program, size_t place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));


/* expression_value.c: arithmetic with values. place: for errors. */

value_t value_constant(double constant);
value_t value_truth(bool truth);
value_t value_input(program_t *program, unsigned input);
value_t value_add(program_t *program, value_t x, value_t y, size_t place);
value_t value_subtract(program_t *program, value_t x, value_t y,
    size_t place);
value_t value_multiply(program_t *program, value_t x, value_t y,
    size_t place);

/* x c, for so many of about this size to be added. */
value_t value_weight(program_t *program, value_t x, double c,
    unsigned terms, size_t place);

/* The same value with fewer bits. */
value_t value_shift(program_t *program, value_t x, unsigned bits);

/* Whether it fits, shifted to the usual fraction if it must; or fails. */
value_t value_fit(program_t *program, value_t x, size_t place);

/* expression_truth.c: comparisons, and what is done with truth values. */
value_t value_less(program_t *program, value_t x, value_t y, size_t place);
value_t value_equal(program_t *program, value_t x, value_t y, size_t place);
value_t value_not(program_t *program, value_t x);
value_t value_and(program_t *program, value_t x, value_t y);
value_t value_or(program_t *program, value_t x, value_t y);
value_t value_choose(program_t *program, value_t when, value_t x, value_t y,
    size_t place);
value_t value_number(program_t *program, value_t truth);
value_t value_sum(program_t *program, value_t x, size_t place);
value_t value_mean(program_t *program, value_t x, size_t place);

/* Both of rows or both of all rows, or constants; which plan. */
bool value_together(program_t *program, value_t x, value_t y, size_t place);
plan_t *value_plan(program_t *program, value_t x);


/* expression_plan.c */

/* The number of a node like this one, new or there already. */
unsigned plan_node(program_t *program, plan_t *plan, node_t node);

/* What is done when. 0 or -1. */
int plan_schedule(program_t *program, plan_t *plan);

/* Bytes that are made and kept ahead for each row, without a coordinator. */
double plan_weight(const plan_t *plan);


/* expression_work.c: runs a plan once. */

typedef struct {
    program_t      *program;
    plan_t         *plan;
    double        **columns;     /* of the inputs that are ours; NULL */
    int64_t         first;       /* row */
    size_t          rows;
    size_t          n;           /* rows, filled up to a multiple of 64 */
    uint64_t      **vectors;     /* of nodes */
    uint64_t       *totals;      /* shares of sums */
    uint64_t      **results;     /* of outputs, opened, n words */
} work_t;

int work_run(ic_shares_t *shares, work_t *work);

/* expression_step.c */
int work_local(ic_shares_t *shares, work_t *work, unsigned node);
int work_step(ic_shares_t *shares, work_t *work, const step_t *step);


/* expression_data.c: the party's columns and results. */

typedef struct {
    ic_table_t   *table;         /* NULL: none is needed */
    const char   *unique_id;     /* NULL: not said */
    double      **columns;       /* of inputs; NULL: another's */
    int64_t       rows;          /* -1: no table */
} data_t;

int data_read(program_t *program, data_t *data, int self);
void data_free(program_t *program, data_t *data);

/* The results of a party, row by row: words[output][row] of all rows. */
int data_write(program_t *program, const data_t *data, int self,
    uint64_t *const *words, const uint64_t *totals);
int data_report(program_t *program, const ic_shares_cost_t *cost, int self,
    const char *triples, const uint64_t *totals);


#endif /* _EXPRESSION_H_INCLUDED_ */
