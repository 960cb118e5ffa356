"""Reports progress from Python: one line of JSON per transition, nothing to install.

    stint run -- python3 examples/progress.py
    STINT_PROGRESS_JSONL=progress.jsonl python3 examples/progress.py
"""
import contextlib
import json
import os
import time
import uuid

RUN_ID = uuid.uuid4().hex[:16]
STARTED = time.monotonic()


def report(event, phase, sub_phase, **fields):
    """Appends a record, in one write. Does nothing where nobody asked for it, and never stops the work."""
    path = os.environ.get("STINT_PROGRESS_JSONL", "").strip()
    if not path:
        return
    record = {
        "event": event,
        "phase": phase,
        "sub_phase": sub_phase,
        "ts_ms": int(time.time() * 1000),
        "elapsed_ms": int((time.monotonic() - STARTED) * 1000),
        "run_id": RUN_ID,
        "pid": os.getpid(),
        **fields,
    }
    with contextlib.suppress(OSError):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")


@contextlib.contextmanager
def span(phase, **fields):
    """Reports the start of a phase, and how it ended, with what was learnt meanwhile."""
    report(f"{phase}_start", phase, "start", **fields)
    learnt = {}
    try:
        yield learnt
    except BaseException as error:
        learnt["error"] = str(error) or type(error).__name__
        report(f"{phase}_error", phase, "error", **(fields | learnt))
        raise
    report(f"{phase}_done", phase, "done", **(fields | learnt))


files = [f"part-{number}" for number in range(3)]
for index, name in enumerate(files):
    with span("pack", batch_index=index, note=name, rows_total=len(files)) as learnt:
        time.sleep(0.02)  # stands for the work
        learnt["rows_processed"] = index + 1
report("complete", "complete", "complete", rows_processed=len(files), rows_total=len(files))
print(f"{len(files)} files")
