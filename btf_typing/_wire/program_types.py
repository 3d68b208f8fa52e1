"""Program types and attach types by the name of the ELF section.

For ``"xdp"``, the program type is ``BPF_PROG_TYPE_XDP`` and the attach type is ``BPF_XDP``.

Source: libbpf ``section_defs``.
"""

from __future__ import annotations

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
"""The program type and the attach type of each section.

Program types have the prefix ``BPF_PROG_TYPE_`` in C, and attach types have the prefix ``BPF_``.
The table omits both.

The attach type is None if the section has none. As in libbpf's own table, ``"kprobe+"`` stands for
``SEC("kprobe")`` and for ``SEC("kprobe/...")``.
"""


def types_of_section(section: str) -> tuple[str, str | None]:
    """The program type of the programs in *section*, and their attach type or None.

    For a section that libbpf does not know, these are ``BPF_PROG_TYPE_UNSPEC`` and None.
    """
    found = SECTIONS.get(f"{section.partition('/')[0]}+")
    if not found and not section.endswith("+"):
        found = SECTIONS.get(section)
    type_, attach_type = found or ("UNSPEC", None)
    return f"BPF_PROG_TYPE_{type_}", attach_type and f"BPF_{attach_type}"
