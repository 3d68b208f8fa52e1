"""Messages of checkers about the items of maps, with the class of the object in a stub."""

from globals import Object, counts_key, counts_value, data


def check(obj: Object, raw: bytes) -> None:
    """Convert items of maps."""
    counts = obj.maps["counts"]
    key: counts_key = counts.decode_key(raw)
    value: counts_value = counts.decode_value(memoryview(raw))
    values: list[counts_value] = counts.decode_values([raw, 5])
    print(key.keyy)  # E: "counts_key" has no attribute "keyy"  [attr-defined]
    print(value.nn)  # E: "counts_value" has no attribute "nn"  [attr-defined]
    data_: bytes = counts.encode_key(key) + counts.encode_value(value) + counts.encode_key(raw)
    counts.encode_values(values)
    counts.encode_key("x")
    # E: Argument 1 to "encode_key" of "BpfMap" has incompatible type "str"; expected
    #    "counts_key | Buffer"  [arg-type]

    named = obj.maps["named"]
    number: int = named.decode_key(5)
    named.decode_key(raw).upper()  # E: "int" has no attribute "upper"  [attr-defined]
    item: data = named.decode_value(bytearray(raw))
    named.encode_key(number)
    named.encode_key(raw)
    named.encode_key("x")
    # E: Argument 1 to "encode_key" of "BpfMap" has incompatible type "str"; expected
    #    "int | Buffer"  [arg-type]

    raw_only: bytes = obj.maps["outer"].decode_value(raw)
    event: data = obj.maps["outer"].decode_event(data, raw)
    event.missing  # E: "data" has no attribute "missing"  [attr-defined]
    print(data_, item, raw_only)
