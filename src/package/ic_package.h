
/*
 * Component packages (docs/components.md, "Packages"): what is in one, who
 * signed it, and its folder once it is installed.
 */


#ifndef _IC_PACKAGE_H_INCLUDED_
#define _IC_PACKAGE_H_INCLUDED_


#include "../lib/ic_json.h"
#include "ic_tar.h"


#define IC_PACKAGE_MAX     (256 * 1024 * 1024)   /* bytes of an archive */
#define IC_PACKAGE_DIGEST  65                    /* hex and a NUL */
#define IC_PACKAGE_ERROR   512

#define IC_PACKAGE_EXECUTABLE  "component"
#define IC_PACKAGE_DESCRIPTOR  "descriptor.json"
#define IC_PACKAGE_SECURITY    "security.md"
#define IC_PACKAGE_MANIFEST    "manifest.sha256"
#define IC_PACKAGE_ARCHIVE     ".package.tar"    /* of an installed one */


typedef enum {
    IC_PACKAGE_DEVELOPER = 0,
    IC_PACKAGE_AUTHORITY,
    IC_PACKAGE_SIGNERS
} ic_package_signer_e;

/* What of it is kept with the arena that the package was read into. */
typedef struct {
    ic_tar_t     tar;
    ic_str_t     archive;                        /* as it was read, or null */
    ic_json_t   *descriptor;
    const char  *name;
    const char  *version;
    char         digest[IC_PACKAGE_DIGEST];      /* of the manifest */
    char         error[IC_PACKAGE_ERROR];        /* a sentence */
} ic_package_t;

/* PEM files; NULL: none. */
typedef struct {
    const char  *trusted[IC_PACKAGE_SIGNERS];    /* whose signatures count */
    const char  *crl;                            /* revoked certificates */
    int64_t      crl_grace;                      /* ms, of ic_crl_open() */
    bool         authority;                      /* is needed */
} ic_package_policy_t;


/*
 * Functions that return int: 0, or -1 with a sentence in pkg->error that
 * names what is wrong. None but install and remove writes anything.
 */

/* From the files of pkg->tar without a manifest: makes it and checks all. */
int ic_package_make(ic_package_t *pkg, ic_arena_t *arena);

/* From an archive, from the folder of an installed one. Not verified yet. */
int ic_package_read(ic_package_t *pkg, ic_arena_t *arena, const char *file);
int ic_package_open(ic_package_t *pkg, ic_arena_t *arena,
    const char *folder);

/* Adds a detached CMS signature over the manifest; PEM files. */
int ic_package_sign(ic_package_t *pkg, ic_arena_t *arena,
    ic_package_signer_e as, const char *certificate, const char *key);

/*
 * Signatures by the policy: of one developer always, of one authority if it
 * is needed or there; certificates are valid now and not revoked; the
 * package is within its own time.
 */
int ic_package_verify(ic_package_t *pkg, const ic_package_policy_t *policy);

/*
 * What ic_package_verify() looks at of a package that was opened, without
 * the files: for as long as its program runs. NULL when memory is short.
 */
ic_package_t *ic_package_seal(const ic_package_t *pkg, ic_arena_t *arena);

/*
 * One at a time changes the components folder: a descriptor to close, or -1
 * with errno. Waits for another process that does.
 */
int ic_package_lock(const char *components);

/*
 * Into <components>/<name>/<version>, all of it or nothing, with the archive
 * as it was read beside the files; a version that is there is an error unless
 * its manifest is the same. Needs the lock, as what follows.
 */
int ic_package_install(ic_package_t *pkg, const char *components);

/* Takes the folder of one version away; error as of the package's. */
int ic_package_remove(const char *components, const char *name,
    const char *version, char *error, size_t size);

/* Removes such a folder with the files in it, if it is there. */
void ic_package_clean(const char *folder);

/* Takes away what an installation that was killed left behind. */
void ic_package_sweep(const char *components);

/* Bytes of the installed packages, archives included. Needs no lock. */
int64_t ic_package_bytes(const char *components);

/*
 * The record of the component beside its code and version, as name and value
 * in turn, from the descriptor: at most IC_PACKAGE_PAIRS strings, which live
 * in the arena or the package. Their number.
 */
#define IC_PACKAGE_PAIRS  40

int ic_package_pairs(const ic_package_t *pkg, ic_arena_t *arena,
    ic_str_t *argv);

/* Names become folders and "name:version" an id: no colons in either. */
bool ic_package_name_valid(ic_str_t name);

/* File name of a signature; "developer", "authority" for people. */
const char *ic_package_signature(ic_package_signer_e as);
const char *ic_package_signer(ic_package_signer_e as);


#endif /* _IC_PACKAGE_H_INCLUDED_ */
