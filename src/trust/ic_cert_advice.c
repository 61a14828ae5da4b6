
/* What to do about a certificate that is refused. */


#include <openssl/x509_vfy.h>

#include "ic_cert.h"


/* The reasons are in OpenSSL's words, which people search for. */

static const struct {
    long         error;
    const char  *words;
} cert_advice[] = {

    { X509_V_ERR_CERT_HAS_EXPIRED,
      "certificate has expired: have the network's authority renew it" },

    { X509_V_ERR_CERT_NOT_YET_VALID,
      "certificate is not yet valid: compare the clocks of both nodes, or "
      "wait until its notBefore" },

    { X509_V_ERR_INVALID_PURPOSE,
      "unsuitable certificate purpose: its extendedKeyUsage needs "
      "clientAuth to call, serverAuth to be called" },

    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      "unable to verify the first certificate: it is not of an authority "
      "that this node trusts; or send the intermediate certificates along" },

    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      "unable to get local issuer certificate: it is not of an authority "
      "that this node trusts; or send the intermediate certificates along" },

    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      "unable to get issuer certificate: it is not of an authority that "
      "this node trusts" },

    { X509_V_ERR_CERT_SIGNATURE_FAILURE,
      "certificate signature failure: it is not of an authority that this "
      "node trusts" },

    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      "self-signed certificate: have the network's authority sign it" },

    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
      "self-signed certificate in certificate chain: its authority is not "
      "one that this node trusts" },

    { X509_V_ERR_CERT_REVOKED,
      "certificate revoked: have the network's authority issue another one, "
      "for a new key" },

    { X509_V_ERR_CRL_HAS_EXPIRED,
      "CRL has expired: nobody can tell whether the certificate is revoked, "
      "until the operators of this node have fetched the authority's next "
      "list" },

    { X509_V_ERR_CRL_NOT_YET_VALID,
      "CRL is not yet valid: the operators of this node compare its clock "
      "with that of the authority" },

    { X509_V_ERR_UNABLE_TO_GET_CRL,
      "unable to get certificate CRL: this node has no revocation list of "
      "the certificate's issuer; its operators add it" },

    { X509_V_ERR_CRL_SIGNATURE_FAILURE,
      "CRL signature failure: the revocation list that this node has is not "
      "its issuer's; its operators fetch it anew" },

    { X509_V_ERR_OCSP_VERIFY_FAILED,
      "certificate status request failed: the authority's OCSP responder "
      "did not answer; try again, or the operators of this node see to it" },

    { X509_V_ERR_OCSP_CERT_UNKNOWN,
      "certificate status unknown: the authority's OCSP responder does not "
      "know it; have it renewed" },

    { X509_V_ERR_EE_KEY_TOO_SMALL,
      "EE certificate key too weak: use RSA of 2048 bits, P-256 or more" },

    { X509_V_ERR_CA_MD_TOO_WEAK,
      "CA signature digest algorithm too weak: have it signed with SHA-256 "
      "or better" },

    { 0, NULL }
};


const char *
ic_cert_advice(long error)
{
    unsigned  i;

    for (i = 0; cert_advice[i].words != NULL; i++) {
        if (cert_advice[i].error == error) {
            return cert_advice[i].words;
        }
    }

    return X509_verify_cert_error_string(error);
}
