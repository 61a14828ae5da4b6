
/*
 * Targets without an engine, for compilers that have none: runs the files
 * that are named, and each with N small changes of a fixed seed.
 *
 *     replay N FILE...
 *
 * The input that ends it is left in the file that REPLAY_CRASH names.
 */


#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


#define REPLAY_MAX   (1 << 20)
#define REPLAY_SEED  UINT64_C(0x2545f4914f6cdd1d)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay_crash(int signo);
static void replay_run(const uint8_t *data, size_t size);
static size_t replay_change(uint8_t *data, size_t size, uint64_t *state);
static uint64_t replay_random(uint64_t *state);


static const uint8_t  *replay_input;
static size_t          replay_size;


int
main(int argc, char **argv)
{
    int              i;
    long             n, changes, runs;
    FILE            *file;
    size_t           size, len;
    uint64_t         state;
    static uint8_t   data[REPLAY_MAX], copy[REPLAY_MAX + 64];

    if (argc < 2) {
        fprintf(stderr, "usage: %s CHANGES FILE...\n", argv[0]);
        return 2;
    }

    signal(SIGABRT, replay_crash);
    signal(SIGSEGV, replay_crash);
    changes = strtol(argv[1], NULL, 10);
    runs = 0;
    state = REPLAY_SEED;

    for (i = 2; i < argc; i++) {
        file = fopen(argv[i], "rb");

        if (file == NULL) {
            perror(argv[i]);
            return 2;
        }

        size = fread(data, 1, sizeof(data), file);
        fclose(file);

        /* the last line before a crash names the input */
        fprintf(stderr, "%s\n", argv[i]);
        replay_run(data, size);
        runs++;

        for (n = 0; n < changes; n++, runs++) {
            memcpy(copy, data, size);
            len = replay_change(copy, size, &state);
            replay_run(copy, len);
        }
    }

    printf("%ld runs\n", runs);

    return 0;
}


/* From memory of exactly that size: a sanitizer knows its end. */

static void
replay_run(const uint8_t *data, size_t size)
{
    uint8_t  *exact;

    exact = malloc(size + (size == 0));

    if (exact == NULL) {
        abort();
    }

    memcpy(exact, data, size);
    replay_input = exact;
    replay_size = size;
    (void) LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}


static void
replay_crash(int signo)
{
    int          fd;
    const char  *file;

    file = getenv("REPLAY_CRASH");
    fd = file != NULL ? open(file, O_WRONLY|O_CREAT|O_TRUNC, 0600) : -1;

    if (fd != -1 && write(fd, replay_input, replay_size) < 0) {
        _exit(2);
    }

    signal(signo, SIG_DFL);
    raise(signo);
}


static size_t
replay_change(uint8_t *data, size_t size, uint64_t *state)
{
    size_t  at, n;

    at = replay_random(state) % (size + 1);
    n = 1 + replay_random(state) % 8;

    switch (replay_random(state) % 5) {

    case 0:
        data[at] = (uint8_t) replay_random(state);
        return size + (at == size);

    case 1:
        data[at] ^= (uint8_t) (1 << replay_random(state) % 8);
        return size;

    case 2:
        return at;

    case 3:
        n = n < size - at ? n : size - at;
        memmove(data + at, data + at + n, size - at - n);
        return size - n;

    default:
        memmove(data + at + n, data + at, size - at);
        memset(data + at, (uint8_t) replay_random(state), n);
        return size + n;
    }
}


static uint64_t
replay_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;

    return *state;
}
