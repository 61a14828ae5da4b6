
/* Values of the configuration file: numbers, times, sizes, cores. */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_conf.h"


int
interconnd_conf_number(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader)
{
    int64_t  n;

    if (ic_str_int(ic_str(value), &n) != 0 || n < key->min || n > key->max) {
        return interconnd_conf_fail(reader,
                   "\"%s\" must be a number of %lld..%lld", key->name,
                   (long long) key->min, (long long) key->max);
    }

    *dst = (int) n;

    return 0;
}


int
interconnd_conf_time(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader)
{
    int64_t  ms;

    if ((key->flags & INTERCONND_OFF) && strcmp(value, "off") == 0) {
        *dst = 0;
        return 0;
    }

    if (ic_str_time(ic_str(value), &ms) != 0 || ms > key->max
        || ms < key->min)
    {
        return interconnd_conf_fail(reader,
                   "\"%s\" must be a time of %lldms..%lldms, as \"90s\" or "
                   "\"500ms\"", key->name, (long long) key->min,
                   (long long) key->max);
    }

    *dst = (int) (key->type == INTERCONND_SECONDS ? ms / 1000 : ms);

    return 0;
}


int
interconnd_conf_size(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader)
{
    size_t   digits;
    int64_t  n, unit;

    if (key->value != NULL && strcmp(key->value, "off") == 0
        && strcmp(value, "off") == 0)
    {
        *dst = 0;
        return 0;
    }

    digits = strspn(value, "0123456789");
    unit = (strcmp(value + digits, "m") == 0)
           ? 1 : (strcmp(value + digits, "g") == 0) ? 1024 : 0;

    if (unit == 0 || ic_str_int(ic_str_n(value, digits), &n) != 0
        || n > key->max / unit || n * unit < key->min)
    {
        return interconnd_conf_fail(reader,
                   "\"%s\" must be a size of %lldm..%lldm, as \"60m\"",
                   key->name, (long long) key->min, (long long) key->max);
    }

    *dst = (int) (n * unit);

    return 0;
}


int
interconnd_conf_cores(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader)
{
    char    *end;
    double   cores;

    if (strcmp(value, "off") == 0) {
        *dst = 0;
        return 0;
    }

    cores = strtod(value, &end);

    if (value[strspn(value, "0123456789.")] != '\0' || *end != '\0'
        || !(cores * 1000 >= (double) key->min)
        || cores * 1000 > (double) key->max)
    {
        return interconnd_conf_fail(reader,
                   "\"%s\" must be \"off\" or a number of cores of "
                   "%.2f..%lld, as \"1.5\"", key->name,
                   (double) key->min / 1000, (long long) key->max / 1000);
    }

    *dst = (int) (cores * 1000 + 0.5);

    return 0;
}


int
interconnd_conf_fail(interconnd_reader_t *reader, const char *fmt, ...)
{
    int      n;
    va_list  args;

    n = snprintf(reader->error, reader->size, "%s:%u: ", reader->file,
                 reader->line);

    if (n > 0 && (size_t) n < reader->size) {
        va_start(args, fmt);
        (void) vsnprintf(reader->error + n, reader->size - n, fmt, args);
        va_end(args);
    }

    return -1;
}
