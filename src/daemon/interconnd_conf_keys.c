
/* The private keys that the configuration names. */


#include <stdio.h>

#include "../trust/ic_cert.h"
#include "interconnd.h"


int
interconnd_conf_check_keys(const interconnd_conf_t *conf, char *error,
    size_t size)
{
    EVP_PKEY  *key;
    unsigned   i;

    const struct {
        const char  *name;
        const char  *file;
    } files[] = {
        { "certificate_key", conf->certificate_key },
        { "signing_key", conf->signing_key },
        { "next_certificate_key", conf->next_certificate_key },
        { "next_signing_key", conf->next_signing_key }
    };

    if ((conf->next_certificate == NULL)
        != (conf->next_certificate_key == NULL))
    {
        snprintf(error, size, "\"next_certificate\" and "
                 "\"next_certificate_key\" need each other");
        return -1;
    }

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {

        if (files[i].file == NULL) {
            continue;
        }

        key = ic_cert_private_key(files[i].file);

        if (key == NULL) {
            snprintf(error, size, "\"%s\": %s is not an unencrypted private "
                     "key", files[i].name, files[i].file);
            return -1;
        }

        EVP_PKEY_free(key);
    }

    return 0;
}
