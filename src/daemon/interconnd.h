
/*
 * interconnd: the companion daemon. The master starts one process per role
 * and starts it again when it dies; every role is single-purpose, blocking
 * where it may, and keeps nothing that is not also in the store.
 */


#ifndef _INTERCONND_H_INCLUDED_
#define _INTERCONND_H_INCLUDED_


#include "../lib/ic_arena.h"
#include "../store/ic_store.h"


/* of the daemon; what a node tells as its system_version by default */
#define INTERCONND_VERSION  "0.3.0"


typedef struct {
    const char  *node_id;
    const char  *inst_id;
    const char  *name;               /* of the node, as peers see it */
    const char  *institution;
    const char  *system;
    const char  *system_version;
    const char  *address;            /* own east-west base URL */
    const char  *description;
    const char  *redis;              /* unix:/path or host:port */
    const char  *redis_user;
    const char  *redis_password_file;
    const char  *certificate;        /* PEM files of the node */
    const char  *certificate_key;
    const char  *signing_key;        /* NULL: certificate_key signs */
    const char  *next_certificate;   /* while the node changes its keys */
    const char  *next_certificate_key;
    const char  *next_signing_key;
    const char  *trusted_certificate;
    const char  *crl;                /* revocation lists of theirs, or NULL */
    int          crl_grace;          /* s that one counts after its end */
    const char  *run_dir;            /* sockets, pid file */
    const char  *data_dir;           /* task files */
    const char  *evidence;           /* folder; NULL: in data_dir */
    const char  *evidence_hash;      /* "sha256" or "sm3", of a new log */
    int          evidence_keep;      /* s, of sealed entries in the store */
    int          evidence_witness;   /* s between questions to cosign; 0: off */
    const char  *components;         /* folder of executables */
    const char  *component_developers;   /* PEM: who may sign packages */
    const char  *component_authorities;
    const char  *component_crl;      /* PEM, NULL: none is revoked */
    int          component_grace;    /* s that one counts after its end */
    int          component_authority;    /* its signature is needed */
    int          component_disk;     /* MiB of installed packages */
    int          package_full;       /* else only filtered */
    const char  *package_paths;      /* more that packages may read */
    const char  *log;                /* file, or NULL: stderr */
    const char  *platform;           /* own north-south base URL */
    const char  *roles;              /* names, or NULL: all of them */
    int          workers;            /* tasks at a time */
    int          plain_peers;        /* http:// peers allowed (development) */
    int          message_timeout;    /* s a task waits for a message */
    const char  *odbc_ini;           /* NULL: the system's */
    const char  *source_reader;      /* NULL: where it was installed */
    int          source_uid;         /* of readers; 0: interconnd_reader.h */
    int          source_timeout;     /* s that a query may take */
    int          source_memory;      /* MiB of a reader */
    int          source_rows;        /* of a query at most; 0: no limit */
    int          task_timeout;       /* s a task may take */
    int          task_cpu;           /* thousandths of a core; 0: no limit */
    int          task_memory;        /* MiB; 0: no limit */
    int          task_disk;          /* MiB; 0: no limit */
    int          task_processes;
    int          task_files;         /* open in one process */
    int          task_uid;           /* the first of those for tasks */
    const char  *task_cgroup;        /* "auto", "off", or a folder */
    int          poll_interval;      /* ms between polls of a partner */
    int          party_timeout;      /* ms a partner may be unreachable */
    int          initiator_interval; /* ms between questions about its job */
    int          initiator_timeout;  /* ms an initiator may be silent */
    int          job_start_timeout;  /* s a partner's job waits for its start */
    const char  *peer_allow;         /* networks, of addresses not public */
    int          channel_message;    /* MiB a message may have */
    int          channel_buffer;     /* MiB of a session in each direction */
    int          channel_disk;       /* MiB of all sessions */
    int          channel_expiry;     /* s a session may be without a call */
    int          channel_sync;       /* messages survive the machine */
    int          health_interval;    /* ms between probes of a partner */
    int          catalog_interval;   /* ms between readings of a catalogue */
    int          artefact_keep;      /* s after the end of their job */
    int          artefact_disk;      /* MiB of all of them */
} interconnd_conf_t;


/*
 * Reads "key value" lines (docs: conf/interconnd.conf); what is not in the
 * file has its default. 0, or -1 with "file:line: what" in error.
 */
int interconnd_conf_read(interconnd_conf_t *conf, const char *file,
    ic_arena_t *arena, char *error, size_t size);

/* What can be known of the files named: 0, or -1 with a message in error. */
int interconnd_conf_check(const interconnd_conf_t *conf, char *error,
    size_t size);

/* Of interconnd_conf_check(): the keys; interconnd_conf_keys.c. */
int interconnd_conf_check_keys(const interconnd_conf_t *conf, char *error,
    size_t size);

/*
 * What tasks need in run_dir: the socket of the channel in a folder that can
 * be shown to a program of another user, below one that is nobody else's; a
 * place for the roots of confined ones. 0, or -1 after a line in the log.
 */
#define INTERCONND_TASKS_CHANNEL  "tasks/channel"
#define INTERCONND_TASKS_ROOT     "tasks/root"
#define INTERCONND_CHANNEL_OWN    "channel.sock"

int interconnd_places(const interconnd_conf_t *conf);

/*
 * A new connection to the node's store, whose calls have timeout_ms; NULL
 * when memory is short.
 */
#define INTERCONND_STORE_MS  5000

ic_store_t *interconnd_store(const interconnd_conf_t *conf, int timeout_ms);


/* The roles: run until SIGTERM or the parent's death; the exit status. */
int interconnd_courier(const interconnd_conf_t *conf);
int interconnd_channel(const interconnd_conf_t *conf);
int interconnd_scheduler(const interconnd_conf_t *conf);
int interconnd_runner(const interconnd_conf_t *conf);
int interconnd_packages(const interconnd_conf_t *conf);
int interconnd_notary(const interconnd_conf_t *conf);

/* Set by SIGTERM, SIGINT and SIGQUIT, which also interrupt waits. */
extern volatile int  interconnd_quit;

/* Sleeps, at most until interconnd_quit. */
void interconnd_sleep(int ms);


/*
 * Where lines go from now on: the file (appended to), NULL: stderr; and the
 * name of the role in them. 0 or -1 with errno; then it stays as it was.
 */
int interconnd_log_open(const char *file, const char *role);

/* Closes all that is open but the standard files and the log. */
void interconnd_log_keep(void);

/* One line: time, level, role, pid, text. level: "info", "warn", "error". */
void interconnd_log(const char *level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* _INTERCONND_H_INCLUDED_ */
