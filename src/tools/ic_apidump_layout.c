
/*
 * Compact JSON text over several lines: what is short stays on one, so that
 * a change of a row is a change of few lines.
 */


#include <stdio.h>
#include <string.h>

#include "ic_apidump.h"


#define LINE_MAX_LEN  72


static const char *layout_value(const char *p, unsigned indent);
static const char *layout_lines(const char *p, unsigned indent);
static const char *layout_inline(const char *p);
static const char *layout_string(const char *p);
static size_t value_len(const char *p);
static void layout_indent(unsigned indent);


int
ic_apidump_layout(ic_str_t text)
{
    (void) layout_value((const char *) text.data, 0);
    putchar('\n');

    return ferror(stdout) || fflush(stdout) != 0;
}


/* All return what follows the value. */
static const char *
layout_value(const char *p, unsigned indent)
{
    if ((*p == '{' || *p == '[')
        && 2 * indent + value_len(p) > LINE_MAX_LEN)
    {
        return layout_lines(p, indent);
    }

    return layout_inline(p);
}


static const char *
layout_lines(const char *p, unsigned indent)
{
    char  close;

    close = *p == '{' ? '}' : ']';
    putchar(*p++);

    for ( ;; ) {
        layout_indent(indent + 1);

        if (close == '}') {
            p = layout_string(p);
            fputs(": ", stdout);
            p++;
        }

        p = layout_value(p, indent + 1);

        if (*p == close) {
            break;
        }

        putchar(*p++);
    }

    layout_indent(indent);
    putchar(*p++);

    return p;
}


static const char *
layout_inline(const char *p)
{
    const char  *end;

    for (end = p + value_len(p); p < end; /* void */ ) {

        if (*p == '"') {
            p = layout_string(p);
            continue;
        }

        putchar(*p);

        if (*p == ',' || *p == ':') {
            putchar(' ');
        }

        p++;
    }

    return p;
}


static const char *
layout_string(const char *p)
{
    size_t  len;

    len = value_len(p);
    fwrite(p, 1, len, stdout);

    return p + len;
}


static size_t
value_len(const char *text)
{
    unsigned     depth, quoted;
    const char  *p;

    depth = 0;
    quoted = 0;

    for (p = text; *p != '\0'; p++) {

        if (quoted && *p == '\\') {
            p++;

        } else if (quoted) {
            quoted = *p != '"';

            if (!quoted && depth == 0) {
                return p + 1 - text;
            }

        } else if (*p == '"') {
            quoted = 1;

        } else if (*p == '{' || *p == '[') {
            depth++;

        } else if (*p == '}' || *p == ']') {

            if (depth <= 1) {
                return depth == 0 ? p - text : p + 1 - text;
            }

            depth--;

        } else if (*p == ',' && depth == 0) {
            break;
        }
    }

    return p - text;
}


static void
layout_indent(unsigned indent)
{
    printf("\n%*s", (int) (2 * indent), "");
}
