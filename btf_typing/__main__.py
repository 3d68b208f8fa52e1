"""Runs ``btf-stubs`` as ``python -m btf_typing``, if the command is not on your PATH."""

from ._commands.btf_stubs import script

if __name__ == "__main__":
    script()
