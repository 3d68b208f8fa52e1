"""Runs ``btf-stubs`` as ``python -m btf_typing``, if the command is not on your PATH."""

from ._commands.start import btf_stubs

if __name__ == "__main__":
    btf_stubs()
