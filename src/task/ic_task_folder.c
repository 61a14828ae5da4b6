
/* Where a component puts what it makes. */


#include <stdlib.h>

#include "ic_task.h"


#define FOLDER_OUTPUT  "runtime.component.output."


extern char  **environ;


static const char *folder_only(void);


const char *
ic_task_folder(ic_task_t *task, const char *key)
{
    ic_str_t          variable;
    const char       *text;
    const ic_json_t  *place;

    variable = ic_str_fmt(ic_task_arena(task), FOLDER_OUTPUT "%s", key);
    text = variable.data != NULL ? getenv((char *) variable.data) : NULL;
    text = text != NULL ? text : folder_only();
    place = text != NULL ? ic_json_parse(ic_task_arena(task), ic_str(text),
                                         NULL)
                         : NULL;

    return place == NULL ? NULL
           : ic_str_z(ic_task_arena(task),
                      ic_json_str(ic_json_get(place, "path")));
}


static const char *
folder_only(void)
{
    char       **variable;
    const char  *found;

    found = NULL;

    for (variable = environ; *variable != NULL; variable++) {

        if (strncmp(*variable, FOLDER_OUTPUT, sizeof(FOLDER_OUTPUT) - 1)
            != 0)
        {
            continue;
        }

        if (found != NULL) {
            return NULL;
        }

        found = strchr(*variable, '=');
        found = found != NULL ? found + 1 : NULL;
    }

    return found;
}
