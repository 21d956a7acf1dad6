"""The example `enroll` as a conversation, and the apps that answer it."""

import json
import subprocess
import threading
import time

import pyotp
from programs import EXAMPLES, oathtool

PROGRAM = EXAMPLES / "enroll"
START = 1_700_000_000
# Longer than any of these programs takes.
SECONDS = 60


def command(store, *arguments):
    assert PROGRAM.exists(), f"{PROGRAM} is not built: cargo build --examples"
    return [str(part) for part in (PROGRAM, "--store", store, *arguments)]


def run(store, *arguments, lines=()):
    """The whole program at once: status, standard output and standard error, as bytes."""
    text = b"".join(line if isinstance(line, bytes) else f"{line}\n".encode() for line in lines)
    done = subprocess.run(command(store, *arguments), input=text, capture_output=True, timeout=SECONDS)
    assert b"panicked" not in done.stdout + done.stderr, done
    return done


def events(store, *lines, arguments=("--now", START)):
    """The events of a run that comes to the end of its input."""
    done = run(store, "--json", *arguments, lines=lines)
    assert (done.returncode, done.stderr) == (0, b""), done
    return [json.loads(line) for line in done.stdout.splitlines()]


class Enroll:
    """A running program: lines go in, events come out."""

    def __init__(self, store, *arguments, now=START):
        self.process = subprocess.Popen(
            command(store, "--json", "--now", now, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.watchdog = threading.Timer(SECONDS, self.process.kill)
        self.watchdog.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        """Kills it, if it is still there, and returns what it had told until then."""
        self.process.kill()
        return self.rest()[0]

    def rest(self):
        """What it tells until it ends: the events and the errors."""
        out, errors = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait()
        self.watchdog.cancel()
        assert "panicked" not in errors
        # The last line of a program that was killed may be a part of one.
        return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")], errors

    def say(self, *lines):
        """One write, whatever the number of lines."""
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def event(self):
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def ask(self, *lines):
        self.say(*lines)
        return self.event()

    def end(self):
        """Ends the input; the program ends well and has nothing more to say."""
        self.process.stdin.close()
        assert self.rest() == ([], "")
        assert self.process.returncode == 0


def by_oathtool(secret, at):
    return oathtool("--totp", f"--now=@{at}", "--base32", secret)


def by_pyotp(secret, at):
    return pyotp.TOTP(secret).at(at)


def wrong_codes(secret, at):
    """Codes of no step that could be accepted around a time, each another one."""
    near = {by_pyotp(secret, max(at + 30 * offset, 0)) for offset in range(-6, 7)}
    return (code for code in (f"{number:06}" for number in range(10**6)) if code not in near)


def enrolled(store, *arguments, now=START):
    """Enrolls with pyotp's code of `now`: the secret and the recovery code."""
    with Enroll(store, *arguments, now=now) as program:
        event = program.event()
        assert program.ask(by_pyotp(event["secret"], now)) == {"event": "confirmed"}
        program.end()
    [recovery_code] = event["recovery_codes"]
    return event["secret"], recovery_code


def pause(rng, longest):
    time.sleep(rng.random() * longest)
