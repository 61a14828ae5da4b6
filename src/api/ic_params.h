
/*
 * Parameters of the built-in components as data: one table checks jobs,
 * checks what /model/train takes and prints the documentation.
 */


#ifndef _IC_PARAMS_H_INCLUDED_
#define _IC_PARAMS_H_INCLUDED_


#include "../lib/ic_json.h"


typedef enum {
    IC_PARAM_INT = 0,
    IC_PARAM_NUM,
    IC_PARAM_BOOL,
    IC_PARAM_CHOICE,             /* of choices, any case */
    IC_PARAM_COLUMN,             /* name of a column */
    IC_PARAM_COLUMNS,            /* distinct names of columns */
    IC_PARAM_VALUE,              /* a number or a string */
    IC_PARAM_NUMBERS,            /* rising numbers, each from min to max */
    IC_PARAM_TEXTS,              /* from min to max distinct texts */
    IC_PARAM_PARTIES,            /* of choices, or names ("host.0") */
    IC_PARAM_PROGRAM,            /* of expression, min to max bytes */
    IC_PARAM_ID,
    IC_PARAM_SQL,                /* a text, or {"pos":text,"neg":text} */
    IC_PARAM_GROUP               /* an object with its own table */
} ic_param_type_e;


#define IC_PARAM_REQ      0x01   /* no default */
#define IC_PARAM_ABOVE    0x02   /* above min, not min itself; of NUMBERS
                                    nor max */
#define IC_PARAM_COMMAS   0x08   /* COLUMNS: also a text, commas between */

/* Where a parameter may stand. */
#define IC_PARAM_TABLE    0x10   /* columns: beside model_params */
#define IC_PARAM_PARTY    0x20   /* one party's data */


typedef struct ic_param_s  ic_param_t;

struct ic_param_s {
    const char        *name;
    const char        *alias;
    ic_param_type_e    type;
    unsigned           flags;
    double             min;
    double             max;
    int64_t            step;     /* INT: min + k * step; 0: any */
    int64_t            also;     /* INT: one more value, NUMBERS: how many
                                    at most; 0: none */
    const char *const *choices;  /* NULL-ended, as the component wants them */
    const ic_param_t  *group;    /* ended by a NULL name */
    const char        *null;     /* JSON that null stands for; NULL: refuse */
    const char        *other;    /* JSON of the default; NULL: none */
    const char        *doc;
    const char        *doc_zh;
};

typedef struct ic_component_about_s  ic_component_about_t;

/* As many arbiters as there are; they have no part. */
#define IC_COMPONENT_ANY  64

typedef struct {
    const char        *name;     /* componentName */
    const char        *provider;
    const char        *version;
    unsigned           parties;  /* data parties it needs */
    unsigned           most;     /* of them; 0: no limit */
    unsigned           guests;   /* exactly so many of them */
    unsigned           arbiters; /* exactly so many beside them, or ANY */
    const ic_param_t  *params;
    const ic_component_about_t *about;   /* ic_component.h */
} ic_component_t;

extern const ic_component_t  ic_components[];    /* ended by a NULL name */
extern const ic_param_t      ic_params_evaluate[];
extern const ic_param_t      ic_params_hetero_lr[];
extern const ic_param_t      ic_params_expression[];
extern const ic_param_t      ic_params_homo_lr[];
extern const ic_param_t      ic_params_pir[];
extern const ic_param_t      ic_params_predict[];
extern const ic_param_t      ic_params_psi[];
extern const ic_param_t      ic_params_binning_woe_iv[];
extern const ic_param_t      ic_params_feature_select[];
extern const ic_param_t      ic_params_sampler[];
extern const ic_param_t      ic_params_scaler[];
extern const ic_param_t      ic_params_scorecard[];
extern const ic_param_t      ic_params_split[];
extern const ic_param_t      ic_params_secure_stats[];

/* The built-in component of that name, or NULL. */
const ic_component_t *ic_component(ic_str_t name);


/* What is wrong: "init_param.init_method", "must be one of ...". */
typedef struct {
    ic_str_t  name;
    ic_str_t  reason;
} ic_param_fault_t;


/*
 * Checks every member of object (NULL: empty) but those whose row has a
 * flag of apart, which are unknown here. With out, the members are written
 * to the object it is in, under their main names and in the component's
 * spelling, and defaults for what was not given. Required ones are looked
 * for only with out. 0, or -1 with a fault (an empty name: memory is short).
 */
int ic_params_check(ic_arena_t *arena, const ic_param_t *table,
    const ic_json_t *object, unsigned apart, ic_json_out_t *out,
    ic_param_fault_t *fault);

/* One row; value NULL: not given. */
int ic_param_check(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_json_out_t *out, ic_param_fault_t *fault);

/*
 * Why a value (not null, no group) is refused, static or in the arena; NULL
 * if it is good, and then its JSON text as the component wants it (data
 * NULL: memory is short).
 */
const char *ic_param_value(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);

/* "guest.0", "host.1" and so on. */
bool ic_is_party(ic_str_t name);

/* The row of that name, or NULL. */
const ic_param_t *ic_param(const ic_param_t *table, const char *name);

/*
 * Across rows: neither the label nor the id among the attributes, each
 * NULL if not given. 0 or -1.
 */
int ic_params_columns(ic_arena_t *arena, const ic_json_t *attributes,
    const ic_json_t *unique_id, const ic_json_t *label_name,
    ic_param_fault_t *fault);


#endif /* _IC_PARAMS_H_INCLUDED_ */
