
/*
 * interconnctl: the operations of a node from a shell. One function per
 * command, listed in interconnctl_main.c.
 */


#ifndef _INTERCONNCTL_H_INCLUDED_
#define _INTERCONNCTL_H_INCLUDED_


#include "../lib/ic_json.h"


int ctl_sandbox(int argc, char **argv);
int ctl_demo(int argc, char **argv);
int ctl_operator(int argc, char **argv);
int ctl_component(int argc, char **argv);
int ctl_job(int argc, char **argv);
int ctl_run(int argc, char **argv);      /* "job run" */
int ctl_timetable(int argc, char **argv);
int ctl_escrow(int argc, char **argv);
int ctl_datasource(int argc, char **argv);
int ctl_evidence(int argc, char **argv);


#define CTL_OPERATOR_USAGE                                                    \
    "add NAME [--role ROLE,...] [--group GROUP,...]\n"                        \
    "            [--certificate FILE] [--token-file FILE]\n"                  \
    "        | grant|revoke NAME --role ROLE,... [--group GROUP,...]\n"       \
    "        | rotate NAME [--token-file FILE] | enable|disable|remove NAME\n"\
    "        | list, each with --conf interconnd.conf"


#define CTL_COMPONENT_USAGE                                                   \
    "pack PACKAGE --descriptor FILE --executable FILE\n"                      \
    "            --security FILE [--file FILE]...\n"                          \
    "        | sign PACKAGE --as developer|authority --certificate FILE\n"    \
    "            --key FILE\n"                                                \
    "        | verify|install PACKAGE --conf interconnd.conf\n"               \
    "        | remove|enable|disable NAME:VERSION --conf interconnd.conf\n"   \
    "        | list --conf interconnd.conf\n"                                 \
    "        | upload PACKAGE | download NAME:VERSION --output FILE\n"        \
    "        | unregister NAME:VERSION, each with --node URL --ca FILE\n"     \
    "          --token-file FILE (or --certificate FILE --key FILE)"


#define CTL_JOB_USAGE                                                         \
    "run FLOW.json [--format text|json] [--project ID] [--timeout S]\n"      \
    "            [--models yes] [--sandbox D]\n"                              \
    "        | list | show|start|stop|pause|resume JOB\n"                      \
    "        | rerun JOB [--from STEP,...] [CHANGES]\n"                      \
    "        | update JOB CHANGES,\n"                                        \
    "          each with --node URL --ca FILE --token-file FILE (or\n"       \
    "          --certificate FILE --key FILE); CHANGES: --params FILE\n"     \
    "          --job-params FILE --dag FILE --name NAME --priority N"


#define CTL_DATASOURCE_USAGE                                                  \
    "test DSN --table TABLE | --query SELECT\n"                               \
    "            [--key COLUMN] [--fetch-size N]\n"                           \
    "            [--odbc-ini FILE | --conf interconnd.conf]"


#define CTL_ESCROW_USAGE                                                      \
    "create TASK KEY --until TIME [--threshold N] [--level L]\n"              \
    "            [--holders NODE,...] [--copies yes]\n"                       \
    "        | list [--job JOB] [--dir out|in] [--status STATUS]\n"           \
    "        | show ESCROW | recover|release ESCROW --reason TEXT\n"          \
    "        | request|withdraw REQUEST | inbox | approve REQUEST\n"          \
    "        | refuse REQUEST --reason TEXT,\n"                               \
    "          each with --node URL --ca FILE --token-file FILE (or\n"        \
    "          --certificate FILE --key FILE)"


#define CTL_EVIDENCE_USAGE                                                    \
    "verify LOG|BUNDLE [--roots FILE] [--head FILE]...\n"                     \
    "            [--peer-heads DIR] [--witnesses N]\n"                        \
    "            [--other LOG|BUNDLE] [--json]\n"                             \
    "        | prove LOG ENTRY|--since HEAD\n"                                \
    "        | export LOG --contract|--project|--job ID [--out FILE]\n"       \
    "        | export LOG --subject KIND:ID [--out FILE]\n"                   \
    "        | fsck LOG [--repair]"


#define CTL_TIMETABLE_USAGE                                                   \
    "create FLOW WHEN | update TIMETABLE [WHEN] [--version N]\n"              \
    "        | list [FLOW] [--status ACTIVE|PAUSED|ENDED]\n"                  \
    "        | show|runs|pause|resume|remove TIMETABLE,\n"                    \
    "          each with --node URL --ca FILE --token-file FILE (or\n"        \
    "          --certificate FILE --key FILE); WHEN: --cron EXPRESSION\n"     \
    "          --zone ZONE, or --at TIME; --start TIME --end TIME\n"          \
    "          --catch-up skip|one|all --catch-up-max N --sync POLL\n"        \
    "          --overlap skip|queue|allow --priority N --name NAME\n"         \
    "          --dag FILE --config FILE"


/* What terminals are shown has no control characters but ends of lines. */
void ctl_terminal(void);

/* "interconnctl: ..." on standard error; returns 1 for return statements. */
int ctl_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * The folder of this program, then of what is installed beside it: name is
 * "interconnd", "ngx_http_interconn_module.so", "components", "console".
 * 0, or -1 with a message.
 */
int ctl_find(char *path, size_t size, const char *name);

/* Whole files. 0 or -1 with a message on standard error. */
int ctl_write_file(const char *path, int mode, ic_str_t text);
ic_str_t ctl_read_file(ic_arena_t *arena, const char *path);

/* n random bytes in hex and a NUL. 0 or -1. */
int ctl_random_hex(char *dst, size_t n);


#endif /* _INTERCONNCTL_H_INCLUDED_ */
