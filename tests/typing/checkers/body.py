# fmt: off
# Fields
event = Event(pid=1, comm=b"sh", ok=True, creds=Creds(uid=1), mac=b"123456", counts=[1, 2, 3])  # right: construct
event.pidd  # wrong: field-read
event.pidd = 1  # wrong: field-write
event.creds.uidd  # wrong: field-nested
event.range.lo  # wrong: field-anonymous
event.history[0].uidd  # wrong: field-of-element
Event.pidd  # wrong: field-of-class
event.comm + "x"  # wrong: read-text
event.task + 1  # wrong: read-pointer
event.pid.upper()  # wrong: read-int
event.ok.upper()  # wrong: read-bool
event.creds.uid.upper()  # wrong: read-nested
event.pid = "1"  # wrong: write-int
event.comm = "sh"  # wrong: write-text
event.ok = "yes"  # wrong: write-bool
event.task = b"x"  # wrong: write-pointer
event.argc = "3"  # wrong: write-bitfield
event.creds = 1  # wrong: write-struct
event.creds = Addr()  # wrong: write-other-struct
event.creds.uid = None  # wrong: write-nested
event.kind = "EXEC_RELATIVE"  # wrong: write-enum
event = Event()
a_pid: int = event.pid  # right: read-int
a_comm: str = event.comm.decode()  # right: read-text
a_task: int = event.task or 0  # right: read-pointer
event.creds.uid = 5  # right: write-nested
event.kind = exec_kind.EXEC_RELATIVE  # right: write-enum
event.comm = b"bash"  # right: write-text
offset: int = Event.pid.offset + Event.pid.size  # right: offset
# Constructors
Event(pidd=1)  # wrong: keyword
Event(pid="1")  # wrong: keyword-int
Event(comm="sh")  # wrong: keyword-text
Event(creds=Addr())  # wrong: keyword-struct
Event(1)  # wrong: positional
Event(mac=["x"])  # wrong: keyword-array
Word(wholee=1)  # wrong: keyword-of-union
Event.from_buffer_copy("text")  # wrong: from-buffer-copy-text
Event.from_buffer_copy(bytes(200)).pidd  # wrong: from-buffer-copy-field
event = Event.from_buffer_copy(bytes(200))  # right: from-buffer-copy
many = (Event * 3)()  # right: array-of-class
pointer: int = ctypes.pointer(event).contents.pid  # right: pointer
word: int = Word(whole=1).bytes[0]  # right: union
# Arrays
event.mac[0] = b"x"  # wrong: element-write-bytes
event.mac[0] = "x"  # wrong: element-write
event.mac[0].upper()  # wrong: element-read
event.mac["0"]  # wrong: element-index
event.mac = b"123456"  # wrong: array-write-bytes
event.mac = [1, 2, 3]  # wrong: array-write-list
event.counts[1] = "x"  # wrong: element-of-typedef
event.counts[:] = ["a", "b", "c"]  # wrong: slice-write
event.counts[0:2][0].upper()  # wrong: slice-read
event.matrix[0][1] = "x"  # wrong: nested-write
event.matrix[0][1].upper()  # wrong: nested-read
event.matrix[0] = 5  # wrong: nested-write-row
event.history[0] = 1  # wrong: struct-element-write
event.history[0].uid = "x"  # wrong: struct-element-field
event.names[0] = b"x"  # wrong: text-element-write
[c.uidd for c in event.history]  # wrong: iterate-structs
[n.upper() for n in event.counts]  # wrong: iterate-numbers
event = Event()
event.mac[:] = b"123456"  # right: slice-write-bytes
event.mac[0] = event.mac[1] + 1  # right: element
event.counts[:] = [1, 2, 3]  # right: slice-write-list
event.counts[:] = event.counts  # right: slice-write-array
event.counts = (1, 2, 3)  # right: array-write-tuple
event.counts = event.counts  # right: array-write-array
event.matrix[0][1] = event.matrix[1][2] + 1  # right: nested
event.matrix[0] = (1, 2, 3)  # right: nested-write-row
event.names[0].value = b"x"  # right: text-element-value
names: list[bytes] = [name.value for name in event.names]  # right: iterate-texts
event.history[0] = Creds(uid=1)  # right: struct-element-write
uids: list[int] = [c.uid for c in event.history]  # right: iterate-structs
total: int = sum(event.counts) + max(event.mac[1:3]) + len(event.mac)  # right: sum
mac: str = bytes(event.mac).hex() + ":".join(f"{byte:02x}" for byte in event.mac)  # right: mac
address: tuple[int, ...] = tuple(event.mac)  # right: tuple-of-array
# Names of types
obj.btf.struct("exec_evnt")  # wrong: struct-name
obj.btf.struct("word")  # wrong: struct-of-union
obj.btf.union("exec_event")  # wrong: union-of-struct
obj.btf.enum("exec_event")  # wrong: enum-of-struct
obj.btf.enum("exec_kindd")  # wrong: enum-name
obj.btf.type("exec_evnt")  # wrong: type-name
obj.btf.validate("exec_evnt")  # wrong: validate-name
obj.btf.validate_struct("exec_evnt", Event)  # wrong: validate-struct-name
obj.btf.struct("exec_event")(pidd=1)  # wrong: struct-keyword
obj.btf.struct("exec_event").from_buffer_copy(bytes(200)).pidd  # wrong: struct-field
obj.btf.struct("addr_t")().ipp  # wrong: struct-of-typedef
obj.btf.union("word")().wholee  # wrong: union-field
obj.btf.enum("exec_kind").EXEC_REL  # wrong: enum-member
exec_kind.EXEC_REL  # wrong: enum-member-of-class
port: int = obj.btf.struct("addr_t")(ip=1, port=80).port  # right: struct-of-typedef
size: int = obj.btf.type("exec_count_t").size  # right: type
obj.btf.validate_struct("exec_event", Event)  # right: validate-struct
obj.btf.struct(obj.btf.type("addr").id)  # right: struct-by-id
kinds: list[str] = [kind.name for kind in obj.btf.enum("exec_kind")]  # right: enum-members
# Maps, programs and globals
obj.maps["countss"]  # wrong: map-name
obj.maps["counts"].key(pidd=1)  # wrong: map-key
obj.maps["counts"].value().countt  # wrong: map-value
obj.maps["counts"].value.from_buffer_copy(bytes(8)).countt  # wrong: map-value-bytes
obj.maps["addresses"].key("1")  # wrong: map-simple-key
obj.maps["events"].key()  # wrong: map-without-key
obj.maps["addresses"].value(ip="x")  # wrong: map-value-keyword
obj.maps["counts"].max_entriess  # wrong: map-attribute
obj.programs["handle_exce"]  # wrong: program-name
obj.programs["handle_exec"].sectionn  # wrong: program-attribute
obj.sections[".rodta"]  # wrong: section-name
obj.sections[".rodata"].min_mss  # wrong: section-field
obj.sections[".bss"].seen.upper()  # wrong: section-read
obj.sections[".rodata"].min_ms = "2"  # wrong: section-write
obj.mapss  # wrong: object-attribute
other.maps["countss"]  # wrong: other-object
entries: int = obj.maps["counts"].max_entries  # right: map
key = obj.maps["counts"].key(pid=1, cpu=2)  # right: map-key
value: int = obj.maps["counts"].value.from_buffer_copy(bytes(8)).count  # right: map-value
simple: int = obj.maps["addresses"].key(5).value  # right: map-simple-key
section: str = obj.programs["handle_exec"].section  # right: program
version: bytes = obj.sections[".rodata"].version  # right: section
seen: int = other.sections[".bss"].seen + 1  # right: section-read
every: list[int] = [obj.maps[name].max_entries for name in obj.maps]  # right: iterate-maps
has: bool = "counts" in obj.maps and len(obj.maps) == 3  # right: map-in
items: list[str] = [f"{name} {map_.type}" for name, map_ in obj.maps.items()]  # right: map-items
# Functions and tables
def show(event: exec_event) -> int: return event.pid + event.creds.uid  # right: annotation
def returned(event: exec_event) -> str: return event.pid  # wrong: return
def field(event: exec_event) -> int: return event.pidd  # wrong: parameter-field
show(1)  # wrong: argument
show(Addr())  # wrong: argument-struct
show(Event)  # wrong: argument-class
show(Event(pid=1))  # right: argument
def which(e: exec_event | addr) -> int: return e.pid if isinstance(e, Event) else e.ip  # right: isinstance
def misled(e: exec_event | addr) -> int: return e.ip if isinstance(e, Event) else 0  # wrong: isinstance
def over(it: Object) -> int: return it.btf.struct("exec_event")().pid  # right: object-annotation
def overr(it: Object) -> int: return it.btf.struct("exec_event")().pidd  # wrong: object-annotation
with obj as entered: entered.btf.struct("exec_event")().pid  # right: with
with obj as entered: entered.btf.struct("exec_event")().pidd  # wrong: with
classes = {1: Event, 2: Addr}  # right: table
def decode(kind: int, data: bytes) -> Struct: return classes[kind].from_buffer_copy(data)  # right: table-decode
def decoded(kind: int, data: bytes) -> int: return classes[kind].from_buffer_copy(data)  # wrong: table-return
classes[1].from_buffer_copy("text")  # wrong: table-argument
classes[1]()  # right: table-call
mixed = {1: Event, 2: Word}  # right: mixed-table
mixed[1].from_buffer_copy(bytes(200))  # right: mixed-table-decode
