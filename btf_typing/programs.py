"""The programs that a BPF object defines.

A program is a global function that ``SEC("...")`` puts into an ELF section of its own. The name of
the section says what type of program it is: ``SEC("tracepoint/sched/sched_switch")`` makes a
``BPF_PROG_TYPE_TRACEPOINT``.

Source: libbpf ``bpf_object__add_programs``, ``section_defs``.
"""

from __future__ import annotations

from ._lazy_mapping import LazyMapping
from ._typing import Generic
from ._wire.file_contents import Function, FunctionReader
from .btf import Btf, S_co
from .errors import BtfFormatError

_SUBPROGRAMS = ".text"
"""Functions here are called by programs. libbpf loads none of them as a program of its own."""

_ON_DEMAND = "?"
"""``SEC("?xdp")`` is a program that libbpf loads only when user space asks for it."""

SECTIONS: dict[str, tuple[str, str | None]] = {
    "socket": ("SOCKET_FILTER", None),
    "sk_reuseport/migrate": ("SK_REUSEPORT", "SK_REUSEPORT_SELECT_OR_MIGRATE"),
    "sk_reuseport": ("SK_REUSEPORT", "SK_REUSEPORT_SELECT"),
    "kprobe+": ("KPROBE", None),
    "uprobe+": ("KPROBE", None),
    "uprobe.s+": ("KPROBE", None),
    "kretprobe+": ("KPROBE", None),
    "uretprobe+": ("KPROBE", None),
    "uretprobe.s+": ("KPROBE", None),
    "kprobe.multi+": ("KPROBE", "TRACE_KPROBE_MULTI"),
    "kretprobe.multi+": ("KPROBE", "TRACE_KPROBE_MULTI"),
    "kprobe.session+": ("KPROBE", "TRACE_KPROBE_SESSION"),
    "uprobe.multi+": ("KPROBE", "TRACE_UPROBE_MULTI"),
    "uretprobe.multi+": ("KPROBE", "TRACE_UPROBE_MULTI"),
    "uprobe.session+": ("KPROBE", "TRACE_UPROBE_SESSION"),
    "uprobe.multi.s+": ("KPROBE", "TRACE_UPROBE_MULTI"),
    "uretprobe.multi.s+": ("KPROBE", "TRACE_UPROBE_MULTI"),
    "uprobe.session.s+": ("KPROBE", "TRACE_UPROBE_SESSION"),
    "ksyscall+": ("KPROBE", None),
    "kretsyscall+": ("KPROBE", None),
    "usdt+": ("KPROBE", None),
    "usdt.s+": ("KPROBE", None),
    "tc/ingress": ("SCHED_CLS", "TCX_INGRESS"),
    "tc/egress": ("SCHED_CLS", "TCX_EGRESS"),
    "tcx/ingress": ("SCHED_CLS", "TCX_INGRESS"),
    "tcx/egress": ("SCHED_CLS", "TCX_EGRESS"),
    "tc": ("SCHED_CLS", None),
    "classifier": ("SCHED_CLS", None),
    "action": ("SCHED_ACT", None),
    "netkit/primary": ("SCHED_CLS", "NETKIT_PRIMARY"),
    "netkit/peer": ("SCHED_CLS", "NETKIT_PEER"),
    "tracepoint+": ("TRACEPOINT", None),
    "tp+": ("TRACEPOINT", None),
    "tracepoint.s+": ("TRACEPOINT", None),
    "tp.s+": ("TRACEPOINT", None),
    "raw_tracepoint+": ("RAW_TRACEPOINT", None),
    "raw_tp+": ("RAW_TRACEPOINT", None),
    "raw_tracepoint.s+": ("RAW_TRACEPOINT", None),
    "raw_tp.s+": ("RAW_TRACEPOINT", None),
    "raw_tracepoint.w+": ("RAW_TRACEPOINT_WRITABLE", None),
    "raw_tp.w+": ("RAW_TRACEPOINT_WRITABLE", None),
    "tp_btf+": ("TRACING", "TRACE_RAW_TP"),
    "tp_btf.s+": ("TRACING", "TRACE_RAW_TP"),
    "fentry+": ("TRACING", "TRACE_FENTRY"),
    "fmod_ret+": ("TRACING", "MODIFY_RETURN"),
    "fexit+": ("TRACING", "TRACE_FEXIT"),
    "fentry.s+": ("TRACING", "TRACE_FENTRY"),
    "fmod_ret.s+": ("TRACING", "MODIFY_RETURN"),
    "fexit.s+": ("TRACING", "TRACE_FEXIT"),
    "fsession+": ("TRACING", "TRACE_FSESSION"),
    "fsession.s+": ("TRACING", "TRACE_FSESSION"),
    "fsession.multi+": ("TRACING", "TRACE_FSESSION_MULTI"),
    "fsession.multi.s+": ("TRACING", "TRACE_FSESSION_MULTI"),
    "fentry.multi+": ("TRACING", "TRACE_FENTRY_MULTI"),
    "fexit.multi+": ("TRACING", "TRACE_FEXIT_MULTI"),
    "fentry.multi.s+": ("TRACING", "TRACE_FENTRY_MULTI"),
    "fexit.multi.s+": ("TRACING", "TRACE_FEXIT_MULTI"),
    "freplace+": ("EXT", None),
    "lsm+": ("LSM", "LSM_MAC"),
    "lsm.s+": ("LSM", "LSM_MAC"),
    "lsm_cgroup+": ("LSM", "LSM_CGROUP"),
    "iter+": ("TRACING", "TRACE_ITER"),
    "iter.s+": ("TRACING", "TRACE_ITER"),
    "syscall": ("SYSCALL", None),
    "xdp.frags/devmap": ("XDP", "XDP_DEVMAP"),
    "xdp/devmap": ("XDP", "XDP_DEVMAP"),
    "xdp.frags/cpumap": ("XDP", "XDP_CPUMAP"),
    "xdp/cpumap": ("XDP", "XDP_CPUMAP"),
    "xdp.frags": ("XDP", "XDP"),
    "xdp": ("XDP", "XDP"),
    "perf_event": ("PERF_EVENT", None),
    "lwt_in": ("LWT_IN", None),
    "lwt_out": ("LWT_OUT", None),
    "lwt_xmit": ("LWT_XMIT", None),
    "lwt_seg6local": ("LWT_SEG6LOCAL", None),
    "sockops": ("SOCK_OPS", "CGROUP_SOCK_OPS"),
    "sk_skb/stream_parser": ("SK_SKB", "SK_SKB_STREAM_PARSER"),
    "sk_skb/stream_verdict": ("SK_SKB", "SK_SKB_STREAM_VERDICT"),
    "sk_skb/verdict": ("SK_SKB", "SK_SKB_VERDICT"),
    "sk_skb": ("SK_SKB", None),
    "sk_msg": ("SK_MSG", "SK_MSG_VERDICT"),
    "lirc_mode2": ("LIRC_MODE2", "LIRC_MODE2"),
    "flow_dissector": ("FLOW_DISSECTOR", "FLOW_DISSECTOR"),
    "cgroup_skb/ingress": ("CGROUP_SKB", "CGROUP_INET_INGRESS"),
    "cgroup_skb/egress": ("CGROUP_SKB", "CGROUP_INET_EGRESS"),
    "cgroup/skb": ("CGROUP_SKB", None),
    "cgroup/sock_create": ("CGROUP_SOCK", "CGROUP_INET_SOCK_CREATE"),
    "cgroup/sock_release": ("CGROUP_SOCK", "CGROUP_INET_SOCK_RELEASE"),
    "cgroup/sock": ("CGROUP_SOCK", "CGROUP_INET_SOCK_CREATE"),
    "cgroup/post_bind4": ("CGROUP_SOCK", "CGROUP_INET4_POST_BIND"),
    "cgroup/post_bind6": ("CGROUP_SOCK", "CGROUP_INET6_POST_BIND"),
    "cgroup/bind4": ("CGROUP_SOCK_ADDR", "CGROUP_INET4_BIND"),
    "cgroup/bind6": ("CGROUP_SOCK_ADDR", "CGROUP_INET6_BIND"),
    "cgroup/connect4": ("CGROUP_SOCK_ADDR", "CGROUP_INET4_CONNECT"),
    "cgroup/connect6": ("CGROUP_SOCK_ADDR", "CGROUP_INET6_CONNECT"),
    "cgroup/connect_unix": ("CGROUP_SOCK_ADDR", "CGROUP_UNIX_CONNECT"),
    "cgroup/sendmsg4": ("CGROUP_SOCK_ADDR", "CGROUP_UDP4_SENDMSG"),
    "cgroup/sendmsg6": ("CGROUP_SOCK_ADDR", "CGROUP_UDP6_SENDMSG"),
    "cgroup/sendmsg_unix": ("CGROUP_SOCK_ADDR", "CGROUP_UNIX_SENDMSG"),
    "cgroup/recvmsg4": ("CGROUP_SOCK_ADDR", "CGROUP_UDP4_RECVMSG"),
    "cgroup/recvmsg6": ("CGROUP_SOCK_ADDR", "CGROUP_UDP6_RECVMSG"),
    "cgroup/recvmsg_unix": ("CGROUP_SOCK_ADDR", "CGROUP_UNIX_RECVMSG"),
    "cgroup/getpeername4": ("CGROUP_SOCK_ADDR", "CGROUP_INET4_GETPEERNAME"),
    "cgroup/getpeername6": ("CGROUP_SOCK_ADDR", "CGROUP_INET6_GETPEERNAME"),
    "cgroup/getpeername_unix": ("CGROUP_SOCK_ADDR", "CGROUP_UNIX_GETPEERNAME"),
    "cgroup/getsockname4": ("CGROUP_SOCK_ADDR", "CGROUP_INET4_GETSOCKNAME"),
    "cgroup/getsockname6": ("CGROUP_SOCK_ADDR", "CGROUP_INET6_GETSOCKNAME"),
    "cgroup/getsockname_unix": ("CGROUP_SOCK_ADDR", "CGROUP_UNIX_GETSOCKNAME"),
    "cgroup/sysctl": ("CGROUP_SYSCTL", "CGROUP_SYSCTL"),
    "cgroup/getsockopt": ("CGROUP_SOCKOPT", "CGROUP_GETSOCKOPT"),
    "cgroup/setsockopt": ("CGROUP_SOCKOPT", "CGROUP_SETSOCKOPT"),
    "cgroup/dev": ("CGROUP_DEVICE", "CGROUP_DEVICE"),
    "struct_ops+": ("STRUCT_OPS", None),
    "struct_ops.s+": ("STRUCT_OPS", None),
    "sk_lookup": ("SK_LOOKUP", "SK_LOOKUP"),
    "netfilter": ("NETFILTER", "NETFILTER"),
}
"""Types of programs by section: ``BPF_PROG_TYPE_*`` and ``BPF_*``, an attach type, if any.

``"kprobe+"`` stands for ``SEC("kprobe")`` and for ``SEC("kprobe/...")``, as in libbpf's own table.
"""


class BpfProgram:
    """A program as the object defines it.

    Attributes:
        name: Name of the function.
        section: ELF section, such as ``"tracepoint/sched/sched_switch"``; a ``?`` in front of it is
            left out, as libbpf does.
        type: Type of the program, such as ``"BPF_PROG_TYPE_TRACEPOINT"``;
            ``"BPF_PROG_TYPE_UNSPEC"`` if libbpf does not know the section.
        attach_type: Attach type that the kernel expects, such as ``"BPF_TRACE_FENTRY"``; None if
            libbpf does not set one for the section.
        autoload: Whether libbpf loads the program by default; False for ``SEC("?...")``.
    """

    def __init__(self, name: str, section: str) -> None:
        self.name = name
        self.section = section.removeprefix(_ON_DEMAND)
        self.autoload = self.section == section
        self.type, self.attach_type = _types(self.section)

    def __repr__(self) -> str:
        return f"<BpfProgram {self.name!r}, {self.type}, section {self.section!r}>"


class Programs(LazyMapping[BpfProgram, Function], Generic[S_co]):
    """Programs by name.

    Args:
        btf: Types of the object.
        read_functions: Reads the global functions of the object; None for raw BTF, which has none.

    Raises:
        BtfFormatError: the symbols of the ELF file cannot be read.
    """

    def __init__(self, btf: Btf[S_co], read_functions: FunctionReader | None) -> None:
        self._is_elf = read_functions is not None
        programs = {
            function.name: function
            for function in _read(read_functions, btf.path)
            if function.section != _SUBPROGRAMS
        }
        super().__init__("program", btf.path, programs)

    def _make(self, name: str, definition: Function) -> BpfProgram:
        return BpfProgram(name, definition.section)

    def _why_empty(self) -> str:
        if not self._is_elf:
            return "there are none: this is no BPF object, and BTF alone does not describe programs"
        return "there are none: no global function has a SEC(...) of its own"


def _read(read_functions: FunctionReader | None, path: str | None) -> list[Function]:
    try:
        return read_functions() if read_functions else []
    except BtfFormatError as error:
        error.path = error.path or path
        raise


def _types(section: str) -> tuple[str, str | None]:
    """The type and the attach type of the programs in *section*."""
    found = SECTIONS.get(f"{section.partition('/')[0]}+")
    if not found and not section.endswith("+"):
        found = SECTIONS.get(section)
    type_, attach_type = found or ("UNSPEC", None)
    return f"BPF_PROG_TYPE_{type_}", attach_type and f"BPF_{attach_type}"
