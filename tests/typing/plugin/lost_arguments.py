"""Parameters whose annotation loses the object that the calls in the module pass."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial, partial as bind
from typing import NamedTuple

from app import tool_bpf
from btf_typing import BpfObject, Btf, load


class Tool:
    def __init__(self, obj: BpfObject, *, other: BpfObject | None = None) -> None:
        obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.obj = obj
        self.btf = obj.btf
        if other:
            other.btf.struct("event")
            # E: not checked: the annotation "BpfObject" does not say which object this is; write
            #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]

    @classmethod
    def open(cls) -> Tool:
        return cls(load("prog.bpf.o"), other=load("build/other.bpf.o"))

    def use(self) -> None:
        self.obj.maps["counts"]
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.show(load("build/other.bpf.o"))

    def show(self, obj: BpfObject) -> None:
        obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]
        obj.btf.struct(input())

    @classmethod
    def of_class(cls, obj: BpfObject) -> None:
        obj.btf.enum("kind")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]

    @staticmethod
    def static(number: int, btf: Btf) -> None:
        btf.type("event")
        # E: not checked: the annotation "Btf" does not say which object this is; write
        #    Btf[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]

    def unknown(self, obj: BpfObject) -> None:
        obj.btf.struct("event")

    def reassigned(self, obj: BpfObject) -> None:
        obj = load(input())
        obj.btf.struct("event")

    def by_super(self, obj: BpfObject) -> None:
        obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


class Derived(Tool):
    def __init__(self, obj: BpfObject) -> None:
        super().__init__(obj)

    def by_super(self, obj: BpfObject) -> None:
        super().by_super(load("prog.bpf.o"))

    def show(self, obj: BpfObject) -> None:
        self.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


@dataclass
class Fields:
    obj: BpfObject
    count: int = 0

    def use(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


class Other:
    """Its methods have the same names, but nobody calls them."""

    def show(self, obj: BpfObject) -> None:
        obj.btf.struct("event")

    @classmethod
    def of_class(cls, obj: BpfObject) -> None:
        obj.btf.struct("event")


obj = load("prog.bpf.o")
tool = Tool(obj)
tool.show(obj)
Derived(obj)
Tool.of_class(obj)
Tool.static(1, obj.btf)
tool.static(1, btf=load("build/other.bpf.o").btf)
tool.reassigned(obj)
Fields(obj, count=1).use()


def passed(tool: Tool, obj: BpfObject) -> None:
    tool.unknown(obj)
    tool.unknown(*[obj])
    first(obj)


def first(obj: BpfObject) -> None:
    second(obj)
    first(obj)


def second(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def mixed(btf: Btf) -> None:
    btf.struct("event")


def from_the_kernel(btf: Btf) -> None:
    btf.struct("event")
    "event" in btf


def generated(obj: BpfObject, btf: Btf) -> None:
    obj.btf.struct("exec_event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    app.tool_bpf.Object  [btf-unresolved]
    btf.struct("exec_event")
    # E: not checked: the annotation "Btf" does not say which object this is; write
    #    Btf[Literal["app/tool.bpf.o"]]  [btf-unresolved]


def generated_or_loaded(obj: BpfObject) -> None:
    obj.btf.struct("exec_event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["app/tool.bpf.o", "prog.bpf.o"]]  [btf-unresolved]


passed(tool, obj)
mixed(obj.btf)
mixed(Btf.from_bytes(b""))
from_the_kernel(Btf.from_fd(0))
from_the_kernel(Btf.from_id(1))
generated(tool_bpf.obj, tool_bpf.obj.btf)
generated(tool_bpf.load(), tool_bpf.obj.btf)
generated_or_loaded(tool_bpf.obj)
generated_or_loaded(obj)


def with_default(obj: BpfObject = load("prog.bpf.o")) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def with_default_or_starred(obj: BpfObject = load("prog.bpf.o")) -> None:
    obj.btf.struct("event")


class Base:
    def of_unknown(self, btf: Btf) -> None:
        btf.struct("event")

    def of_base(self, btf: Btf) -> None: ...


class More(Base):
    def of_base(self, btf: Btf) -> None:
        btf.struct("event")


def call(tools: list[Base], base: Base, objects: list[BpfObject]) -> None:
    for each in tools:
        each.of_unknown(Btf.from_bytes(b""))
    base.of_base(Btf.from_bytes(b""))
    with_default_or_starred(*objects)


with_default()
Base().of_unknown(obj.btf)
More().of_base(obj.btf)


@dataclass
class Defaults:
    obj: BpfObject = obj
    other: BpfObject | None = None

    def use(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]
        if self.other:
            self.other.btf.struct("event")
            # E: not checked: the annotation "BpfObject" does not say which object this is; write
            #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


@dataclass
class BaseFields:
    obj: BpfObject

    def use(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]


@dataclass
class DerivedFields(BaseFields):
    count: int = 0


Defaults()
Defaults(load("build/other.bpf.o"), other=obj)
DerivedFields(load("build/other.bpf.o"), count=1)


class Context(NamedTuple):
    obj: BpfObject
    number: int = 0


def with_context(context: Context) -> None:
    context.obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


with_context(Context(obj, 1))


def nobody_calls(known: BpfObject = obj, unknown: BpfObject | None = None) -> None:
    known.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    if unknown:
        unknown.btf.struct("event")


def replaced_by_or(obj: BpfObject | None = None) -> None:
    obj = obj or load("build/other.bpf.o")
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]


def replaced(obj: BpfObject | None = None) -> None:
    if obj is None:
        obj = load("build/other.bpf.o" if input() else "prog.bpf.o")
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]


def anybody_calls(obj: BpfObject) -> None:
    obj.btf.struct("event")
    obj = load("prog.bpf.o")


replaced(obj)


def called_by_others(obj: BpfObject = obj) -> None:
    obj.btf.struct("event")


print(list(map(called_by_others, [obj])))


def with_default_in_thread(obj: BpfObject = obj) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_thread(number: int, obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_named_thread(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]


def in_pool(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_executor(*numbers: int, obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def starred(first: BpfObject, *others: BpfObject, last: BpfObject) -> None:
    first.btf.struct("event")
    others[0].btf.struct("event")
    last.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def unknown_items(obj: BpfObject, other: BpfObject) -> None:
    obj.btf.struct("event")
    other.btf.struct("event")


def unknown_name(obj: BpfObject) -> None:
    obj.btf.struct("event")


def told_another(obj: BpfObject = obj) -> None:
    obj.btf.struct("event")


class Jobs:
    def __init__(self, target: Callable[[BpfObject], None] | None = None) -> None:
        self.target = target

    def submit(self, function: Callable[[BpfObject], None], fallback: BpfObject) -> None:
        function(load("build/other.bpf.o") if input() else fallback)


def by_keyword(obj: BpfObject, number: int) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]


class Worker:
    def run(self, obj: BpfObject) -> None:
        obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]

    def start(self) -> None:
        threading.Thread(target=self.run, args=[obj]).start()
        threading.Thread(target=self.never_gets_one, args=(1,)).start()

    def never_gets_one(self, number: int, obj: BpfObject | None = None) -> None:
        if obj:
            obj.btf.struct("event")

    def of_any_worker(self, obj: BpfObject) -> None:
        obj.btf.struct("event")


def passes_on(pool: ThreadPoolExecutor, worker: Callable[[], Worker]) -> None:
    threading.Thread(target=with_default_in_thread).start()
    threading.Thread(target=in_thread, args=(1, obj)).start()
    threading.Thread(target=in_named_thread, kwargs={"obj": load("build/other.bpf.o")}).start()
    pool.submit(in_pool, obj)
    asyncio.new_event_loop().run_in_executor(None, partial(in_executor, 1, obj=obj), 2)
    in_executor(1, 2, obj=obj)
    objects = [load("build/other.bpf.o")]
    pool.submit(starred, *objects, obj, last=obj)
    threading.Thread(target=unknown_items, args=objects, kwargs={"other": obj}).start()
    threading.Thread(target=unknown_items, args=(obj, *objects)).start()
    threading.Thread(target=unknown_name, kwargs={input(): obj}).start()
    call_with_another(told_another, obj)
    Jobs().submit(told_another, obj)
    Jobs(target=told_another)
    asyncio.run(asyncio.to_thread(by_keyword, obj=load("build/other.bpf.o"), number=1))
    pool.submit(worker().of_any_worker, obj)


def call_with_another(function: Callable[[BpfObject], None], fallback: BpfObject) -> None:
    function(load("build/other.bpf.o") if input() else fallback)


def in_lambda(obj: BpfObject, data: bytes) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_inner_lambda(data: bytes, obj: BpfObject) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_lambda_of_module(obj: BpfObject, data: bytes) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def by_default_of_lambda(obj: BpfObject, data: bytes) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def from_parameter_of_lambda(obj: BpfObject) -> None:
    obj.btf.struct("event")


def from_attribute_of_parameter(obj: BpfObject) -> None:
    obj.btf.struct("event")


def told_in_lambda(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_partial(obj: BpfObject, data: bytes) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]


def in_partial_by_name(data: bytes, obj: BpfObject) -> None:
    obj.btf.struct("event").from_buffer_copy(data)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def partial_leaves_it(data: bytes, obj: BpfObject = obj) -> None:
    obj.btf.struct("event").from_buffer_copy(data)


class Callbacks:
    def __init__(self, register: Callable[[Callable[[bytes], None]], None]) -> None:
        self.obj = load("prog.bpf.o")
        register(partial(self.received, self.obj))
        register(partial(in_partial, load("build/other.bpf.o")))
        register(partial(in_partial_by_name, obj=self.obj))
        register(partial(partial_leaves_it))
        partial_leaves_it(b"", self.obj)
        register(bind(in_partial, load("prog.bpf.o")))
        register(partial(unknown_items, *[self.obj], **{"other": self.obj}))
        unknown_items(self.obj, self.obj)
        register(lambda data: in_lambda(self.obj, data))
        print(lambda data, obj=self.obj: by_default_of_lambda(obj, data))
        run(lambda: run(lambda: in_inner_lambda(b"", obj=self.obj)))
        print(list(map(lambda each: from_parameter_of_lambda(each), [self.obj])))
        print(list(map(lambda each: from_attribute_of_parameter(each.obj), [self])))
        self.with_lambda(load("build/other.bpf.o"))
        print(list(map(lambda each: each.with_lambda(self.obj), [self])))
        self.with_partial(load("build/other.bpf.o"))
        print(list(map(lambda each: partial(each.with_partial, self.obj), [self])))

    def with_lambda(self, obj: BpfObject) -> None:
        obj.btf.struct("event")

    def with_partial(self, obj: BpfObject) -> None:
        obj.btf.struct("event")

    def received(self, obj: BpfObject, data: bytes) -> None:
        obj.btf.struct("event").from_buffer_copy(data)
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def run(function: Callable[[], None]) -> None:
    function()


def tell_in_lambda() -> None:
    print(list(map(lambda jobs: jobs.submit(told_in_lambda, obj), [Jobs()])))


LATER = lambda data: in_lambda_of_module(obj, data)
