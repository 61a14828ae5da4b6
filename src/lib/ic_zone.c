
/* Files of the time zone database, and what their clocks show. */


#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_civil.h"
#include "ic_zone.h"
#include "ic_zone_rule.h"


#define ZONE_FOLDER    "/usr/share/zoneinfo/"
#define ZONE_MAX_NAME  64
#define ZONE_MAX_FILE  65536
#define ZONE_EVER      INT64_MIN
#define ZONE_NEAR      (3 * IC_DAY_SECONDS)  /* beyond any difference */
#define ZONE_HEAD      44
#define ZONE_FARTHEST  (26 * 3600)
#define ZONE_FIRST     1970          /* year of rules */

/* The first span, what a rule without changes says, two for each year. */
#define ZONE_RULED     (2 + 2 * (IC_ZONE_LAST_YEAR + 2 - ZONE_FIRST))


/* The counts of a header, in their order. */
typedef struct {
    uint32_t       isut;
    uint32_t       isstd;
    uint32_t       leaps;
    uint32_t       times;
    uint32_t       types;
    uint32_t       chars;
} zone_head_t;


static bool zone_name_valid(ic_str_t name);
static int zone_file(ic_arena_t *arena, const char *path, ic_str_t *file);
static int zone_head(ic_str_t file, size_t at, zone_head_t *head);
static size_t zone_block(const zone_head_t *head, size_t time_size);
static int zone_times(ic_zone_t *zone, ic_str_t file, size_t at,
    const zone_head_t *head);
static int zone_footer(ic_zone_t *zone, ic_str_t footer, int64_t last);
static void zone_add(ic_zone_t *zone, int64_t from, int32_t offset);
static int64_t zone_number(const u_char *p, unsigned size);
static unsigned zone_span(const ic_zone_t *zone, int64_t t);


const ic_zone_t *
ic_zone_load(ic_arena_t *arena, ic_str_t name, const char **reason)
{
    char              path[sizeof(ZONE_FOLDER) + ZONE_MAX_NAME];
    ic_str_t          file;
    const ic_zone_t  *zone;

    *reason = "is no time zone of the IANA database, as Asia/Shanghai or UTC";

    if (!zone_name_valid(name)) {
        return NULL;
    }

    memcpy(path, ZONE_FOLDER, sizeof(ZONE_FOLDER) - 1);
    memcpy(path + sizeof(ZONE_FOLDER) - 1, name.data, name.len);
    path[sizeof(ZONE_FOLDER) - 1 + name.len] = '\0';

    if (zone_file(arena, path, &file) != 0) {

        if (access(ZONE_FOLDER "UTC", R_OK) != 0) {
            *reason = "cannot be looked up: this host has no time zone "
                      "database (package tzdata)";
        }

        return NULL;
    }

    zone = ic_zone_read(arena, file);

    if (zone == NULL) {
        *reason = "is a time zone whose file on this host cannot be read";
    }

    return zone;
}


/*
 * Not "right/", whose seconds are others, and nothing outside the folder or
 * in it that is no zone.
 */
static bool
zone_name_valid(ic_str_t name)
{
    size_t  i;
    u_char  c, before;

    if (name.len == 0 || name.len > ZONE_MAX_NAME
        || (name.len > 6 && memcmp(name.data, "right/", 6) == 0)
        || (name.len > 6 && memcmp(name.data, "posix/", 6) == 0))
    {
        return false;
    }

    for (before = '/', i = 0; i < name.len; before = c, i++) {
        c = name.data[i];

        if (before == '/' && !((c >= 'A' && c <= 'Z')
                               || (c >= 'a' && c <= 'z')))
        {
            return false;
        }

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9') || strchr("/_+-", c) != NULL))
        {
            return false;
        }
    }

    return before != '/';
}


static int
zone_file(ic_arena_t *arena, const char *path, ic_str_t *file)
{
    int          fd, rc;
    ssize_t      n;
    struct stat  st;

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK);
    if (fd == -1) {
        return -1;
    }

    rc = -1;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
        && st.st_size <= ZONE_MAX_FILE)
    {
        file->data = ic_alloc(arena, (size_t) st.st_size);
        file->len = 0;

        while (file->data != NULL && file->len < (size_t) st.st_size) {

            n = read(fd, file->data + file->len,
                     (size_t) st.st_size - file->len);

            if (n == -1 && errno == EINTR) {
                continue;
            }

            if (n <= 0) {
                break;
            }

            file->len += (size_t) n;
        }

        rc = file->data != NULL && file->len == (size_t) st.st_size ? 0 : -1;
    }

    (void) close(fd);

    return rc;
}


const ic_zone_t *
ic_zone_read(ic_arena_t *arena, ic_str_t file)
{
    size_t        at, end;
    int64_t       last;
    ic_str_t      footer;
    ic_zone_t    *zone;
    zone_head_t   head;

    /* the block of 32-bit times is for programs of another age */

    if (zone_head(file, 0, &head) != 0 || file.data[4] < '2') {
        return NULL;
    }

    at = ZONE_HEAD + zone_block(&head, 4);

    if (zone_head(file, at, &head) != 0 || head.leaps != 0
        || head.types == 0)
    {
        return NULL;
    }

    at += ZONE_HEAD;
    end = at + zone_block(&head, 8);

    if (end >= file.len || file.data[end] != '\n'
        || file.data[file.len - 1] != '\n' || file.len - end < 2)
    {
        return NULL;
    }

    footer = ic_str_n(file.data + end + 1, file.len - end - 2);
    zone = ic_zalloc(arena, sizeof(ic_zone_t));

    if (zone == NULL) {
        return NULL;
    }

    zone->spans = ic_alloc(arena, (head.times + ZONE_RULED)
                                  * sizeof(ic_zone_span_t));

    if (zone->spans == NULL || zone_times(zone, file, at, &head) != 0) {
        return NULL;
    }

    last = head.times > 0 ? zone_number(file.data + at + head.times * 8 - 8, 8)
                          : 0;

    return zone_footer(zone, footer, last) == 0 ? zone : NULL;
}


static int
zone_head(ic_str_t file, size_t at, zone_head_t *head)
{
    const u_char  *p;

    if (file.len < at + ZONE_HEAD || memcmp(file.data + at, "TZif", 4) != 0) {
        return -1;
    }

    p = file.data + at + 20;

    head->isut = (uint32_t) zone_number(p, 4);
    head->isstd = (uint32_t) zone_number(p + 4, 4);
    head->leaps = (uint32_t) zone_number(p + 8, 4);
    head->times = (uint32_t) zone_number(p + 12, 4);
    head->types = (uint32_t) zone_number(p + 16, 4);
    head->chars = (uint32_t) zone_number(p + 20, 4);

    /* so that no sum below overflows */
    return head->isut < 1024 && head->isstd < 1024 && head->leaps < 1024
           && head->times < 8192 && head->types < 256 && head->chars < 1024
           && file.len - at - ZONE_HEAD >= zone_block(head, 4)
           ? 0 : -1;
}


static size_t
zone_block(const zone_head_t *head, size_t time_size)
{
    return head->times * (time_size + 1) + head->types * 6 + head->chars
           + head->leaps * (time_size + 4) + head->isstd + head->isut;
}


/* times, types of the times, types */
static int
zone_times(ic_zone_t *zone, ic_str_t file, size_t at,
    const zone_head_t *head)
{
    int64_t        from;
    int32_t        offset;
    uint32_t       i, type;
    const u_char  *types;

    types = file.data + at + head->times * 9;
    zone_add(zone, ZONE_EVER, (int32_t) zone_number(types, 4));

    for (i = 0; i < head->times; i++) {
        from = zone_number(file.data + at + i * 8, 8);
        type = file.data[at + head->times * 8 + i];

        if (type >= head->types
            || (i > 0 && from <= zone_number(file.data + at + (i - 1) * 8,
                                             8)))
        {
            return -1;
        }

        offset = (int32_t) zone_number(types + type * 6, 4);

        if (offset < -ZONE_FARTHEST || offset > ZONE_FARTHEST) {
            return -1;
        }

        zone_add(zone, from, offset);
    }

    return 0;
}


/* What goes on for ever behind the last time of the file; 0: it has none. */
static int
zone_footer(ic_zone_t *zone, ic_str_t footer, int64_t last)
{
    int              i, year;
    ic_civil_t       civil;
    ic_zone_rule_t   rule;
    ic_zone_span_t   change[2];

    if (footer.len == 0) {
        return 0;
    }

    if (ic_zone_rule_parse(footer, &rule) != 0) {
        return -1;
    }

    if (!rule.changes) {
        zone_add(zone, last + 1, rule.offset[0]);
        return 0;
    }

    ic_civil_of(last, &civil);

    for (year = civil.year < ZONE_FIRST ? ZONE_FIRST : civil.year;
         year <= IC_ZONE_LAST_YEAR + 1;
         year++)
    {
        ic_zone_rule_year(&rule, year, change);

        for (i = 0; i < 2; i++) {
            if (change[i].from > last) {
                zone_add(zone, change[i].from, change[i].offset);
            }
        }
    }

    return 0;
}


/* What changes nothing is no span; of two at one instant the later counts. */
static void
zone_add(ic_zone_t *zone, int64_t from, int32_t offset)
{
    if (zone->n > 0 && zone->spans[zone->n - 1].from == from) {
        zone->n--;
    }

    if (zone->n > 0 && zone->spans[zone->n - 1].offset == offset) {
        return;
    }

    zone->spans[zone->n].from = from;
    zone->spans[zone->n++].offset = offset;
}


/* Big-endian, of two's complement. */
static int64_t
zone_number(const u_char *p, unsigned size)
{
    unsigned  i;
    uint64_t  value;

    value = p[0] & 0x80 ? UINT64_MAX : 0;

    for (i = 0; i < size; i++) {
        value = (value << 8) | p[i];
    }

    return (int64_t) value;
}


/* The one that an instant is in. */

static unsigned
zone_span(const ic_zone_t *zone, int64_t t)
{
    unsigned  low, high, middle;

    low = 0;
    high = zone->n;

    while (high - low > 1) {
        middle = (low + high) / 2;

        if (zone->spans[middle].from <= t) {
            low = middle;
        } else {
            high = middle;
        }
    }

    return low;
}


int64_t
ic_zone_reached(const ic_zone_t *zone, int64_t civil)
{
    int64_t                t;
    unsigned               i;
    const ic_zone_span_t  *span;

    for (i = zone_span(zone, civil - ZONE_NEAR); /* void */; i++) {
        span = &zone->spans[i];
        t = civil - span->offset;

        if (i + 1 == zone->n || t < span[1].from) {
            return t > span->from ? t : span->from;
        }
    }
}


int64_t
ic_zone_unseen(const ic_zone_t *zone, int64_t t)
{
    int64_t                unseen;
    unsigned               i;
    const ic_zone_span_t  *span;

    i = zone_span(zone, t);
    unseen = t + zone->spans[i].offset + 1;

    for (/* void */; i > 0; i--) {
        span = &zone->spans[i];

        if (span->from < t - ZONE_NEAR) {
            break;
        }

        /* the clocks before it came so far */
        if (span->from + span[-1].offset > unseen) {
            unseen = span->from + span[-1].offset;
        }
    }

    return unseen;
}
