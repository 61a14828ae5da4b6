
/* The configuration file: "key value" lines, one table of keys. */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_conf.h"
#include "interconnd_dial.h"
#include "interconnd_role.h"


#define INTERCONND_CONF_LINE  4096

static int interconnd_conf_line(interconnd_conf_t *conf, char *line,
    u_char *seen, interconnd_reader_t *reader);
static int interconnd_conf_defaults(interconnd_conf_t *conf,
    const u_char *seen, interconnd_reader_t *reader);
static int interconnd_conf_set(interconnd_conf_t *conf,
    const interconnd_key_t *key, const char *value,
    interconnd_reader_t *reader);
static int interconnd_conf_either(const interconnd_key_t *key,
    const char *value, const char *one, const char *other, int *dst,
    interconnd_reader_t *reader);
static int interconnd_conf_roles(const char *value);
static char *interconnd_conf_trim(char *text);
static int interconnd_conf_check_text(const interconnd_conf_t *conf,
    const interconnd_key_t *key, const char *value, char *error,
    size_t size);


#define at(field)  offsetof(interconnd_conf_t, field)

static const interconnd_key_t  interconnd_keys[] = {

    { "node_id", at(node_id), INTERCONND_IDENT, INTERCONND_REQUIRED,
      NULL, 0, 0 },
    { "inst_id", at(inst_id), INTERCONND_IDENT, 0, NULL, 0, 0 },
    { "name", at(name), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "institution", at(institution), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "system", at(system), INTERCONND_TEXT, 0, "interconn", 0, 0 },
    { "system_version", at(system_version), INTERCONND_TEXT, 0,
      INTERCONND_VERSION, 0, 0 },
    { "address", at(address), INTERCONND_TEXT, INTERCONND_URL, NULL, 0, 0 },
    { "description", at(description), INTERCONND_TEXT, 0, NULL, 0, 0 },

    { "redis", at(redis), INTERCONND_TEXT, INTERCONND_REQUIRED, NULL, 0, 0 },
    { "redis_user", at(redis_user), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "redis_password_file", at(redis_password_file), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },

    { "certificate", at(certificate), INTERCONND_TEXT, INTERCONND_FILE,
      NULL, 0, 0 },
    { "certificate_key", at(certificate_key), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "signing_key", at(signing_key), INTERCONND_TEXT, INTERCONND_FILE,
      NULL, 0, 0 },
    { "next_certificate", at(next_certificate), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "next_certificate_key", at(next_certificate_key), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "next_signing_key", at(next_signing_key), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "trusted_certificate", at(trusted_certificate), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "crl", at(crl), INTERCONND_TEXT, INTERCONND_FILE, NULL, 0, 0 },
    { "crl_grace", at(crl_grace), INTERCONND_SECONDS, 0, "0s",
      0, 31536000000 },

    { "run_dir", at(run_dir), INTERCONND_TEXT,
      INTERCONND_REQUIRED|INTERCONND_DIR, NULL, 0, 0 },
    { "data_dir", at(data_dir), INTERCONND_TEXT,
      INTERCONND_REQUIRED|INTERCONND_DIR, NULL, 0, 0 },
    { "evidence", at(evidence), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "evidence_hash", at(evidence_hash), INTERCONND_HASH, 0, "sha256",
      0, 0 },
    { "evidence_keep", at(evidence_keep), INTERCONND_SECONDS, 0, "7d",
      60000, 31536000000 },
    { "evidence_witness", at(evidence_witness), INTERCONND_SECONDS,
      INTERCONND_OFF, "1h", 1000, 604800000 },
    { "components", at(components), INTERCONND_TEXT, INTERCONND_DIR,
      NULL, 0, 0 },
    { "component_developers", at(component_developers), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "component_authorities", at(component_authorities), INTERCONND_TEXT,
      INTERCONND_FILE, NULL, 0, 0 },
    { "component_crl", at(component_crl), INTERCONND_TEXT, INTERCONND_FILE,
      NULL, 0, 0 },
    { "component_crl_grace", at(component_grace), INTERCONND_SECONDS, 0,
      "0s", 0, 31536000000 },
    { "component_authority_required", at(component_authority),
      INTERCONND_FLAG, 0, "off", 0, 0 },
    { "component_disk", at(component_disk), INTERCONND_MIB, 0,
      "16g", 1, 1073741824 },
    { "package_confinement", at(package_full), INTERCONND_FULL, 0, "full",
      0, 0 },
    { "package_paths", at(package_paths), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "log", at(log), INTERCONND_TEXT, 0, NULL, 0, 0 },
    { "platform", at(platform), INTERCONND_TEXT, 0, NULL, 0, 0 },

    { "roles", at(roles), INTERCONND_ROLES, 0, NULL, 0, 0 },
    { "workers", at(workers), INTERCONND_NUMBER, 0, "2", 1, 256 },
    { "plain_peers", at(plain_peers), INTERCONND_FLAG, 0, "off", 0, 0 },
    { "message_timeout", at(message_timeout), INTERCONND_SECONDS, 0,
      "300s", 1000, 86400000 },
    { "task_timeout", at(task_timeout), INTERCONND_SECONDS, 0,
      "24h", 1000, 2073600000 },
    { "task_cpu", at(task_cpu), INTERCONND_CORES, 0, "off", 10, 4096000 },
    { "task_memory", at(task_memory), INTERCONND_MIB, 0, "off",
      16, 1073741824 },
    { "task_disk", at(task_disk), INTERCONND_MIB, 0, "off",
      1, 1073741824 },
    { "task_processes", at(task_processes), INTERCONND_NUMBER, 0, "256",
      4, 65536 },
    { "task_files", at(task_files), INTERCONND_NUMBER, 0, "1024",
      32, 1048576 },
    { "task_uid", at(task_uid), INTERCONND_NUMBER, 0, "1900000000",
      1000, 2147483000 },
    { "task_cgroup", at(task_cgroup), INTERCONND_TEXT, 0, "auto", 0, 0 },
    { "odbc_ini", at(odbc_ini), INTERCONND_TEXT, INTERCONND_FILE, NULL, 0,
      0 },
    { "source_reader", at(source_reader), INTERCONND_TEXT, INTERCONND_FILE,
      NULL, 0, 0 },
    { "source_uid", at(source_uid), INTERCONND_NUMBER, 0, "0", 0,
      2147483000 },
    { "source_timeout", at(source_timeout), INTERCONND_SECONDS, 0, "600s",
      1000, 86400000 },
    { "source_memory", at(source_memory), INTERCONND_MIB, 0, "1g",
      32, 1073741824 },
    { "source_rows", at(source_rows), INTERCONND_NUMBER, 0, "0", 0,
      50000000 },
    { "poll_interval", at(poll_interval), INTERCONND_MSEC, 0,
      "5s", 50, 3600000 },
    { "party_timeout", at(party_timeout), INTERCONND_MSEC, 0,
      "20s", 100, 86400000 },
    { "initiator_interval", at(initiator_interval), INTERCONND_MSEC, 0,
      "15s", 1000, 3600000 },
    { "initiator_timeout", at(initiator_timeout), INTERCONND_MSEC, 0,
      "10m", 1000, 604800000 },
    { "job_start_timeout", at(job_start_timeout), INTERCONND_SECONDS, 0,
      "7d", 1000, 2073600000 },
    { "peer_allow", at(peer_allow), INTERCONND_NETWORKS, 0, NULL, 0, 0 },
    { "channel_message", at(channel_message), INTERCONND_MIB, 0,
      "128m", 1, 2048 },
    { "channel_buffer", at(channel_buffer), INTERCONND_MIB, 0,
      "60m", 1, 1048576 },
    { "channel_disk", at(channel_disk), INTERCONND_MIB, 0,
      "16g", 1, 1073741824 },
    { "channel_expiry", at(channel_expiry), INTERCONND_SECONDS, 0,
      "600s", 1000, 2073600000 },
    { "channel_sync", at(channel_sync), INTERCONND_FLAG, 0, "off", 0, 0 },
    { "health_interval", at(health_interval), INTERCONND_MSEC, 0,
      "30s", 1000, 3600000 },
    { "catalog_interval", at(catalog_interval), INTERCONND_MSEC, 0,
      "10m", 1000, 86400000 },
    { "artefact_keep", at(artefact_keep), INTERCONND_SECONDS, 0,
      "30d", 1000, 315360000000 },
    { "artefact_disk", at(artefact_disk), INTERCONND_MIB, 0,
      "64g", 1, 1073741824 },

    { NULL, 0, 0, 0, NULL, 0, 0 }
};

#undef at

#define INTERCONND_KEYS  (sizeof(interconnd_keys) / sizeof(interconnd_key_t))


int
interconnd_conf_read(interconnd_conf_t *conf, const char *file,
    ic_arena_t *arena, char *error, size_t size)
{
    int                  rc;
    FILE                *f;
    char                 line[INTERCONND_CONF_LINE];
    u_char               seen[INTERCONND_KEYS];
    interconnd_reader_t  reader = { file, 0, arena, error, size };

    memset(conf, 0, sizeof(interconnd_conf_t));
    memset(seen, 0, sizeof(seen));

    f = fopen(file, "re");
    if (f == NULL) {
        snprintf(error, size, "%s: %s", file, strerror(errno));
        return -1;
    }

    rc = 0;

    while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
        reader.line++;
        rc = interconnd_conf_line(conf, line, seen, &reader);
    }

    if (rc == 0 && ferror(f)) {
        rc = interconnd_conf_fail(&reader, "%s", strerror(errno));
    }

    fclose(f);

    return rc == 0 ? interconnd_conf_defaults(conf, seen, &reader) : -1;
}


static int
interconnd_conf_line(interconnd_conf_t *conf, char *line, u_char *seen,
    interconnd_reader_t *reader)
{
    char      *name, *value;
    unsigned   i;

    if (strlen(line) == INTERCONND_CONF_LINE - 1) {
        return interconnd_conf_fail(reader, "the line is too long");
    }

    name = interconnd_conf_trim(line);
    if (*name == '\0' || *name == '#') {
        return 0;
    }

    value = name + strcspn(name, " \t");
    if (*value != '\0') {
        *value++ = '\0';
        value = interconnd_conf_trim(value);
    }

    for (i = 0; interconnd_keys[i].name != NULL; i++) {
        if (strcmp(interconnd_keys[i].name, name) == 0) {
            break;
        }
    }

    if (interconnd_keys[i].name == NULL) {
        return interconnd_conf_fail(reader, "unknown key \"%s\"", name);
    }

    if (*value == '\0') {
        return interconnd_conf_fail(reader, "\"%s\" has no value", name);
    }

    if (seen[i]) {
        return interconnd_conf_fail(reader, "\"%s\" is duplicate", name);
    }

    seen[i] = 1;

    return interconnd_conf_set(conf, &interconnd_keys[i], value, reader);
}


static int
interconnd_conf_defaults(interconnd_conf_t *conf, const u_char *seen,
    interconnd_reader_t *reader)
{
    const interconnd_key_t  *key;

    for (key = interconnd_keys; key->name != NULL; key++) {

        if (seen[key - interconnd_keys]) {
            continue;
        }

        if (key->flags & INTERCONND_REQUIRED) {
            snprintf(reader->error, reader->size, "%s: \"%s\" is missing",
                     reader->file, key->name);
            return -1;
        }

        if (key->value != NULL
            && interconnd_conf_set(conf, key, key->value, reader) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
interconnd_conf_set(interconnd_conf_t *conf, const interconnd_key_t *key,
    const char *value, interconnd_reader_t *reader)
{
    void  *dst;

    dst = (char *) conf + key->offset;

    switch (key->type) {

    case INTERCONND_NUMBER:
        return interconnd_conf_number(key, value, dst, reader);

    case INTERCONND_SECONDS:
    case INTERCONND_MSEC:
        return interconnd_conf_time(key, value, dst, reader);

    case INTERCONND_MIB:
        return interconnd_conf_size(key, value, dst, reader);

    case INTERCONND_CORES:
        return interconnd_conf_cores(key, value, dst, reader);

    case INTERCONND_FULL:
        return interconnd_conf_either(key, value, "full", "filter", dst,
                                      reader);

    case INTERCONND_FLAG:
        return interconnd_conf_either(key, value, "on", "off", dst, reader);

    case INTERCONND_IDENT:
        if (!ic_id_valid(ic_str(value))) {
            return interconnd_conf_fail(reader, "\"%s\" is not an id: %s",
                                        key->name, value);
        }

        break;

    case INTERCONND_ROLES:
        if (interconnd_conf_roles(value) != 0) {
            return interconnd_conf_fail(reader,
                       "\"roles\" are of: courier channel scheduler runner "
                       "notary packages");
        }

        break;

    case INTERCONND_NETWORKS:
        if (!interconnd_networks_valid(value)) {
            return interconnd_conf_fail(reader,
                       "\"%s\" must be networks, as \"10.0.0.0/8 ::1\"",
                       key->name);
        }

        break;

    case INTERCONND_HASH:
        if (interconnd_conf_either(key, value, "sha256", "sm3", NULL, reader)
            != 0)
        {
            return -1;
        }

        break;

    case INTERCONND_TEXT:
        break;
    }

    *(char **) dst = ic_str_z(reader->arena, ic_str(value));

    if (*(char **) dst == NULL) {
        return interconnd_conf_fail(reader, "memory is short");
    }

    return 0;
}


/* One of two words: kept as 1 or 0 where dst is not NULL. */

static int
interconnd_conf_either(const interconnd_key_t *key, const char *value,
    const char *one, const char *other, int *dst,
    interconnd_reader_t *reader)
{
    bool  is_one;

    is_one = strcmp(value, one) == 0;

    if (!is_one && strcmp(value, other) != 0) {
        return interconnd_conf_fail(reader, "\"%s\" must be \"%s\" or "
                                    "\"%s\"", key->name, one, other);
    }

    if (dst != NULL) {
        *dst = is_one;
    }

    return 0;
}


static int
interconnd_conf_roles(const char *value)
{
    size_t                    len;
    const interconnd_role_t  *role;

    while (*value != '\0') {
        len = strcspn(value, " \t");

        for (role = interconnd_roles; role->name != NULL; role++) {
            if (strlen(role->name) == len
                && strncmp(value, role->name, len) == 0)
            {
                break;
            }
        }

        if (role->name == NULL) {
            return -1;
        }

        value += len;
        value += strspn(value, " \t");
    }

    return 0;
}


static char *
interconnd_conf_trim(char *text)
{
    size_t  len;

    text += strspn(text, " \t\r\n");
    len = strlen(text);

    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL) {
        text[--len] = '\0';
    }

    return text;
}




int
interconnd_conf_check(const interconnd_conf_t *conf, char *error, size_t size)
{
    const char              *value;
    const interconnd_key_t  *key;

    for (key = interconnd_keys; key->name != NULL; key++) {

        if (key->type != INTERCONND_TEXT) {
            continue;
        }

        value = *(const char **) ((const char *) conf + key->offset);

        if (value != NULL
            && interconnd_conf_check_text(conf, key, value, error, size) != 0)
        {
            return -1;
        }
    }

    if (conf->certificate_key == NULL || conf->certificate == NULL
        || conf->trusted_certificate == NULL)
    {
        if (!conf->plain_peers) {
            snprintf(error, size, "\"certificate\", \"certificate_key\" and "
                     "\"trusted_certificate\" are needed unless "
                     "\"plain_peers\" is on");
            return -1;
        }

        return 0;
    }

    return interconnd_conf_check_keys(conf, error, size);
}


static int
interconnd_conf_check_text(const interconnd_conf_t *conf,
    const interconnd_key_t *key, const char *value, char *error, size_t size)
{
    struct stat  st;

    if ((key->flags & INTERCONND_FILE) && access(value, R_OK) != 0) {
        snprintf(error, size, "\"%s\": %s: %s", key->name, value,
                 strerror(errno));
        return -1;
    }

    if ((key->flags & INTERCONND_DIR)
        && (stat(value, &st) != 0 || !S_ISDIR(st.st_mode)))
    {
        snprintf(error, size, "\"%s\": %s is not a folder", key->name, value);
        return -1;
    }

    if ((key->flags & INTERCONND_URL)
        && strncmp(value, "https://", 8) != 0
        && !(conf->plain_peers && strncmp(value, "http://", 7) == 0))
    {
        snprintf(error, size, "\"%s\": %s is not an https:// URL", key->name,
                 value);
        return -1;
    }

    return 0;
}
