
/*
 * Bins that were given, vertical data and an arbiter in the job, who cannot
 * know of them: nobody waits for it, nor it for them.
 */


#include <sys/stat.h>

#include "binning_rows.h"


#define NAMES   "arbiter.0 guest.0 host.0"
#define PARAMS  "{" GUEST "\"unique_id\":\"id\",\"hosts_learn\":\"woe\"}"


static local_t *
job(void)
{
    char     *text;
    local_t  *net;

    net = local_create(run, NAMES);
    local_params(net, LOCAL_ALL, PARAMS);
    text = csv(0, 1, true);
    local_csv(net, 1, "train_data", text);
    free(text);
    text = csv(1, 3, false);
    local_csv(net, 2, "train_data", text);
    free(text);

    return net;
}


static void
give(local_t *net, unsigned i, const char *model)
{
    char   path[256], input[400];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "%s/out-m", net->parties[i].folder);
    (void) mkdir(path, 0700);
    (void) snprintf(input, sizeof(input), "{\"path\":\"%s\",\"kind\":"
                    "\"model\",\"format\":\"json\"}", path);
    (void) strcat(path, "/data_0");
    file = fopen(path, "w");
    (void) fputs(model, file);
    (void) fclose(file);
    local_input(net, i, "model", input);
}


int
main(void)
{
    char     *models[2];
    local_t  *net;

    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 41;
    printf("# SEED=%u\n", seed);
    fill(200, 0.1);

    net = job();
    ok(local_run(net) == 0, "fitted, an arbiter in the job: %s%s",
       net->parties[1].text, net->parties[2].text);
    models[0] = strdup(local_output(net, 1, "model"));
    models[1] = strdup(local_output(net, 2, "model"));
    local_destroy(net);

    net = job();
    give(net, 1, models[0]);
    give(net, 2, models[1]);
    ok(local_run(net) == 0, "given to both: applied%s%s%s",
       net->parties[0].text, net->parties[1].text, net->parties[2].text);
    ok(local_table(net, 1, "dataset") != NULL
       && local_said(&net->parties[0].without, "dataset") != NULL
       && local_said(&net->parties[1].without, "model") != NULL,
       "... to the guest's rows, by no arbiter, no model made");
    local_destroy(net);

    net = job();
    give(net, 1, models[0]);
    ok(local_run(net) != 0
       && strcmp(net->parties[2].code, "bad_parameter") == 0
       && strstr(net->parties[2].text, "guest.0 applies a model") != NULL,
       "given to the guest alone: %s", net->parties[2].text);
    local_destroy(net);

    net = job();
    give(net, 2, models[1]);
    ok(local_run(net) == 0 && local_output(net, 1, "model") != NULL,
       "given to the host alone: the guest has bins of its own%s%s",
       net->parties[1].text, net->parties[2].text);
    local_destroy(net);

    free(models[0]);
    free(models[1]);

    return done();
}
