
/*
 * The packages role: takes packages that operators upload, installs them,
 * gives them back, and removes the folders of those that are unregistered.
 * nginx says who calls; nothing else reaches the socket.
 */


#ifndef _INTERCONND_PACKAGES_H_INCLUDED_
#define _INTERCONND_PACKAGES_H_INCLUDED_


#include <microhttpd.h>

#include "../api/ic_api.h"
#include "../package/ic_package.h"
#include "interconnd.h"


#define INTERCONND_PACKAGES_SOCKET   "packages.sock"
#define INTERCONND_PACKAGES_UPLOADS  4           /* at a time */


typedef struct {
    const interconnd_conf_t  *conf;
    ic_store_t               *store;
    struct MHD_Daemon        *http;
    int64_t                   due;       /* ic_mono_ms() of the next look */
    unsigned                  uploads;
    char                      socket[4096];
    char                      spool[4096];   /* folder; empty but for names
                                                that are gone at once */
} interconnd_packages_t;

typedef struct interconnd_packages_call_s  interconnd_packages_call_t;

typedef struct {
    const char  *method;
    const char  *path;
    const char  *who;                /* header in which nginx says it */
    unsigned     peer:1;             /* it is a node */
    enum MHD_Result  (*begin)(interconnd_packages_call_t *call);
    enum MHD_Result  (*finish)(interconnd_packages_call_t *call);
} interconnd_packages_op_t;

/* One request. */
struct interconnd_packages_call_s {
    interconnd_packages_t           *packages;
    struct MHD_Connection           *connection;
    const interconnd_packages_op_t  *op;
    const char                      *who;
    ic_arena_t                      *pool;       /* of the answer */
    int                              fd;         /* spooled; -1 */
    int64_t                          size;       /* bytes of it so far */
    int64_t                          deadline;   /* ic_mono_ms() */
    const char                      *fault;      /* error's name, or NULL */
    const char                      *detail;
    unsigned                         counted:1;  /* among the uploads */
};


/* POST upload: what needs no body is refused before it comes. */
enum MHD_Result interconnd_packages_upload(interconnd_packages_call_t *call);
enum MHD_Result interconnd_packages_take(interconnd_packages_call_t *call,
    const char *data, size_t *size);
enum MHD_Result interconnd_packages_install(interconnd_packages_call_t *call);

/* GET download, of an operator and of a peer. */
enum MHD_Result interconnd_packages_download(
    interconnd_packages_call_t *call);

/* An empty file of the spool without a name; -1 with errno. */
int interconnd_packages_file(const interconnd_packages_t *packages);

/* The API's envelope: an error by name; success with members of data. */
enum MHD_Result interconnd_packages_refuse(interconnd_packages_call_t *call,
    const char *error, const char *detail);
enum MHD_Result interconnd_packages_refuse_reply(
    interconnd_packages_call_t *call, const ic_reply_t *reply);
enum MHD_Result interconnd_packages_answer(interconnd_packages_call_t *call,
    const ic_package_t *pkg);

/*
 * Removes the folders of components that are not registered any more. False
 * when something could not be done and a pause is better.
 */
bool interconnd_packages_uninstall(interconnd_packages_t *packages);


#endif /* _INTERCONND_PACKAGES_H_INCLUDED_ */
