"""How fast btf_typing is against what else there is: ``python -m bench``."""
