
/* /model/train: the compatibility table, and the job that an order becomes. */


#include "../../src/api/ic_train.h"
#include "tap.h"

#include <stdlib.h>


#define SQL  "\"select * from data.blooddata_small;\""
#define PAIR  "{\"pos\":" SQL ",\"neg\":" SQL "}"

#define HEAD(user, parties)                                                   \
    "\"user_id\":" user ",\"model_type\":\"lr\",\"party_id\":" parties

#define INFO  "\"data_info\":{\"2\":" PAIR ",\"3\":" PAIR ",\"4\":" PAIR "}"

#define COLUMNS                                                               \
    "\"unique_id\":\"unique_id\",\"attributes\":[\"C6\",\"C6DC\",\"C8\"],"    \
    "\"label_name\":\"diagnosis\",\"label_value\":38"

#define PARAMS(list)                                                          \
    "{" HEAD("3", "[4,2]") "," INFO "," COLUMNS ",\"model_params\":{" list    \
    "}}"

#define REQUEST(head, info, columns)  "{" head "," info "," columns "}"

#define BASE  HEAD("3", "[4,2]")


typedef struct {
    const char  *name;
    const char  *body;
    const char  *message;        /* NULL: taken */
} case_t;


/* As the service's document prints it. */
static const char  document[] = PARAMS("\"penalty\":\"L2\","
    "\"optimizer\":\"sgd\",\"eps\":1e-4,\"alpha\":0.01,\"max_iter\":5,"
    "\"converge_func\":\"diff\",\"batch_size\":500,\"learning_rate\":0.15,"
    "\"decay\":1,\"decay_sqrt\":true,\"init_param\":{\"init_method\":"
    "\"zeros\"},\"encrypt_param\":{\"method\":\"Paillier\"},"
    "\"cv_param\":{\"need_cv\":false}");

static const case_t  cases[] = {

    { "the document's request", document, NULL },
    { "no parameters", REQUEST(BASE, INFO, COLUMNS), NULL },
    { "numeric strings", REQUEST(HEAD("\"3\"", "[\"4\",2]"), INFO, COLUMNS),
      NULL },
    { "one query", REQUEST(BASE, "\"data_info\":{\"2\":" SQL ",\"3\":" SQL
      ",\"4\":" SQL "}", COLUMNS), NULL },
    { "only pos", REQUEST(BASE, "\"data_info\":{\"2\":{\"pos\":" SQL
      "},\"3\":" SQL ",\"4\":" SQL "}", COLUMNS), NULL },
    { "datasets", REQUEST(BASE, "\"data_info\":{\"2\":{\"dataset_id\":"
      "\"D1\"},\"3\":" SQL ",\"4\":" SQL "}", COLUMNS), NULL },
    { "any case", PARAMS("\"penalty\":\"none\",\"optimizer\":\"ADAM\","
      "\"early_stop\":\"Weight_Diff\",\"encrypt_param\":{\"method\":"
      "\"PAILLIER\"}"), NULL },
    { "integers for numbers", PARAMS("\"learning_rate\":1,\"alpha\":0"),
      NULL },
    { "null penalty", PARAMS("\"penalty\":null"), NULL },
    { "both names alike", PARAMS("\"eps\":0.5,\"tol\":0.5"), NULL },
    { "two parties allowed",
      "{" HEAD("3", "[4]") ",\"data_info\":{\"3\":" SQL ",\"4\":" SQL "},"
      COLUMNS ",\"model_params\":{\"allow_two_parties\":true}}", NULL },

    { "nothing", "{}", "None data." },
    { "no user_id", "{\"model_type\":\"lr\"}", "user_id: is required" },
    { "a bad user_id", REQUEST(HEAD("\"x\"", "[4,2]"), INFO, COLUMNS),
      "user_id: must be a number" },
    { "a fractional user_id", REQUEST(HEAD("3.5", "[4,2]"), INFO, COLUMNS),
      "user_id: must be a number" },
    { "an unknown user_id", REQUEST(HEAD("9", "[4,2]"), INFO, COLUMNS),
      "user_id: 9 is unknown" },
    { "the coordinator", REQUEST(HEAD("1", "[4,2]"), INFO, COLUMNS),
      "user_id: 1 is the coordinator" },
    { "no model_type", "{\"user_id\":3}", "model_type: is required" },
    { "another model_type", "{\"model_type\":\"svm\"}",
      "model_type: must be one of lr" },
    { "no party_id", "{\"user_id\":3,\"model_type\":\"lr\"}",
      "party_id: is required" },
    { "party_id no array", REQUEST(HEAD("3", "4"), INFO, COLUMNS),
      "party_id: must be an array of at least one user id" },
    { "party_id empty", REQUEST(HEAD("3", "[]"), INFO, COLUMNS),
      "party_id: must be an array of at least one user id" },
    { "party_id unknown", REQUEST(HEAD("3", "[4,7]"), INFO, COLUMNS),
      "party_id: 7 is unknown" },
    { "party_id twice", REQUEST(HEAD("3", "[4,4]"), INFO, COLUMNS),
      "party_id: 4 is named twice" },
    { "party_id with user_id", REQUEST(HEAD("3", "[4,3]"), INFO, COLUMNS),
      "party_id: 3 is user_id" },
    { "party_id with the coordinator",
      REQUEST(HEAD("3", "[4,1]"), INFO, COLUMNS),
      "party_id: 1 is the coordinator" },
    { "two users at one node", REQUEST(HEAD("3", "[4,5]"), INFO, COLUMNS),
      "party_id: 5 is at the same node as another party" },
    { "two parties",
      "{" HEAD("3", "[4]") ",\"data_info\":{\"3\":" SQL ",\"4\":" SQL "},"
      COLUMNS "}",
      "party_id: with fewer than three data parties each can subtract its "
      "own share from the sum; set model_params.allow_two_parties to true "
      "to accept that" },

    { "no data_info", REQUEST(BASE, "\"x\":1", COLUMNS),
      "data_info: is required" },
    { "data_info no object", REQUEST(BASE, "\"data_info\":[]", COLUMNS),
      "data_info: must be an object" },
    { "a party without data", REQUEST(BASE, "\"data_info\":{\"3\":" SQL
      ",\"4\":" SQL "}", COLUMNS), "data_info.2: is required" },
    { "data of no party", REQUEST(BASE, "\"data_info\":{\"2\":" SQL
      ",\"3\":" SQL ",\"4\":" SQL ",\"5\":" SQL "}", COLUMNS),
      "data_info.5: is no party of this order" },
    { "a key that is no number", REQUEST(BASE, "\"data_info\":{\"two\":" SQL
      "}", COLUMNS), "data_info.two: is no party of this order" },
    { "no SELECT", REQUEST(BASE, "\"data_info\":{\"2\":\"drop table t\"}",
      COLUMNS), "data_info.2: must be a SELECT statement" },
    { "two statements", REQUEST(BASE, "\"data_info\":{\"2\":{\"pos\":"
      "\"select 1; select 2\"}}", COLUMNS),
      "data_info.2: must be one statement only" },
    { "no text", REQUEST(BASE, "\"data_info\":{\"2\":\"\"}", COLUMNS),
      "data_info.2: must be a SELECT statement" },
    { "an empty object", REQUEST(BASE, "\"data_info\":{\"2\":{}}", COLUMNS),
      "data_info.2: must be a SQL text or an object with pos, neg or "
      "both" },
    { "another member", REQUEST(BASE, "\"data_info\":{\"2\":{\"all\":" SQL
      "}}", COLUMNS), "data_info.2: must have no members but pos and neg" },

    { "a member that is not known", REQUEST(BASE, INFO, COLUMNS
      ",\"label_vaule\":38"), "label_vaule: is unknown" },
    { "no attributes", REQUEST(BASE, INFO, "\"unique_id\":\"i\""),
      "None attributes in request, or attributes is not a array." },
    { "attributes no array", REQUEST(BASE, INFO, "\"attributes\":\"C6\""),
      "None attributes in request, or attributes is not a array." },
    { "attributes empty", REQUEST(BASE, INFO, "\"attributes\":[]"),
      "attributes: must have from 1 to 10000 names" },
    { "an attribute twice", REQUEST(BASE, INFO,
      "\"attributes\":[\"a\",\"b\",\"a\"]"),
      "attributes: names a column twice" },
    { "a bad attribute", REQUEST(BASE, INFO,
      "\"attributes\":[\"a'; drop\"]"), "attributes: must be column names" },
    { "a bad unique_id", REQUEST(BASE, INFO,
      "\"attributes\":[\"a\"],\"unique_id\":\"`a\""),
      "unique_id: must be a column name" },
    { "no unique_id", REQUEST(BASE, INFO, "\"attributes\":[\"a\"]"),
      "unique_id: is required" },
    { "no label_name", REQUEST(BASE, INFO,
      "\"attributes\":[\"a\"],\"unique_id\":\"i\""),
      "label_name: is required" },
    { "unique_id in attributes", REQUEST(BASE, INFO,
      "\"attributes\":[\"i\"],\"unique_id\":\"i\",\"label_name\":\"y\""),
      "attributes: must not name unique_id" },
    { "label_name in attributes", REQUEST(BASE, INFO,
      "\"attributes\":[\"y\"],\"unique_id\":\"i\",\"label_name\":\"y\""),
      "attributes: must not name label_name" },
    { "the label is the id", REQUEST(BASE, INFO,
      "\"attributes\":[\"a\"],\"unique_id\":\"i\",\"label_name\":\"i\""),
      "label_name: is also unique_id" },
    { "a bad label_value", REQUEST(BASE, INFO,
      "\"attributes\":[\"a\"],\"unique_id\":\"i\",\"label_name\":\"y\","
      "\"label_value\":[1]"),
      "label_value: must be a number or a string" },

    { "an unknown parameter", PARAMS("\"epsilon\":1"),
      "model_params.epsilon: is unknown" },
    { "columns among the parameters", PARAMS("\"attributes\":[\"a\"]"),
      "model_params.attributes: is unknown" },
    { "penalty", PARAMS("\"penalty\":\"L3\""),
      "model_params.penalty: must be one of L1, L2, NONE" },
    { "optimizer", PARAMS("\"optimizer\":1"),
      "model_params.optimizer: must be one of sgd, rmsprop, adam, adagrad, "
      "nesterov_momentum_sgd, newton" },
    { "alpha", PARAMS("\"alpha\":-0.1"),
      "model_params.alpha: must be at least 0 and at most 1000000000" },
    { "learning_rate", PARAMS("\"learning_rate\":0"),
      "model_params.learning_rate: must be above 0 and at most 1000000" },
    { "a text", PARAMS("\"learning_rate\":\"0.1\""),
      "model_params.learning_rate: must be a number" },
    { "batch_size", PARAMS("\"batch_size\":9"),
      "model_params.batch_size: must be -1 or from 10 to 1000000000" },
    { "max_iter", PARAMS("\"max_iter\":0"),
      "model_params.max_iter: must be at least 1 and at most 100000" },
    { "a fraction", PARAMS("\"max_iter\":1.5"),
      "model_params.max_iter: must be an integer" },
    { "decay_sqrt", PARAMS("\"decay_sqrt\":1"),
      "model_params.decay_sqrt: must be true or false" },
    { "both names", PARAMS("\"eps\":0.1,\"tol\":0.2"),
      "model_params.tol: is also given under its other name, with another "
      "value" },
    { "both names of the other", PARAMS("\"early_stop\":\"diff\","
      "\"converge_func\":\"abs\""),
      "model_params.early_stop: is also given under its other name, with "
      "another value" },
    { "init_param", PARAMS("\"init_param\":\"zeros\""),
      "model_params.init_param: must be an object" },
    { "init_method", PARAMS("\"init_param\":{\"init_method\":\"x\"}"),
      "model_params.init_param.init_method: must be one of zeros, ones, "
      "const, random_uniform, random_normal" },
    { "init_param, unknown", PARAMS("\"init_param\":{\"seed\":1}"),
      "model_params.init_param.seed: is unknown" },
    { "key_length", PARAMS("\"encrypt_param\":{\"key_length\":1024}"),
      "model_params.encrypt_param.key_length: must be from 2048 to 4096 in "
      "steps of 512" },
    { "key_length, step", PARAMS("\"encrypt_param\":{\"key_length\":2049}"),
      "model_params.encrypt_param.key_length: must be from 2048 to 4096 in "
      "steps of 512" },
    { "method", PARAMS("\"encrypt_param\":{\"method\":\"RSA\"}"),
      "model_params.encrypt_param.method: must be one of Paillier" },
    { "no method", PARAMS("\"encrypt_param\":{\"method\":null}"),
      "model_params.encrypt_param.method: must not be null" },
    { "cross validation", PARAMS("\"cv_param\":{\"need_cv\":true,"
      "\"n_splits\":10,\"random_seed\":null}"), NULL },
    { "need_cv", PARAMS("\"cv_param\":{\"need_cv\":1}"),
      "model_params.cv_param.need_cv: must be true or false" },
    { "n_splits", PARAMS("\"cv_param\":{\"n_splits\":1}"),
      "model_params.cv_param.n_splits: must be at least 2 and at most 20" },
    { "model_params no object",
      "{" BASE "," INFO "," COLUMNS ",\"model_params\":[]}",
      "model_params: must be an object" }
};

static ic_order_user_t  users[5];


static int check(ic_arena_t *arena, const char *body, ic_train_t *train,
    ic_str_t *message);
static void test_job(ic_arena_t *arena);


int
main(void)
{
    int          rc;
    size_t       i;
    ic_str_t     message;
    ic_arena_t  *arena;
    ic_train_t   train;

    static const char *const  nodes[] = { "n1", "n2", "n3", "n4", "n4" };

    for (i = 0; i < 5; i++) {
        users[i].user_id = (int64_t) i + 1;
        users[i].node_id = ic_str(nodes[i]);
    }

    arena = ic_pool_create();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        message = ic_str("");
        rc = check(arena, cases[i].body, &train, &message);
        message = ic_str_dup(arena, message);
        is_str((char *) message.data,
               cases[i].message != NULL ? cases[i].message : "", "%s",
               cases[i].name);
        is_int(rc, cases[i].message != NULL ? -1 : 0, "... the result");
    }

    test_job(arena);

    ic_pool_destroy(arena);

    return done();
}


static int
check(ic_arena_t *arena, const char *body, ic_train_t *train,
    ic_str_t *message)
{
    ic_json_t  *root;

    root = ic_json_parse(arena, ic_str(body), message);

    if (root == NULL) {
        return 1;
    }

    train->self = ic_str("n1");

    return ic_train_check(arena, root, users, 5, train, message);
}


static void
test_job(ic_arena_t *arena)
{
    ic_str_t         message, text;
    ic_json_t       *dag, *config;
    ic_train_t       train;
    ic_job_fault_t   fault;

    is_int(check(arena, document, &train, &message), 0, "an order");

    is_str((char *) train.party_id.data, "[4,2]", "the others in order");
    is_str((char *) train.shown.data,
           "{\"alpha\":0.01,\"attributes\":[\"C6\",\"C6DC\",\"C8\"],"
           "\"batch_size\":500,\"converge_func\":\"diff\",\"cv_param\":"
           "{\"need_cv\":false},\"decay\":1,\"decay_sqrt\":true,"
           "\"encrypt_param\":{\"method\":\"Paillier\"},\"eps\":1e-4,"
           "\"init_param\":{\"init_method\":\"zeros\"},\"label_name\":"
           "\"diagnosis\",\"learning_rate\":0.15,\"max_iter\":5,"
           "\"optimizer\":\"sgd\",\"penalty\":\"L2\",\"unique_id\":"
           "\"unique_id\"}", "what /model/info shows");

    text = ic_train_dag(arena);
    dag = ic_json_parse(arena, text, NULL);
    text = ic_train_config(arena, &train);
    config = ic_json_parse(arena, text, NULL);

    ok(dag != NULL && ic_dag_check(arena, dag, &fault) == 0, "its DAG");
    ok(config != NULL && ic_config_check(arena, dag, config, &fault) == 0,
       "its configuration");

    text = ic_json_text(arena, ic_json_path(config, "role"));
    is_str((char *) text.data, "{\"guest\":[\"n3\"],\"host\":[\"n4\","
           "\"n2\"],\"arbiter\":[\"n1\"]}", "its roles");

    text = ic_json_text(arena, ic_json_path(config,
                                     "task_params/common/homo_lr_0"));
    is_str((char *) text.data, "{\"attributes\":[\"C6\",\"C6DC\",\"C8\"],"
           "\"unique_id\":\"unique_id\",\"label_name\":\"diagnosis\","
           "\"label_value\":38,\"penalty\":\"L2\",\"tol\":1e-4,"
           "\"alpha\":0.01,\"optimizer\":\"sgd\",\"batch_size\":500,"
           "\"learning_rate\":0.15,\"max_iter\":5,\"early_stop\":\"diff\","
           "\"decay\":1,\"decay_sqrt\":true,\"init_param\":{\"init_method\":"
           "\"zeros\",\"init_const\":1,\"fit_intercept\":true,"
           "\"random_seed\":null},\"encrypt_param\":{\"method\":"
           "\"Paillier\",\"key_length\":2048},\"cv_param\":{"
           "\"need_cv\":false,\"n_splits\":5,\"shuffle\":true,"
           "\"random_seed\":1},\"evaluate\":true,\"scaler\":\"standard\","
           "\"class_weight\":\"none\",\"positive_weight\":1,"
           "\"confidence\":0.95,\"dp_param\":{\"need_dp\":false,"
           "\"clip\":1.0,\"noise_multiplier\":4.0,\"delta\":1e-5},"
           "\"allow_two_parties\":false,\"min_rows\":10,"
           "\"dropout\":\"fail\","
           "\"min_parties\":3,\"max_dropouts\":1,\"dropout_timeout\":60,"
           "\"init_intercept\":\"zero\","
           "\"allow_single_class\":false,\"dedup\":false,\"max_rows\":0}",
           "its parameters, complete");

    text = ic_json_text(arena, ic_json_path(config, "task_params/host"));
    is_str((char *) text.data, "{\"0\":{\"homo_lr_0\":{\"data_sql\":" PAIR
           "}},\"1\":{\"homo_lr_0\":{\"data_sql\":" PAIR "}}}",
           "the hosts' data");
}
