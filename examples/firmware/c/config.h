/* mbed TLS with nothing but SHA-1, and that small. */
#define MBEDTLS_SHA1_C
