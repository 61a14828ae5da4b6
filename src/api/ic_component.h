
/*
 * What the built-in components say of themselves, as data: the descriptor of
 * the ecosystem and the record of the store are made of it.
 */


#ifndef _IC_COMPONENT_H_INCLUDED_
#define _IC_COMPONENT_H_INCLUDED_


#include "ic_params.h"


/* Data that goes in or comes out. */
typedef struct {
    const char  *name;           /* NULL ends a list */
    const char  *doc;
    const char  *category;       /* dataset, model, report, metric */
    const char  *format;
} ic_component_port_t;

/* Who learns what: approvers read and sign this. */
typedef struct {
    const char  *role;           /* NULL ends a list */
    const char  *learns;
    const char  *learns_zh;
} ic_component_statement_t;

/* A parameter and a value of it. */
typedef struct {
    const char  *path;           /* "cv_param/need_cv"; NULL ends a list */
    const char  *value;
} ic_component_choice_t;

/* A job whose parameter has that value goes on when parties are lost. */
typedef struct {
    const char  *parameter;
    const char  *value;
    const char  *role;           /* those that may be lost */
    const char  *most;           /* the parameter that bounds their number */
    const char  *least;          /* that of the data parties that stay */
    const ic_component_choice_t  *never;     /* together with it */
} ic_component_tolerance_t;

struct ic_component_about_s {
    const char                      *title;
    const char                      *doc;
    const char                      *category;
    const char                      *resources;      /* JSON object */
    const char *const               *roles;          /* NULL-ended */
    const char *const               *tasks;
    const ic_component_port_t       *inputs;
    const ic_component_port_t       *outputs;
    const ic_component_statement_t  *security;
    const ic_component_tolerance_t  *tolerates;      /* NULL: nothing */
};


extern const ic_component_about_t  ic_component_evaluate;
extern const ic_component_about_t  ic_component_hetero_lr;
extern const ic_component_about_t  ic_component_expression;
extern const ic_component_about_t  ic_component_homo_lr;
extern const ic_component_about_t  ic_component_pir;
extern const ic_component_about_t  ic_component_predict;
extern const ic_component_about_t  ic_component_psi;
extern const ic_component_about_t  ic_component_binning_woe_iv;
extern const ic_component_about_t  ic_component_feature_select;
extern const ic_component_about_t  ic_component_sampler;
extern const ic_component_about_t  ic_component_scaler;
extern const ic_component_about_t  ic_component_scorecard;
extern const ic_component_about_t  ic_component_split;
extern const ic_component_about_t  ic_component_secure_stats;


/* The descriptor, JSON; data NULL: memory is short. */
ic_str_t ic_component_descriptor(ic_arena_t *arena,
    const ic_component_t *component);

#define IC_COMPONENT_PAIRS  32

/*
 * The record for the store beside code and version: names and values, at
 * most 2 * IC_COMPONENT_PAIRS strings. Their number, or -1: memory is short.
 */
int ic_component_pairs(ic_arena_t *arena, const ic_component_t *component,
    ic_str_t *pairs);


#endif /* _IC_COMPONENT_H_INCLUDED_ */
