
/*
 * As whom a reader runs. What executes a driver or a partner's query is never
 * root: it is source_uid, else the user interconn-reader, else nobody. It
 * reads its data sources in a copy of odbc.ini that only it can open, and
 * that is gone with it.
 */


#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_reader.h"


#define READER_USER    "interconn-reader"
#define READER_NOBODY  65534
#define READER_INI     (1 << 20)         /* bytes of odbc.ini at most */


static bool reader_is_own(const interconnd_reading_t *reading);
static int reader_copy(int from, int to);


void
interconnd_reader_user(const interconnd_reading_t *reading,
    interconnd_reader_user_t *user)
{
    struct passwd  *known;

    user->uid = geteuid();
    user->gid = getegid();
    user->other = false;

    if (user->uid != 0
        || (reading->conf->source_uid == 0 && reader_is_own(reading)))
    {
        return;
    }

    user->other = true;
    user->uid = user->gid = READER_NOBODY;

    if (reading->conf->source_uid != 0) {
        user->uid = user->gid = (uid_t) reading->conf->source_uid;
        return;
    }

    known = getpwnam(READER_USER);

    if (known != NULL && known->pw_uid != 0) {
        user->uid = known->pw_uid;
        user->gid = known->pw_gid;
    }
}


/* A file that the owner has registered is read by our own code alone. */

static bool
reader_is_own(const interconnd_reading_t *reading)
{
    ic_str_t          type;
    const ic_json_t  *request;

    request = ic_json_parse(reading->pool, reading->request, NULL);
    type = ic_json_str(ic_json_get(request, "type"));

    return ic_str_is(type, "csv")
           || (ic_str_is(type, "sqlite")
               && ic_json_get(request, "query") == NULL);
}


int
interconnd_reader_ini(const interconnd_conf_t *conf,
    const interconnd_reader_user_t *user)
{
    int  from, to;

    if (!user->other) {
        return -1;
    }

    from = open(interconnd_odbc_ini(conf), O_RDONLY|O_CLOEXEC|O_NONBLOCK);

    if (from == -1) {
        return -1;
    }

    /* unixODBC uses none that it could not write to */

    to = memfd_create("odbc.ini", MFD_CLOEXEC);

    if (to != -1
        && (reader_copy(from, to) != 0 || fchmod(to, S_IRUSR|S_IWUSR) != 0
            || fchown(to, user->uid, user->gid) != 0))
    {
        close(to);
        to = -1;
    }

    close(from);

    return to;
}


static int
reader_copy(int from, int to)
{
    int      rc;
    char     text[4096];
    size_t   all;
    ssize_t  n;

    rc = 0;

    for (all = 0; rc == 0 && all < READER_INI; all += (size_t) n) {
        n = read(from, text, sizeof(text));

        if (n <= 0) {
            rc = (int) n;
            break;
        }

        rc = write(to, text, (size_t) n) == n ? 0 : -1;
    }

    explicit_bzero(text, sizeof(text));

    return rc;
}


int
interconnd_reader_become(const interconnd_reader_user_t *user)
{
    if (user->other
        && (setgroups(0, NULL) != 0
            || setresgid(user->gid, user->gid, user->gid) != 0
            || setresuid(user->uid, user->uid, user->uid) != 0))
    {
        return -1;
    }

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}


const char *
interconnd_odbc_ini(const interconnd_conf_t *conf)
{
    return conf->odbc_ini != NULL ? conf->odbc_ini : "/etc/odbc.ini";
}
