"""The message in an otpauth-migration URI, encoded by Google's protocol buffers."""

import base64
import urllib.parse

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto
ENTRY = {"secret": "BYTES", "name": "STRING", "issuer": "STRING", "algorithm": "INT32", "digits": "INT32",
         "type": "INT32", "counter": "INT64", "unique_id": "STRING"}  # fmt: skip
BATCH = {"version": "INT32", "batch_size": "INT32", "batch_index": "INT32", "batch_id": "INT32"}

ALGORITHMS = {"SHA1": 1, "SHA256": 2, "SHA512": 3, "MD5": 4}
DIGITS = {6: 1, 8: 2}
HOTP, TOTP = 1, 2


def message_class():
    """What the app's own schema says, enumerations taken for the numbers that they are sent as."""
    file = descriptor_pb2.FileDescriptorProto(name="migration.proto", package="migration", syntax="proto3")
    entry = file.message_type.add(name="Entry")
    for number, (name, kind) in enumerate(ENTRY.items(), 1):
        entry.field.add(name=name, number=number, type=FIELD.Type.Value(f"TYPE_{kind}"), label=FIELD.LABEL_OPTIONAL)
    payload = file.message_type.add(name="Payload")
    payload.field.add(
        name="entries", number=1, type=FIELD.TYPE_MESSAGE, type_name=".migration.Entry", label=FIELD.LABEL_REPEATED
    )
    for number, (name, kind) in enumerate(BATCH.items(), 2):
        payload.field.add(name=name, number=number, type=FIELD.Type.Value(f"TYPE_{kind}"), label=FIELD.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("migration.Payload"))


Payload = message_class()


def message(entries, **batch):
    return Payload(entries=entries, **batch).SerializeToString()


def uri(message):
    """As the app writes it."""
    data = urllib.parse.quote(base64.b64encode(message), safe="")
    return f"otpauth-migration://offline?data={data}"


def spellings(message):
    """Other ways to write the same, found in scripts that make such URIs."""
    standard, url_safe = base64.b64encode(message).decode(), base64.urlsafe_b64encode(message).decode()
    for data in (standard, standard.rstrip("="), url_safe, url_safe.rstrip("=")):
        yield f"otpauth-migration://offline?data={data}"
