"""Messages of checkers about code that uses the stubs in tests/golden, without any plugin."""

import ctypes
from typing import Any, assert_type

from btf_typing import asdict, asdicts, columns, dump, from_record

from anonymous import anonymous, anonymous_address, anonymous_either
from arrays import arrays, point, row_t
from bigendian import bigendian
from bitfields import bitfields, state
from enums import color_t, enums, hidden, level
from globals import counts_key, counts_value, section_bss, section_data, section_rodata
from names import class_, names
from pointers import pointers
from scalars import port_t, scalars
from typedefs import only_t, second_t, tagged, tagged_t
from wide import wide

s = scalars(i8=1, text=b"x", flag=True)
s.i8 = 2
s.text = b"y"
s.flag = False
a: int = s.i8
b: bytes = s.text
c: bool = s.flag
d: bytes = s.letter
s.port = 80
s.i8 = "2"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
s.text = "y"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "bytes")  [assignment]
s.flagg = True  # E: "scalars" has no attribute "flagg"; maybe "flag"?  [attr-defined]
s.flagg  # E: "scalars" has no attribute "flagg"; maybe "flag"?  [attr-defined]
scalars.flagg  # E: "type[scalars]" has no attribute "flagg"  [attr-defined]
scalars(flagg=True)
# E: Unexpected keyword argument "flagg" for "scalars"; did you mean "flag"?  [call-arg]
scalars(flag="x")
# E: Argument "flag" to "scalars" has incompatible type "str"; expected "bool"  [arg-type]
offset: int = scalars.flag.offset + scalars.flag.size

again: scalars = scalars.from_buffer_copy(bytes(ctypes.sizeof(scalars)))
pointer = ctypes.POINTER(scalars)
several = (scalars * 3)()
ctypes.byref(s)
first, *_ = scalars._fields_

n = arrays(numbers=(1, 2), corners=(point(x=1),), names=((b"a", b"b"),), grid=((point(), point()),))
n.numbers = (1, 2, 3, 4)
n.matrix = ((1, 2, 3), (4, 5, 6))
n.handles = (None, 1)
e: ctypes.Array[ctypes.c_int32] = n.numbers
n.numbers = n.tail
# E: Incompatible types in assignment (expression has type "_Array[c_int64, int, int]", variable
#    has type "Array[c_int32] | tuple[int, ...]")  [assignment]
n.numbers = ("x",)
# E: Incompatible types in assignment (expression has type "tuple[str]", variable has type
#    "Array[c_int32] | tuple[int, ...]")  [assignment]
n.corners[0].x = 1
n.corners[0] = point(x=1)
n.corners[0].z = 1  # E: "point" has no attribute "z"  [attr-defined]
n.corners[0] = 1
# E: No overload variant of "__setitem__" of "_Array" matches argument types "int",
#    "int"  [call-overload]
# N: Possible overload variants:
# N:     def __setitem__(self, int, point, /) -> None
# N:     def __setitem__(self, slice[SupportsIndex | None, SupportsIndex | None, SupportsIndex |
#    None], Sequence[point] | Array[point], /) -> None
number: int = n.numbers[0] + sum(n.numbers[1:3]) + max(x for x in n.numbers) + n.matrix[0][1]
n.numbers[:] = [1, 2, 3, 4]
n.numbers[:] = b"1234"
n.numbers[:] = n.numbers
n.matrix[0] = (1, 2, 3)
n.grid[0][1] = n.corners[0]
n.grid[0][1].z  # E: "point" has no attribute "z"  [attr-defined]
n.names[0].value = b"x"
n.numbers[0].upper()  # E: "int" has no attribute "upper"  [attr-defined]
n.matrix[0][0].upper()  # E: "int" has no attribute "upper"  [attr-defined]
for flag in n.flags:
    flag.z  # E: "bool" has no attribute "z"  [attr-defined]
row: row_t = n.rows[0]

u = anonymous(low=1, address=anonymous_address(port=1), either=anonymous_either(f=0.5))
u.address.deep.a = 1
u.slots[0].x = 1
u.address = 1
# E: Incompatible types in assignment (expression has type "int", variable has type
#    "anonymous_address")  [assignment]
u.port  # E: "anonymous" has no attribute "port"  [attr-defined]

bitfields(low=1, yes=True).yes = 3
# E: Incompatible types in assignment (expression has type "int", variable has type
#    "bool")  [assignment]

p = pointers(handler=None, node=0)
f: int | None = p.handler
p.handler = b""
# E: Incompatible types in assignment (expression has type "bytes", variable has type
#    "int | None")  [assignment]

kind: level = level.LEVEL_LOW
top: level = level.__LEVEL_MAX
secret: hidden = hidden.__FIRST
enums(level=level.LEVEL_LOW, color=color_t.RED).mode = 1
color_t.PINK  # E: "type[color_t]" has no attribute "PINK"  [attr-defined]

names(class_=class_(from_=1), bytes=1, ctypes=2, type=b"x", None_=None).class_.self = 1
names().class_.def_ = 1

only: only_t = second_t(value=1)
same: tagged = tagged_t(x=1)
port: port_t = port_t(80)
big: int = wide(number=1 << 100, pair=((0,) * 16,)).number
word: int | None = bigendian().pointer
# A big-endian pointer is never None, and int is compatible with int | None.

rodata = section_rodata(version=b"1.0")
pid: int = rodata.config.pid
rodata.config.pidd  # E: "section_rodata_config" has no attribute "pidd"; maybe "pid"?  [attr-defined]
rodata.verison = b"2.0"
# E: "section_rodata" has no attribute "verison"; maybe "version"?  [attr-defined]
section_data(items=(section_data().items[0],)).items[1].x = 5
sums: int = section_bss().per_cpu[3].sum + section_bss.per_cpu.offset
key = counts_key(pid=1, cpu="0")
# E: Argument "cpu" to "counts_key" has incompatible type "str"; expected "int"  [arg-type]
last: int = counts_value(count=1).seen.last

made = arrays(numbers=[1, 2], corners=[point(x=1)], names=[b"a"], matrix=[[1], (2, 3)], empty=b"")
arrays(numbers=["x"])  # E: List item 0 has incompatible type "str"; expected "int"  [list-item]
arrays(matrix=[["x"]])  # E: List item 0 has incompatible type "str"; expected "int"  [list-item]
record = from_record(arrays, bytearray(200), count="numbers")
rest: list[int] = record.tail[:]
record.taill  # E: "arrays" has no attribute "taill"; maybe "tail"?  [attr-defined]
from_record(arrays, "text")
# E: Argument 2 to "from_record" has incompatible type "str"; expected "Buffer"  [arg-type]
from_record(int, b"")
# E: Value of type variable "_api_types.Instance" of "from_record" cannot be "int"  [type-var]
values: dict[str, Any] = asdict(record, text=True, enums=True, json=True)
asdict(record, enum=True)
# E: Unexpected keyword argument "enum" for overloaded function "asdict"; did you mean
#    "enums"?  [call-overload]
# E: No overload variant of "asdict" matches argument types "arrays", "bool"  [call-overload]
# N: Possible overload variants:
# N:     def [_api_types.Values_co: dict[str, Any]] asdict(instance:
#    HasEnums[_api_types.Values_co], *, text: bool = ..., enums: Literal[True], json:
#    Literal[False] = ...) -> _api_types.Values_co
# N:     def asdict(instance: object, *, text: bool = ..., enums: bool = ..., json: bool =
#    ...) -> dict[str, Any]
members = asdict(enums(), enums=True, text=True)
assert_type(members["level"], level | int)
assert_type(members["color"], color_t | int)
assert_type(members["history"], list[level | int])
assert_type(members["other"], Any)
anything: dict[str, Any] = members
members["level"].name  # E: Item "int" of "level | int" has no attribute "name"  [union-attr]
assert_type(asdicts(enums, b"", enums=True)[0]["color"], color_t | int)
assert_type(asdict(bitfields(), enums=True)["state"], state | int)
assert_type(asdict(bitfields(), enums=True)["low"], Any)
assert_type(asdict(enums())["level"], Any)
assert_type(asdict(enums(), enums=True, json=True)["level"], Any)
many: list[dict[str, Any]] = asdicts(arrays, b"", json=True)
table = columns(arrays, memoryview(b""), text=True)
table["numbers"].sum()
columns(record, b"")
# E: Argument 1 to "columns" has incompatible type "arrays"; expected "type"  [arg-type]
dump(record, zeros=False, hexdump=True)
dump(record, color=True)
# E: Unexpected keyword argument "color" for "dump"  [call-arg]
