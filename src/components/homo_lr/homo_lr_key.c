
/* The guest's key pair, made in a thread of its own. */


#include <pthread.h>
#include <stdlib.h>

#include "homo_lr_key.h"


struct homo_lr_key_s {
    pthread_t           thread;
    bool                running;
    unsigned            bits;
    unsigned            flags;
    ic_paillier_key_t  *secret;
};


static void *make_key(void *data);


int
homo_lr_key_start(homo_lr_t *lr)
{
    homo_lr_key_t  *making;

    making = calloc(1, sizeof(homo_lr_key_t));

    if (making == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    lr->making = making;
    making->bits = lr->modulus_bits;
    making->flags = lr->paillier_flags;
    making->running = true;

    if (pthread_create(&making->thread, NULL, make_key, making) != 0) {
        making->running = false;
        (void) make_key(making);
    }

    return 0;
}


static void *
make_key(void *data)
{
    homo_lr_key_t  *making;

    making = data;
    making->secret = ic_paillier_generate(making->bits, making->flags);

    return NULL;
}


const ic_paillier_key_t *
homo_lr_key_wait(homo_lr_t *lr)
{
    homo_lr_key_t  *making;

    making = lr->making;

    if (making->running) {
        (void) pthread_join(making->thread, NULL);
        making->running = false;
    }

    if (making->secret == NULL) {
        (void) homo_lr_fail(lr, "internal", NULL, 0,
                            "no Paillier key of %u bits could be made",
                            making->bits);
    }

    return making->secret;
}


void
homo_lr_key_stop(homo_lr_t *lr)
{
    if (lr->making == NULL) {
        return;
    }

    if (lr->making->running) {
        (void) pthread_join(lr->making->thread, NULL);
    }

    ic_paillier_key_destroy(lr->making->secret);
    free(lr->making);
    lr->making = NULL;
}
