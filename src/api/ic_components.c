
/* The built-in components. */


#include "ic_component.h"


const ic_component_t  ic_components[] = {
    { "binning_woe_iv", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_binning_woe_iv, &ic_component_binning_woe_iv },
    { "evaluate", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_evaluate, &ic_component_evaluate },
    { "feature_select", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_feature_select, &ic_component_feature_select },
    { "hetero_lr", "interconn", "1.0.0", 2, 2, 1, 0, ic_params_hetero_lr,
      &ic_component_hetero_lr },
    { "expression", "interconn", "1.0.0", 2, 3, 1, IC_COMPONENT_ANY,
      ic_params_expression, &ic_component_expression },
    { "homo_lr", "interconn", "1.1.0", 3, 0, 1, 1, ic_params_homo_lr,
      &ic_component_homo_lr },
    { "pir", "interconn", "1.0.0", 2, 2, 1, 0, ic_params_pir,
      &ic_component_pir },
    { "predict", "interconn", "1.1.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_predict, &ic_component_predict },
    { "psi", "interconn", "1.1.0", 2, 8, 1, 0, ic_params_psi,
      &ic_component_psi },
    { "sampler", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_sampler, &ic_component_sampler },
    { "scaler", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_scaler, &ic_component_scaler },
    { "scorecard", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_scorecard, &ic_component_scorecard },
    { "split", "interconn", "1.0.0", 1, 0, 1, IC_COMPONENT_ANY,
      ic_params_split, &ic_component_split },
    { "secure_stats", "interconn", "1.0.0", 3, 0, 1, 1,
      ic_params_secure_stats, &ic_component_secure_stats },
    { NULL, NULL, NULL, 0, 0, 0, 0, NULL, NULL }
};


const ic_component_t *
ic_component(ic_str_t name)
{
    const ic_component_t  *component;

    for (component = ic_components; component->name != NULL; component++) {
        if (ic_str_is(name, component->name)) {
            return component;
        }
    }

    return NULL;
}
