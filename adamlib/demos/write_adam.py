"""Write Adam yourself: the unfinished text and the hints. `adamlib.exercises` is the judge."""

from .declare import Demo


def compute():
    """What the exercise begins with. The last hint is the solution."""
    from ..exercises import HINTS, TEMPLATE  # a long file: only this demo waits for it

    return {
        "template": TEMPLATE,
        "hints": list(HINTS),
        "summary": "An editor with an unfinished class MyAdam: its step method is yours to write.",
        "readouts": [],
    }


DEMO = Demo(
    "write-adam",
    "Write Adam yourself",
    "Finish the method step, then run it. It is compared with adamlib's Adam on three problems. If "
    "it differs, the answer names the mistake and shows the numbers. Your text stays in this "
    "browser. In a notebook, adamlib.exercises.check(MyAdam) is the same judge.",
    (),
    compute,
)
