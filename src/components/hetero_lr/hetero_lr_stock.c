
/* Encryptions of zero, ahead of time. */


#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hetero_lr_stock.h"


#define STOCK_UNIT  128          /* made at a time, for each thread */


struct hetero_stock_s {
    ic_cipher_t        cipher;   /* a copy: its key and table are the same */
    ic_ciphertexts_t  *made;
    ic_ciphertexts_t  *next;     /* the thread's */
    const BIGNUM     **zeros;
    BIGNUM            *zero;
    size_t             count;
    bool               waiting;
    bool               stop;
    bool               started;
    pthread_t          thread;
    pthread_mutex_t    lock;
    pthread_cond_t     changed;
};


static int stock_fill(hetero_stock_t *stock, size_t room);
static void *stock_work(void *data);
static bool stock_due(const hetero_stock_t *stock);
static size_t stock_take(hetero_stock_t *stock, ic_ciphertexts_t *c);


hetero_stock_t *
hetero_stock_create(const ic_cipher_t *cipher, size_t room)
{
    hetero_stock_t  *stock;

    stock = calloc(1, sizeof(hetero_stock_t));
    if (stock == NULL) {
        return NULL;
    }

    stock->cipher = *cipher;
    (void) pthread_mutex_init(&stock->lock, NULL);
    (void) pthread_cond_init(&stock->changed, NULL);

    if (stock_fill(stock, room) != 0) {
        hetero_stock_destroy(stock);
        return NULL;
    }

    /* without a thread there is no stock, that is all */

    stock->started = pthread_create(&stock->thread, NULL, stock_work, stock)
                     == 0;

    return stock;
}


/* Memory. */

static int
stock_fill(hetero_stock_t *stock, size_t room)
{
    size_t  i, unit;

    unit = STOCK_UNIT * (size_t) stock->cipher.threads;
    stock->made = ic_ciphertexts_create(&stock->cipher, room);
    stock->next = ic_ciphertexts_create(&stock->cipher, unit);
    stock->zeros = calloc(unit, sizeof(BIGNUM *));
    stock->zero = BN_new();

    if (stock->made == NULL || stock->next == NULL || stock->zeros == NULL
        || stock->zero == NULL)
    {
        return -1;
    }

    for (i = 0; i < unit; i++) {
        stock->zeros[i] = stock->zero;
    }

    return 0;
}


void
hetero_stock_destroy(hetero_stock_t *stock)
{
    if (stock == NULL) {
        return;
    }

    if (stock->started) {
        (void) pthread_mutex_lock(&stock->lock);
        stock->stop = true;
        (void) pthread_cond_signal(&stock->changed);
        (void) pthread_mutex_unlock(&stock->lock);
        (void) pthread_join(stock->thread, NULL);
    }

    (void) pthread_mutex_destroy(&stock->lock);
    (void) pthread_cond_destroy(&stock->changed);
    ic_ciphertexts_destroy(stock->made);
    ic_ciphertexts_destroy(stock->next);
    BN_free(stock->zero);
    free(stock->zeros);
    free(stock);
}


void
hetero_stock_wait(hetero_stock_t *stock, bool waiting)
{
    (void) pthread_mutex_lock(&stock->lock);
    stock->waiting = waiting;
    (void) pthread_cond_signal(&stock->changed);
    (void) pthread_mutex_unlock(&stock->lock);
}


static bool
stock_due(const hetero_stock_t *stock)
{
    return stock->waiting && stock->count + stock->next->n <= stock->made->n;
}


static void *
stock_work(void *data)
{
    int              rc;
    size_t           words;
    hetero_stock_t  *stock = data;

    words = stock->cipher.pair->words;
    (void) pthread_mutex_lock(&stock->lock);

    for (rc = 0; rc == 0; /* void */) {
        while (!stock->stop && !stock_due(stock)) {
            (void) pthread_cond_wait(&stock->changed, &stock->lock);
        }

        if (stock->stop) {
            break;
        }

        (void) pthread_mutex_unlock(&stock->lock);
        rc = ic_ciphertexts_encrypt(&stock->cipher, stock->next,
                                    stock->zeros);
        (void) pthread_mutex_lock(&stock->lock);

        if (rc == 0) {
            memcpy(stock->made->rows + stock->count * words,
                   stock->next->rows,
                   stock->next->n * words * sizeof(uint64_t));
            stock->count += stock->next->n;
        }
    }

    (void) pthread_mutex_unlock(&stock->lock);

    return NULL;
}


/* The last ones that were made, as many as there are and c wants. */

static size_t
stock_take(hetero_stock_t *stock, ic_ciphertexts_t *c)
{
    size_t  n, words;

    words = stock->cipher.pair->words;
    (void) pthread_mutex_lock(&stock->lock);
    n = stock->count < c->n ? stock->count : c->n;
    stock->count -= n;
    memcpy(c->rows, stock->made->rows + stock->count * words,
           n * words * sizeof(uint64_t));
    (void) pthread_mutex_unlock(&stock->lock);

    return n;
}


int
hetero_stock_encrypt(hetero_stock_t *stock, ic_cipher_t *cipher,
    ic_ciphertexts_t *c, const BIGNUM *const *m)
{
    int                rc;
    size_t             n;
    ic_ciphertexts_t   front, back, *plain;

    front = *c;
    back = *c;
    front.n = n = stock_take(stock, c);
    back.n -= n;
    back.rows += n * cipher->pair->words;
    plain = ic_ciphertexts_create(cipher, n);

    rc = plain != NULL && ic_ciphertexts_trivial(plain, m) == 0
         && ic_ciphertexts_add(&front, &front, plain) == 0
         && ic_ciphertexts_encrypt(cipher, &back, m + n) == 0 ? 0 : -1;

    ic_ciphertexts_destroy(plain);

    return rc;
}
