"""What all tests share: hypothesis draws the same examples in every run."""

import hypothesis

hypothesis.settings.register_profile(
    "same", derandomize=True, deadline=None, database=None, max_examples=40
)
hypothesis.settings.load_profile("same")

collect_ignore = ["bench"]  # measures, and asserts nothing
