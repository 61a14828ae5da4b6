-- The check of interconn_permit, written for lua-nginx-module with
-- lua-resty-redis: what the same order of checks costs there. The store's
-- function is the same one, so Redis does the same work for both.
--
-- Tuned as its documentation says: code cache and JIT, locals instead of
-- globals, connections kept in the cosocket pool, OpenSSL through FFI, and
-- the two dear answers (whose key a certificate has, whether a token's
-- signature is good) cached per worker for a minute.

local ffi = require 'ffi'
local lrucache = require 'resty.lrucache'
local redis = require 'nginx.redis'
local base64 = require 'ngx.base64'

local C = ffi.C
local find, match, gmatch = string.find, string.match, string.gmatch
local sub, format, lower = string.sub, string.format, string.lower
local concat = table.concat

ffi.cdef[[
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct bio_st BIO;
typedef struct x509_st X509;
typedef struct X509_pubkey_st X509_PUBKEY;
BIO *BIO_new_mem_buf(const void *buf, int len);
void BIO_free_all(BIO *bio);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *bio, EVP_PKEY **x, void *cb, void *u);
X509 *PEM_read_bio_X509(BIO *bio, X509 **x, void *cb, void *u);
void X509_free(X509 *x);
EVP_PKEY *X509_get0_pubkey(const X509 *x);
int i2d_PUBKEY(EVP_PKEY *key, unsigned char **out);
EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(EVP_MD_CTX *ctx);
const EVP_MD *EVP_sha256(void);
int EVP_DigestVerifyInit(EVP_MD_CTX *ctx, void **pctx, const EVP_MD *type,
    void *e, EVP_PKEY *key);
int EVP_DigestVerify(EVP_MD_CTX *ctx, const char *sig, size_t siglen,
    const char *tbs, size_t tbslen);
unsigned char *SHA256(const char *d, size_t n, unsigned char *md);
]]

local _M = {}

local key, kid
local beginning, count = nil, 0
local node, socket
local tokens = lrucache.new(4096)
local certificates = lrucache.new(4096)


local function sha256_hex(text)
    local digest, hex = ffi.new('unsigned char[32]'), {}

    C.SHA256(text, #text, digest)

    for i = 0, 31 do
        hex[i + 1] = format('%02x', digest[i])
    end

    return concat(hex)
end


local function spki_of(pkey)
    local out = ffi.new('unsigned char *[1]')
    local len = C.i2d_PUBKEY(pkey, nil)
    local der = ffi.new('unsigned char[?]', len)

    out[0] = der
    C.i2d_PUBKEY(pkey, out)

    return sha256_hex(ffi.string(der, len))
end


-- in init_by_lua: our node id, the store's socket, the key that signs permits
function _M.init(node_id, path, key_file)
    local file = assert(io.open(key_file))
    local pem = file:read('*a')
    local bio = C.BIO_new_mem_buf(pem, #pem)

    file:close()
    key = C.PEM_read_bio_PrivateKey(bio, nil, nil, nil)
    C.BIO_free_all(bio)

    node, socket = 'ic:{' .. node_id .. '}', 'unix:' .. path
    _M.node_id, kid = node_id, sub(spki_of(key), 1, 16)
end


-- the SPKI digest of the client's certificate, which a connection keeps
local function caller_key(var)
    local connection = var.connection
    local spki = certificates:get(connection)

    if spki then
        return spki
    end

    local pem = var.ssl_client_raw_cert
    local bio = C.BIO_new_mem_buf(pem, #pem)
    local cert = C.PEM_read_bio_X509(bio, nil, nil, nil)

    C.BIO_free_all(bio)

    if cert == nil then
        return nil
    end

    spki = spki_of(C.X509_get0_pubkey(cert))
    C.X509_free(cert)
    certificates:set(connection, spki, 60)

    return spki
end


-- mode and identity of the caller
local function identify(var)
    if var.https == 'on' then
        if var.ssl_client_verify ~= 'SUCCESS' then
            return nil
        end

        return 'spki', caller_key(var)
    end

    local claim = var.http_x_source_node_id

    if claim and #claim <= 128 and find(claim, '^[%w._:@-]+$') then
        return 'node', claim
    end

    return nil
end


-- one token, by whichever of the three ways; nil when there are two
local function presented(var, id)
    local token = var.http_x_resource_permit
    local authorization = var.http_authorization
    local set = var.http_x_mprac_token_set

    if authorization and lower(sub(authorization, 1, 11)) == 'mpc-permit ' then
        local other = match(authorization, '^%S+ +(%S+)')

        if token and token ~= other then
            return nil
        end

        token = other
    end

    if set then
        for entry in gmatch(set, '[^,]+') do
            local name, other = match(entry, '^%s*(.*)/[^/]*/([^/]*)$')

            if name and (name == id or sub(name, -#id - 1) == ':' .. id
                         or sub(name, -#id - 1) == '/' .. id)
            then
                if token and token ~= other then
                    return nil
                end

                token = other
            end
        end
    end

    return token
end


local function is_signed(text, signature)
    local ctx = C.EVP_MD_CTX_new()
    local good = C.EVP_DigestVerifyInit(ctx, nil, C.EVP_sha256(), nil, key)
                 == 1
                 and C.EVP_DigestVerify(ctx, signature, #signature, text,
                                        #text) == 1

    C.EVP_MD_CTX_free(ctx)

    return good
end


-- what a good token says, or nil
local function verify(token)
    local claims = tokens:get(token)

    if claims then
        return claims
    end

    local text, of, payload, signature =
        match(token, '^((mp1%.[%w_-]+)%.([%w_-]+))%.([%w_-]+)$')

    if not text or of ~= 'mp1.' .. kid then
        return nil
    end

    payload = base64.decode_base64url(payload)
    signature = base64.decode_base64url(signature)

    if not payload or not signature or not is_signed(text, signature) then
        return nil
    end

    claims = {}

    for name, value in gmatch(payload, '"(%l+)":"([^"]*)"') do
        claims[name] = value
    end

    tokens:set(token, claims, 60)

    return claims
end


local function twice(args, name)
    local from = find('&' .. args, '&' .. name .. '=', 1, true)

    return from and find('&' .. args, '&' .. name .. '=', from + 1, true)
end


-- unique, at no cost: one random beginning for each worker
local function fresh_id(var)
    beginning = beginning or sub(var.request_id, 1, 20)
    count = count + 1

    return format('%s%012x', beginning, count)
end


local function ask(...)
    local store = redis:new()

    store:set_timeout(1000)

    if not store:connect(socket) then
        return ngx.exit(503)
    end

    local reply, err = store:fcall(...)

    if not reply then
        ngx.log(ngx.ERR, 'store: ', err)
        return ngx.exit(503)
    end

    store:set_keepalive(60000, 256)

    return reply
end


-- in access_by_lua
function _M.check()
    local var = ngx.var
    local mode, ident = identify(var)

    if not mode then
        return ngx.exit(401)
    end

    local id = var.arg_dataset_id

    if not id or #id > 128 or not find(id, '^[%w._:@-]+$')
       or twice(var.args, 'dataset_id')
    then
        return ngx.exit(400)
    end

    local token = presented(var, id)
    local claims = token and #token <= 4096 and verify(token)

    if not claims or claims.rt ~= 'dataset' or claims.rid ~= id
       or claims.iss ~= _M.node_id
       or (mode == 'spki' and claims.cnf == '')
    then
        return ngx.exit(403)
    end

    local use, once = var.http_idempotency_key, '0'

    if use then
        use = sha256_hex(concat({ ngx.req.get_method(), var.request_uri,
                                  use }, '\n'))
    else
        use, once = fresh_id(var), '1'
    end

    local reply = ask('interconn_permit_guard', 1, node, mode, ident,
                      claims.jti, claims.cnf, use, once, 'dataset', id, '',
                      '', '')

    if reply[1] ~= 'ok' then
        return ngx.exit(403)
    end

    ngx.ctx.peer = reply[3]
end


return _M
