
/* Rows for the demo. */


#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl_demo_data.h"
#include "interconnctl.h"


/* mean and spread of ln(umol/l); shift: what the defect adds to the mean */
typedef struct {
    const char  *name;
    double       mean;
    double       spread;
    double       shift;
} ctl_analyte_t;


static double ctl_uniform(uint64_t *state);
static double ctl_normal(uint64_t *state);
static int ctl_demo_table(const char *path, unsigned hospital,
    uint64_t *state);
static int ctl_demo_diagnosis(uint64_t *state);
static int ctl_demo_header(ctl_demo_data_t *data, const char *file,
    ic_arena_t *arena);
static int ctl_demo_columns(ctl_demo_data_t *data);
static const char *ctl_demo_has(const ctl_demo_data_t *data,
    const char *const *names);
static int ctl_demo_csv(const struct dirent *entry);


static const ctl_analyte_t  ctl_analytes[] = {
    { "C0",    3.20, 0.35, -0.10 },
    { "C2",    2.90, 0.40, -0.05 },
    { "C3",    0.45, 0.45,  0.00 },
    { "C5",   -1.90, 0.45,  0.00 },
    { "C6",   -2.90, 0.50,  1.00 },
    { "C6DC", -2.60, 0.45,  0.35 },
    { "C8",   -2.70, 0.50,  1.30 },
    { "C10",  -2.30, 0.50,  0.45 },
    { "C16",   1.10, 0.30,  0.00 },
    { NULL, 0, 0, 0 }
};

static const char *const  ctl_id_names[] = { "unique_id", "id", NULL };
static const char *const  ctl_label_names[] = {
    "diagnosis", "y", "label", NULL
};
static const char *const  ctl_document_attributes[] = {
    "C6", "C6DC", "C8", NULL
};


int
ctl_demo_generate(ctl_demo_data_t *data, const char *dir, uint64_t seed)
{
    unsigned  i;

    memset(data, 0, sizeof(ctl_demo_data_t));
    data->parties = CTL_DEMO_PARTIES;
    data->unique_id = "unique_id";
    data->label_name = "diagnosis";
    data->label_value = "38";

    for (i = 0; ctl_document_attributes[i] != NULL; i++) {
        data->attributes[i] = ctl_document_attributes[i];
    }

    data->nattributes = i;
    data->columns[data->ncolumns++] = "unique_id";

    for (i = 0; ctl_analytes[i].name != NULL; i++) {
        data->columns[data->ncolumns++] = ctl_analytes[i].name;
    }

    data->columns[data->ncolumns++] = "diagnosis";

    for (i = 0; i < data->parties; i++) {
        if (snprintf(data->files[i], PATH_MAX, "%s/hospital%u.csv", dir,
                     i + 1) >= PATH_MAX
            || ctl_demo_table(data->files[i], i + 1, &seed) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
ctl_demo_table(const char *path, unsigned hospital, uint64_t *state)
{
    int                   diagnosis, row;
    FILE                 *file;
    double                value;
    const ctl_analyte_t  *analyte;

    file = fopen(path, "we");

    if (file == NULL) {
        ctl_error("%s: %s", path, strerror(errno));
        return -1;
    }

    fputs("unique_id", file);

    for (analyte = ctl_analytes; analyte->name != NULL; analyte++) {
        fprintf(file, ",%s", analyte->name);
    }

    fputs(",diagnosis\n", file);

    for (row = 1; row <= CTL_DEMO_ROWS; row++) {
        fprintf(file, "H%u-%06d", hospital, row);
        diagnosis = ctl_demo_diagnosis(state);

        for (analyte = ctl_analytes; analyte->name != NULL; analyte++) {
            value = analyte->mean + analyte->spread * ctl_normal(state);
            value += diagnosis == 38 ? analyte->shift : 0;
            fprintf(file, ",%.4f", exp(value));
        }

        fprintf(file, ",%d\n", diagnosis);
    }

    if (fclose(file) != 0) {
        ctl_error("%s: %s", path, strerror(errno));
        return -1;
    }

    return 0;
}


/* 38 in every sixth row, other findings in every tenth, else 0 */
static int
ctl_demo_diagnosis(uint64_t *state)
{
    double  u;

    u = ctl_uniform(state);

    if (u < 1.0 / 6) {
        return 38;
    }

    return u > 0.9 ? 1 + (int) (ctl_uniform(state) * 37) : 0;
}


/* splitmix64 (Steele, Lea, Flood 2014): the same rows on every machine */
static double
ctl_uniform(uint64_t *state)
{
    uint64_t  z;

    z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;

    return ((double) (z >> 11) + 0.5) / 9007199254740992.0;
}


static double
ctl_normal(uint64_t *state)
{
    double  u, v;

    u = ctl_uniform(state);
    v = ctl_uniform(state);

    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}


int
ctl_demo_folder(ctl_demo_data_t *data, const char *dir, ic_arena_t *arena)
{
    int              i, n;
    char             real[PATH_MAX];
    struct dirent  **entries;

    memset(data, 0, sizeof(ctl_demo_data_t));

    if (realpath(dir, real) == NULL) {
        ctl_error("%s: %s", dir, strerror(errno));
        return -1;
    }

    n = scandir(real, &entries, ctl_demo_csv, alphasort);

    for (i = 0; i < n; i++) {
        if (data->parties < 31
            && snprintf(data->files[data->parties], PATH_MAX, "%s/%s", real,
                        entries[i]->d_name) < PATH_MAX)
        {
            data->parties++;
        }

        free(entries[i]);
    }

    if (n >= 0) {
        free(entries);
    }

    if (data->parties < CTL_DEMO_PARTIES) {
        ctl_error("%s: at least %d CSV files are needed, one per hospital",
                  dir, CTL_DEMO_PARTIES);
        return -1;
    }

    if (ctl_demo_header(data, data->files[0], arena) != 0) {
        return -1;
    }

    return ctl_demo_columns(data);
}


static int
ctl_demo_csv(const struct dirent *entry)
{
    size_t  len;

    len = strlen(entry->d_name);

    return len > 4 && strcmp(entry->d_name + len - 4, ".csv") == 0;
}


static int
ctl_demo_header(ctl_demo_data_t *data, const char *file, ic_arena_t *arena)
{
    char      *line, *name, *save;
    ic_str_t   text;

    text = ctl_read_file(arena, file);
    line = text.data == NULL ? NULL : strtok_r((char *) text.data, "\r\n",
                                               &save);

    if (line == NULL) {
        ctl_error("%s has no header row", file);
        return -1;
    }

    for (name = strtok_r(line, ",", &save); name != NULL;
         name = strtok_r(NULL, ",", &save))
    {
        if (data->ncolumns == CTL_DEMO_MAX_COLUMNS) {
            ctl_error("%s has more than %d columns", file,
                      CTL_DEMO_MAX_COLUMNS);
            return -1;
        }

        data->columns[data->ncolumns++] = name;
    }

    return 0;
}


static int
ctl_demo_columns(ctl_demo_data_t *data)
{
    unsigned     i;
    const char  *name;

    data->unique_id = ctl_demo_has(data, ctl_id_names);
    data->label_name = ctl_demo_has(data, ctl_label_names);

    if (data->unique_id == NULL || data->label_name == NULL) {
        ctl_error("%s needs a column unique_id or id and a label column "
                  "diagnosis, y or label", data->files[0]);
        return -1;
    }

    data->label_value = strcmp(data->label_name, "diagnosis") == 0 ? "38"
                                                                   : "1";

    for (i = 0; i < data->ncolumns; i++) {
        name = data->columns[i];

        if (strcmp(name, data->unique_id) != 0
            && strcmp(name, data->label_name) != 0
            && (strcmp(data->label_name, "diagnosis") != 0
                || ctl_demo_has(data, ctl_document_attributes) == NULL
                || strcmp(name, "C6") == 0 || strcmp(name, "C6DC") == 0
                || strcmp(name, "C8") == 0))
        {
            data->attributes[data->nattributes++] = name;
        }
    }

    return 0;
}


/* The first of the names that is a column, or NULL. */
static const char *
ctl_demo_has(const ctl_demo_data_t *data, const char *const *names)
{
    unsigned  i;

    for ( /* void */ ; *names != NULL; names++) {
        for (i = 0; i < data->ncolumns; i++) {
            if (strcmp(data->columns[i], *names) == 0) {
                return data->columns[i];
            }
        }
    }

    return NULL;
}
