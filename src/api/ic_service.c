
/* What the service's document answers where others name an error. */


#include "ic_schemas.h"


static const struct {
    ic_action_e   action;
    ic_error_e    error;
    const char   *text;
} ic_service_texts[] = {
    { IC_ACTION_model_train_status, IC_E_not_found,
      "No order found! Please check your order_id." },
    { IC_ACTION_model_info, IC_E_not_found, "Error model_id." },
    { IC_ACTION_model_train, IC_E_internal, "Job submit failed." },
    { IC_ACTION_model_infer, IC_E_internal, "Job submit failed." },
    { IC_ACTION_model_infer, IC_E_not_found, "Error model_id." },
    { IC_ACTION_model_infer_status, IC_E_not_found,
      "No order found! Please check your order_id." },
    { IC_ACTION_model_board_url, IC_E_not_found,
      "No order found! Please check your order_id." }
};


const char *
ic_service_text(ic_action_e action, int code)
{
    size_t  i;

    for (i = 0; i < sizeof(ic_service_texts) / sizeof(ic_service_texts[0]);
         i++)
    {
        if (ic_service_texts[i].action == action
            && ic_errors[ic_service_texts[i].error].code == code)
        {
            return ic_service_texts[i].text;
        }
    }

    return NULL;
}
