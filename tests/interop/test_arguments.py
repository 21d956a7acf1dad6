"""Unusable arguments: status 2, one clear line on standard error, and never the secret."""

import pytest
from programs import otp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
KEY = ("--secret", SECRET)
CODE = ("code", *KEY, "--time", "59")
VERIFY = ("verify", *KEY, "--time", "59")
WRITE = ("uri", "write", "--account", "alice")
QUESTION = ("--key-hex", "31" * 20, "--challenge", "12345678")
OCRA = ("ocra", *QUESTION, "--suite", "OCRA-1:HOTP-SHA1-6:QN08")

UNUSABLE = [
    ((), "a subcommand is missing"),
    (("enroll",), "unknown subcommand"),
    (("secret",), "a subcommand is missing"),
    # Secrets
    (("code",), "missing --secret or --secret-hex"),
    (("code", "--secret"), "--secret needs a value"),
    (("code", "--secret", ""), "--secret: the secret is empty"),
    (("code", "--secret", "GEZD1NBV"), "--secret: character 5 of the secret is not base32"),
    (("code", "--secret", "GEZDGNBÜ"), "--secret: character 8 of the secret is not base32"),
    (("code", "--secret", "A" * 208), "--secret: the secret has more than 128 bytes"),
    (("code", "--secret-hex", "31323g"), "--secret-hex: character 6 is not hexadecimal"),
    (("code", "--secret-hex", "313"), "--secret-hex: an odd number"),
    (("code", "--secret-hex", ""), "--secret-hex: a secret has 1 to 128 bytes"),
    (("code", "--secret-hex", "31" * 129), "--secret-hex: a secret has 1 to 128 bytes"),
    (("code", *KEY, "--secret-hex", "3132"), "--secret and --secret-hex exclude each other"),
    (("code", *KEY, *KEY), "--secret is given twice"),
    # A secret that has lost its flag is not repeated.
    (("code", SECRET), "an argument without a flag"),
    (("code", f"--secert={SECRET}"), "unknown flag --secert"),
    (("code", f"-{SECRET}"), "unknown short flag"),
    ((SECRET,), "unknown subcommand"),
    ((*CODE, "--digits", SECRET), "--digits: not a whole number"),
    ((*CODE, "--algorithm", SECRET), "--algorithm: choose SHA1, SHA256 or SHA512"),
    ((*VERIFY, "--code", SECRET), "--code: character 1 does not belong"),
    # Parameters
    ((*CODE, "--frobnicate"), "unknown flag --frobnicate"),
    ((*CODE, "--digits", "5"), "--digits: a code has 6 to 9 digits"),
    ((*CODE, "--digits", "10"), "--digits: a code has 6 to 9 digits"),
    ((*CODE, "--digits", "262"), "--digits: a code has 6 to 9 digits"),
    ((*CODE, "--digits", "6", "--digits", "6"), "--digits is given twice"),
    ((*CODE, "--period", "0"), "--period: a time step lasts at least one second"),
    ((*CODE, "--period", "-30"), "--period: not a whole number"),
    ((*CODE, "--t0", "-1"), "--t0: not a whole number"),
    ((*CODE, "--algorithm", "MD5"), "--algorithm: choose SHA1, SHA256 or SHA512"),
    (("code", *KEY, "--time", "-1"), "--time: not a whole number"),
    (("code", *KEY, "--time", "+1"), "--time: not a whole number"),
    (("code", *KEY, "--time", "1e9"), "--time: not a whole number"),
    (("code", *KEY, "--time", "٣"), "--time: not a whole number"),
    (("code", *KEY, "--time", str(2**64)), "--time: more than 2^64-1"),
    (("code", *KEY, "--time", ""), "--time: not a whole number"),
    ((*CODE, "--steam", "--digits", "6"), "--steam and --digits exclude each other"),
    # HOTP
    (("code", *KEY, "--hotp"), "missing --counter"),
    (("code", *KEY, "--counter", "1"), "missing --hotp"),
    (("code", *KEY, "--hotp", "--counter", "-1"), "--counter: not a whole number"),
    (("code", *KEY, "--hotp", "--counter", str(2**64)), "--counter: more than 2^64-1"),
    ((*CODE, "--hotp", "--counter", "1"), "--time and --hotp exclude each other"),
    # Verification
    (VERIFY, "missing --code"),
    ((*CODE, "--code", "123456"), "unknown flag --code"),
    ((*VERIFY, "--code", "12345"), "--code: a code here has 6 characters, not 5"),
    ((*VERIFY, "--code", "1234567"), "--code: a code here has 6 characters, not 7"),
    ((*VERIFY, "--code", ""), "--code: a code here has 6 characters, not 0"),
    ((*VERIFY, "--code", "12345a"), "--code: character 6 does not belong"),
    ((*VERIFY, "--code", "-12345"), "--code: character 1 does not belong"),
    ((*VERIFY, "--code", "+12345"), "--code: character 1 does not belong"),
    ((*VERIFY, "--code", "١٢٣٤٥٦"), "--code: character 1 does not belong"),
    ((*VERIFY, "--code", "287082", "--past", "-1"), "--past: not a whole number"),
    ((*VERIFY, "--code", "287082", "--past", str(2**32)), "--past: more than 2^32-1"),
    ((*VERIFY, "--code", "287082", "--look-ahead", "1"), "--hotp"),
    (
        ("verify", *KEY, "--hotp", "--counter", "1", "--code", "287082", "--past", "1"),
        "--hotp and --past exclude each other",
    ),
    # Secrets to be made
    (("secret", "new", "--bits", "80"), "--bits: the length of a new secret"),
    (("secret", "new", "--bits", "161"), "--bits: the length of a new secret"),
    (("secret", "new", "--bits", "520"), "--bits: the length of a new secret"),
    # URIs and migrations to be read
    (("uri",), "a subcommand is missing"),
    (("uri", "read"), "missing URI"),
    (("uri", "read", "otpauth://totp/a", SECRET), "an argument without a flag"),
    (("migration", "read"), "missing URI"),
    # URIs to be written
    ((*WRITE[:2], *KEY), "missing --account"),
    ((*WRITE, "--account", "bob"), "--account is given twice"),
    (WRITE, "missing --secret or --secret-hex"),
    ((*WRITE, "--secret", "GEZDGNBVGY3TQOJQ"), "the secret has fewer than 128 bits"),
    ((*WRITE, *KEY, "--type", "motp"), "--type: choose totp, hotp or steam"),
    ((*WRITE, *KEY, "--issuer", "a:b"), "the issuer contains a colon"),
    ((*WRITE[:2], *KEY, "--account", "a:b"), "the account contains a colon"),
    ((*WRITE[:2], *KEY, "--account", " "), "the account is empty"),
    ((*WRITE, *KEY, "--counter", "1"), "--counter: only codes of --type hotp have one"),
    ((*WRITE, *KEY, "--type", "hotp", "--period", "30"), "--period: codes of --type hotp count no time"),
    ((*WRITE, *KEY, "--type", "steam", "--digits", "6"), "--digits: codes of --type steam"),
    ((*WRITE[:2], *KEY, "--account", "x" * 3000, "--qr"), "too long for a QR code"),
    # OCRA
    (("ocra",), "missing --suite and --key-hex and --challenge"),
    (("ocra", *QUESTION, "--suite", SECRET), "--suite: the OCRA suite's version is not known"),
    (("ocra", *QUESTION, "--suite", "OCRA-1:HOTP-SHA1-3:QN08"), "number of digits is out of range"),
    ((*OCRA, "--counter", "1"), "the OCRA suite has no counter (C)"),
    ((*OCRA, "--pin", SECRET), "the OCRA suite has no PIN (P)"),
    ((*OCRA, "--pin", "1", "--pin-hash-hex", "31"), "--pin-hash-hex exclude each other"),
    ((*OCRA, "--session-hex", "3"), "--session-hex: an odd number"),
    ((*OCRA, "--time", "1", "--timestamp-steps", "1"), "exclude each other"),
    ((*OCRA, "--own-challenge", SECRET), "has at most 8 bytes here, not 32"),
    (("ocra", *QUESTION, "--suite", "OCRA-1:HOTP-SHA1-6:QN08-PSHA1"), "needs a PIN (P)"),
    (("ocra", *QUESTION[:3], "123456789", "--suite", "OCRA-1:HOTP-SHA1-6:QN08"), "at most 8 bytes here, not 9"),
    (("ocra", *QUESTION[:3], "1234F678", "--suite", "OCRA-1:HOTP-SHA1-6:QN08"), "character 5 does not belong"),
    (("ocra", "--key-hex", SECRET, *OCRA[3:]), "--key-hex: character 1 is not hexadecimal"),
    (("ocra", "--key-hex", "", *OCRA[3:]), "--key-hex: a secret has 1 to 128 bytes"),
]


@pytest.mark.parametrize(("arguments", "message"), UNUSABLE)
def test_unusable_arguments_get_one_clear_line_and_status_2(arguments, message):
    done = otp(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    line, end = done.stderr.split("\n")
    assert line.startswith("otp: ") and message in line and end == ""
    assert SECRET not in done.stderr


@pytest.mark.parametrize("command", ["code", "verify", "secret", "uri", "migration", "ocra"])
def test_help_is_an_answer(command):
    for arguments in ((command, "--help"), ("help", command)):
        done = otp(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("Usage:") == 1


def test_a_codes_spelling_does_not_matter_to_the_verdict():
    for spelling in ("287082", "287 082", "28-70-82", " 287082\n"):
        done = otp(*VERIFY, "--code", spelling)
        assert (done.returncode, done.stdout) == (0, '{"accepted":true,"step":1,"offset":0}\n')


def test_a_wrong_code_is_refused_with_status_1():
    done = otp(*VERIFY, "--code", "287083")
    assert (done.returncode, done.stdout, done.stderr) == (1, '{"accepted":false}\n', "")


def test_the_largest_values_are_no_special_case():
    largest = str(2**64 - 1)
    for arguments in (
        ("code", *KEY, "--time", largest),
        ("code", *KEY, "--time", largest, "--period", largest),
        ("code", *KEY, "--time", largest, "--period", "1", "--digits", "9", "--algorithm", "SHA512"),
        ("code", *KEY, "--time", "0", "--t0", largest),
        ("code", *KEY, "--hotp", "--counter", largest),
    ):
        done = otp(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
    code = otp("code", *KEY, "--time", largest, "--period", "1").stdout.strip()
    window = ("--past", "5", "--future", "5", "--code", code)
    done = otp("verify", *KEY, "--time", largest, "--period", "1", *window)
    assert done.stdout == f'{{"accepted":true,"step":{largest},"offset":0}}\n'
