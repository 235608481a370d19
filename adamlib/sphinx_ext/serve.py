"""Serve the built book on this machine: `python -m adamlib.sphinx_ext.serve FOLDER`."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(SimpleHTTPRequestHandler):
    """Files as they are; the book's own page where there is none."""

    def send_error(self, code, message=None, explain=None):
        """Answer a missing address with the book's 404 page."""
        page = Path(self.directory, "404.html")
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing: the terminal belongs to the reader."""


def server(folder, port=0):
    """A server for `folder` on this machine only; port 0 takes any that is free."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder)))


def main(folder):
    """Serve until Ctrl+C."""
    if not Path(folder, "index.html").exists():
        sys.exit(f"There is no built book in {folder}. Build it with `make book`.")
    with server(folder) as running:
        print(f"The book is at http://127.0.0.1:{running.server_port}/ until you press Ctrl+C.")
        print(f"Or open {Path(folder, 'index.html')} by a double click: it needs no server.")
        sys.stdout.flush()
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main(sys.argv[1])
