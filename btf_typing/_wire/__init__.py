"""Bytes to records: ELF files, the BTF format, types by id and by name."""
