"""``python -m btf_typing`` is ``btf-stubs``, for where no folder of scripts is on the path."""

from ._commands.btf_stubs import script

if __name__ == "__main__":
    script()
