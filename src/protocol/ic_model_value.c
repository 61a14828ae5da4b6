
/* Values of a model's members. */


#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "ic_model_read.h"


#define MAX_TEXT  1024


int
ic_model_refuse(ic_model_reader_t *reader, const char *member,
    const char *fmt, ...)
{
    char      text[400];
    va_list   args;

    if (reader->fault->code != NULL) {
        return -1;
    }

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    reader->fault->code = "model_invalid";
    reader->fault->member = member;
    reader->fault->text = ic_str_z(reader->arena, ic_str(text));

    return reader->fault->text != NULL ? -1 : ic_model_short(reader);
}


int
ic_model_changed(ic_model_reader_t *reader, const char *member)
{
    (void) ic_model_refuse(reader, member, "%s: is not what the model was "
                           "made with", member);
    reader->fault->code = "model_changed";

    return -1;
}


int
ic_model_short(ic_model_reader_t *reader)
{
    reader->fault->code = "internal";
    reader->fault->member = "";
    reader->fault->text = "memory is short";

    return -1;
}


int
ic_model_word(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, const char **word)
{
    ic_str_t  text;

    text = ic_json_str(value);

    if (text.len == 0 || text.len > MAX_TEXT
        || memchr(text.data, '\0', text.len) != NULL)
    {
        return ic_model_refuse(reader, member, "%s: must have texts of 1 to "
                               "%d bytes", member, MAX_TEXT);
    }

    *word = ic_str_z(reader->arena, text);

    return *word != NULL ? 0 : ic_model_short(reader);
}


const char **
ic_model_texts(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned min, unsigned max, unsigned *count)
{
    const char       **texts;
    const ic_json_t   *item;

    if (value == NULL || value->type != IC_JSON_ARRAY || value->count < min
        || value->count > max)
    {
        (void) ic_model_refuse(reader, member, "%s: must be a list of %u to "
                               "%u texts", member, min, max);
        return NULL;
    }

    *count = 0;
    texts = ic_zalloc(reader->arena, (value->count + 1) * sizeof(char *));

    if (texts == NULL) {
        (void) ic_model_short(reader);
        return NULL;
    }

    for (item = value->child; item != NULL; item = item->next) {
        if (ic_model_word(reader, member, item, &texts[(*count)++]) != 0) {
            return NULL;
        }
    }

    return texts;
}


int
ic_model_number(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, double *number)
{
    if (value == NULL
        || (value->type != IC_JSON_INT && value->type != IC_JSON_NUM)
        || !isfinite(value->real))
    {
        return ic_model_refuse(reader, member, "%s: must have finite numbers",
                               member);
    }

    *number = value->real;

    return 0;
}


double *
ic_model_numbers(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned count)
{
    double           *numbers;
    unsigned          i;
    const ic_json_t  *item;

    if (value == NULL || value->type != IC_JSON_ARRAY
        || value->count != count)
    {
        (void) ic_model_refuse(reader, member, "%s: must be a list of %u "
                               "numbers", member, count);
        return NULL;
    }

    numbers = ic_alloc(reader->arena, (count + 1) * sizeof(double));

    if (numbers == NULL) {
        (void) ic_model_short(reader);
        return NULL;
    }

    for (i = 0, item = value->child; item != NULL; item = item->next) {
        if (ic_model_number(reader, member, item, &numbers[i++]) != 0) {
            return NULL;
        }
    }

    return numbers;
}


int64_t *
ic_model_counts(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned count)
{
    int64_t          *counts;
    unsigned          i;
    const ic_json_t  *item;

    if (value->type != IC_JSON_ARRAY || value->count != count) {
        (void) ic_model_refuse(reader, member, "%s: must be a list of %u "
                               "counts", member, count);
        return NULL;
    }

    counts = ic_alloc(reader->arena, (count + 1) * sizeof(int64_t));

    if (counts == NULL) {
        (void) ic_model_short(reader);
        return NULL;
    }

    for (i = 0, item = value->child; item != NULL; item = item->next) {
        if (ic_model_int(reader, member, item, 0, INT64_MAX, &counts[i++])
            != 0)
        {
            return NULL;
        }
    }

    return counts;
}


int
ic_model_int(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, int64_t min, int64_t max, int64_t *number)
{
    if (value == NULL || value->type != IC_JSON_INT || value->num < min
        || value->num > max)
    {
        return ic_model_refuse(reader, member, "%s: must be an integer of "
                               "%lld to %lld", member, (long long) min,
                               (long long) max);
    }

    *number = value->num;

    return 0;
}


int
ic_model_only(const ic_json_t *value, const char *one, const char *two,
    const char *three)
{
    unsigned  n;

    n = (one != NULL) + (two != NULL) + (three != NULL);

    return value != NULL && value->type == IC_JSON_OBJECT
           && value->count == n
           && (one == NULL || ic_json_get(value, one) != NULL)
           && (two == NULL || ic_json_get(value, two) != NULL)
           && (three == NULL || ic_json_get(value, three) != NULL)
           ? 0 : -1;
}
