"""A language server over stdin and stdout, as an editor drives it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import Any, Self

_PATIENCE = 300
"""Seconds after which a server is stopped that does not answer."""


class LanguageServer:
    """A running server.

    Args:
        command: Its program and arguments.
        folder: The project.
        settings: The settings of the editor, such as ``{"python.analysis.diagnosticMode": ...}``.
    """

    def __init__(self, command: Sequence[str], folder: Path, settings: Mapping[str, Any]) -> None:
        self._folder = folder
        self._settings = settings
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._timer = Timer(_PATIENCE, self._process.kill)
        self._timer.start()
        self._last = 0
        uri = folder.as_uri()
        self._request(
            "initialize",
            processId=None,
            rootUri=uri,
            workspaceFolders=[{"uri": uri, "name": folder.name}],
            capabilities={
                "workspace": {"configuration": True, "workspaceFolders": True},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": False}},
                    "diagnostic": {"dynamicRegistration": False},
                },
            },
        )
        self._notify("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.communicate()

    def completions(self, name: str, text: str) -> list[str]:
        """What the server offers at the end of *text*, the content of the file *name*."""
        uri = (self._folder / name).as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._notify("textDocument/didOpen", textDocument=document)
        lines = text.split("\n")
        answer = self._request(
            "textDocument/completion",
            textDocument={"uri": uri},
            position={"line": len(lines) - 1, "character": len(lines[-1])},
            context={"triggerKind": 1},
        )
        self._notify("textDocument/didClose", textDocument={"uri": uri})
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return [str(item["label"]) for item in items]

    def errors(self, name: str, text: str) -> set[int]:
        """Numbers, from 1, of the lines of the file *name* in which the server finds errors."""
        uri = (self._folder / name).as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._notify("textDocument/didOpen", textDocument=document)
        answer = self._request("textDocument/diagnostic", textDocument={"uri": uri})
        self._notify("textDocument/didClose", textDocument={"uri": uri})
        return {
            item["range"]["start"]["line"] + 1 for item in answer["items"] if item["severity"] == 1
        }

    def _request(self, method: str, **params: Any) -> Any:
        self._last += 1
        number = self._last
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                self._answer(message)
            elif message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]

    def _answer(self, request: dict[str, Any]) -> None:
        """Answer a request of the server."""
        result: Any = None
        if request["method"] == "workspace/configuration":
            items = request["params"]["items"]
            result = [self._section(item.get("section", "")) for item in items]
        self._send({"id": request["id"], "result": result})

    def _section(self, section: str) -> dict[str, Any]:
        """The settings below *section*, such as ``python.analysis``, nested as an editor does."""
        found: dict[str, Any] = {}
        for key, value in self._settings.items():
            if not key.startswith(f"{section}."):
                continue
            *parents, last = key.removeprefix(f"{section}.").split(".")
            level = found
            for parent in parents:
                level = level.setdefault(parent, {})
            level[last] = value
        return found

    def _notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the server has ended")
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
