/* The baseline: an HOTP code of six digits (RFC 4226) by mbed TLS's SHA-1, as C firmware does it. */
#include <mbedtls/sha1.h>
#include <string.h>

void hotp(const unsigned char *key, size_t length, unsigned long long counter, char digits[6])
{
    unsigned char pad[64] = {0}, message[8], hash[20];
    mbedtls_sha1_context sha1;
    for (int i = 7; i >= 0; i--, counter >>= 8)
        message[i] = (unsigned char) counter;
    memcpy(pad, key, length);
    for (int i = 0; i < 64; i++)
        pad[i] ^= 0x36;
    mbedtls_sha1_init(&sha1);
    mbedtls_sha1_starts_ret(&sha1);
    mbedtls_sha1_update_ret(&sha1, pad, 64);
    mbedtls_sha1_update_ret(&sha1, message, 8);
    mbedtls_sha1_finish_ret(&sha1, hash);
    for (int i = 0; i < 64; i++)
        pad[i] ^= 0x36 ^ 0x5C;
    mbedtls_sha1_starts_ret(&sha1);
    mbedtls_sha1_update_ret(&sha1, pad, 64);
    mbedtls_sha1_update_ret(&sha1, hash, 20);
    mbedtls_sha1_finish_ret(&sha1, hash);
    mbedtls_sha1_free(&sha1);
    int offset = hash[19] & 15;
    unsigned long code = ((hash[offset] & 127ul) << 24 | (unsigned long) hash[offset + 1] << 16
                          | (unsigned long) hash[offset + 2] << 8 | hash[offset + 3]) % 1000000;
    for (int i = 5; i >= 0; i--, code /= 10)
        digits[i] = '0' + code % 10;
    /* As the core does, and C firmware often does not. */
    memset(pad, 0, sizeof pad);
    memset(hash, 0, sizeof hash);
}
