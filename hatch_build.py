"""The metadata that depends on the address of the repository: the URLs, and the README for PyPI.

The address is ``repository`` in ``[tool.hatch.metadata.hooks.custom]`` of pyproject.toml, the only
place that has it. While it is empty, the metadata has no URLs, and the README that PyPI shows has
the text of its relative links, but not the links.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>(?!https?:|#)[^)]+)\)")


def urls(repository: str) -> dict[str, str]:
    """``[project.urls]`` for the address *repository*, which may be empty."""
    if not repository:
        return {}
    return {
        "Repository": repository,
        "Documentation": f"{repository}/blob/main/docs/index.md",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def readme(text: str, repository: str) -> str:
    """The README *text* with links that work outside the repository."""

    def link(match: re.Match[str]) -> str:
        if not repository:
            return match["text"]
        page = "raw" if match["image"] else "blob"
        return f"{match['image']}[{match['text']}]({repository}/{page}/main/{match['target']})"

    return _RELATIVE_LINK.sub(link, text)


class RepositoryLinks(MetadataHookInterface):
    """The hook that hatchling calls."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the URLs and the README."""
        repository = self.config["repository"]
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["urls"] = urls(repository)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme(text, repository)}
