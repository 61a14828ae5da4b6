
/* Calls of an own task that are no message but what it says of itself. */


#ifndef _INTERCONND_CHANNEL_REPORT_H_INCLUDED_
#define _INTERCONND_CHANNEL_REPORT_H_INCLUDED_


#include "interconnd_channel.h"


/* interconnd_channel_report.c */

/* Whether it is such a call; its begin, and all that follows. */
bool interconnd_report_is(const interconnd_call_t *call, const char *url);
enum MHD_Result interconnd_report_begin(interconnd_call_t *call,
    const char *method);
enum MHD_Result interconnd_report_take(interconnd_call_t *call,
    const char *data, size_t *size);


#endif /* _INTERCONND_CHANNEL_REPORT_H_INCLUDED_ */
