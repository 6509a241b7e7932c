"""The worker's process may do anything; this side goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldpress.cancel import CancelToken
from coldpress.errors import Cancelled, ConverterError, InternalError
from coldpress.events import LogLine, StepProgress
from coldpress.worker.child import _environment
from coldpress.worker.requests.request import Ping
from coldpress.worker.requests.tflite import CheckModel, MeasureLatency
from coldpress.worker.supervisor import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coldpress.events import Event

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker("interpreter") as started:
        yield started


@pytest.fixture
def endless(fixtures: Path) -> MeasureLatency:
    """Return a job that does not end by itself."""
    return MeasureLatency(str(fixtures / "digits_qat" / "digits_uint8.tflite"), runs=10**12, budget=1e12)


@pytest.fixture
def model(fixtures: Path) -> CheckModel:
    """Return a job that ends at once."""
    return CheckModel(str(fixtures / "digits_qat" / "digits_uint8.tflite"))


def _when_busy(worker: Worker, action: Callable[[], object]) -> Callable[[Event], None]:
    """Return a listener that does ``action`` once, as soon as the job makes progress."""
    done: list[bool] = []

    def listen(event: Event) -> None:
        if isinstance(event, StepProgress) and not done:
            done.append(True)
            action()

    return listen


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_starting_does_not_wait(worker: Worker) -> None:
    began = time.perf_counter()
    worker.start()
    assert time.perf_counter() - began < 2
    assert worker.pid is not None
    worker.run(Ping())


def test_one_process_serves_many_jobs(worker: Worker, model: CheckModel) -> None:
    first = worker.run(model)
    pid = worker.pid
    assert worker.run(model) == first
    assert worker.pid == pid
    assert [tensor.dtype for tensor in (*first.inputs, *first.outputs)] == ["uint8", "uint8"]


@posix
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGKILL, "model.killed"), (signal.SIGSEGV, "model.segfault"), (signal.SIGABRT, "model.aborted")],
)
def test_a_process_that_dies_at_work_is_an_error_and_the_next_job_runs(
    worker: Worker, endless: MeasureLatency, model: CheckModel, number: int, code: str
) -> None:
    def kill() -> None:
        assert worker.pid is not None
        os.kill(worker.pid, number)

    with pytest.raises(ConverterError) as caught:
        worker.run(endless, listener=_when_busy(worker, kill))
    assert caught.value.code == code
    assert worker.pid is None
    assert worker.run(model).inputs[0].dtype == "uint8"


@posix
def test_a_process_that_died_while_idle_is_replaced(worker: Worker, model: CheckModel) -> None:
    worker.run(Ping())
    first = worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while worker.pid is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    worker.run(model)
    assert worker.pid not in (None, first)


def test_cancelling_takes_less_than_half_a_second(worker: Worker, endless: MeasureLatency, model: CheckModel) -> None:
    token = CancelToken()
    cancelled_at: list[float] = []

    def cancel() -> None:
        cancelled_at.append(time.perf_counter())
        token.cancel()

    with pytest.raises(Cancelled):
        worker.run(endless, cancel=token, listener=_when_busy(worker, cancel))
    assert time.perf_counter() - cancelled_at[0] < 5
    assert worker.pid is None
    assert worker.run(model).nbytes > 0


def test_a_token_that_is_set_already_starts_nothing(worker: Worker, endless: MeasureLatency) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        worker.run(endless, cancel=token)


def test_a_job_that_takes_too_long_is_stopped(worker: Worker, endless: MeasureLatency, model: CheckModel) -> None:
    with pytest.raises(ConverterError) as caught:
        worker.run(endless, timeout=1)
    assert caught.value.code == "model.timeout"
    assert caught.value.facts["seconds"] == 1
    assert worker.run(model).nbytes > 0


def test_closing_stops_the_job_of_another_thread(endless: MeasureLatency) -> None:
    worker = Worker("interpreter")
    busy = threading.Event()
    outcome: list[BaseException] = []

    def work() -> None:
        try:
            worker.run(endless, listener=_when_busy(worker, busy.set))
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert busy.wait(20)
    began = time.perf_counter()
    worker.close()
    thread.join(5)
    assert time.perf_counter() - began < 10
    assert [type(error) for error in outcome] == [Cancelled]
    worker.close()
    with pytest.raises(InternalError):
        worker.start()


def test_an_exception_of_the_listener_leaves_no_process_behind(worker: Worker, endless: MeasureLatency) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(endless, listener=_when_busy(worker, fail))
    assert worker.pid is None


def test_a_process_is_retired_after_enough_jobs(model: CheckModel) -> None:
    with Worker("interpreter", retire_jobs=2) as worker:
        worker.run(model)
        first = worker.pid
        worker.run(model)
        assert worker.pid is None
        worker.run(model)
        assert worker.pid not in (None, first)


def test_a_process_is_retired_when_it_has_grown(model: CheckModel) -> None:
    with Worker("interpreter", retire_growth=-1) as worker:
        worker.run(model)
        assert worker.pid is None


def test_a_path_with_spaces_and_chinese_characters(worker: Worker, model: CheckModel, tmp_path: Path) -> None:
    copy = tmp_path / "路径 with spaces" / "模型.tflite"
    copy.parent.mkdir()
    copy.write_bytes(Path(model.model).read_bytes())
    assert worker.run(CheckModel(str(copy))).outputs[0].shape == (1, 10)


def test_nothing_is_left_behind(model: CheckModel, endless: MeasureLatency) -> None:
    with Worker("interpreter") as warm_up:
        warm_up.run(model)
    threads = set(threading.enumerate())
    files = _open_files()
    worker = Worker("interpreter")
    worker.run(model)
    folder = worker.folder
    assert folder.is_dir()
    with pytest.raises(ConverterError):
        worker.run(endless, timeout=0.7)
    worker.run(model)
    pid = worker.pid
    worker.close()
    assert not folder.exists()
    assert pid is not None
    assert _gone(pid)
    assert set(threading.enumerate()) == threads
    assert _open_files() == files


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


@posix
def test_a_busy_process_does_not_outlive_its_parent(endless: MeasureLatency, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from coldpress.worker.supervisor import Worker\n"
        "from coldpress.worker.requests.tflite import MeasureLatency\n"
        "worker = Worker('interpreter')\n"
        "worker.start()\n"
        "def listen(event):\n"
        "    print(worker.pid, flush=True)\n"
        f"worker.run(MeasureLatency({endless.model!r}, runs=10**12, budget=1e12), listener=listen)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not _gone(pid)
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    deadline = time.monotonic() + 3
    while not _gone(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _gone(pid)


@posix
def test_an_idle_process_takes_the_folder_of_a_killed_parent_with_it(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from coldpress.worker.supervisor import Worker\n"
        "from coldpress.worker.requests.request import Ping\n"
        "worker = Worker('interpreter')\n"
        "worker.run(Ping())\n"
        "print(worker.folder, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert parent.stdout is not None
    folder = Path(parent.stdout.readline().strip())
    assert folder.parent == tmp_path
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


def test_modules_beside_the_model_are_not_imported(
    worker: Worker, model: CheckModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('executed')", encoding="utf-8")
    (worker.folder / "numpy.py").write_text("raise SystemExit('executed')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert worker.run(model).nbytes > 0


def test_the_process_gets_little_of_the_environment() -> None:
    given = {
        "PATH": "/bin",
        "HTTPS_PROXY": "http://proxy",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "TF_XLA_FLAGS": "--x",
        "LD_LIBRARY_PATH": "/lib",
    }
    environment = _environment(given)
    assert environment["PATH"] == "/bin"
    assert environment["LD_LIBRARY_PATH"] == "/lib"
    assert not {"HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY", "TF_XLA_FLAGS"} & set(environment)


@posix
def test_a_crash_tells_what_was_printed(worker: Worker, endless: MeasureLatency) -> None:
    lines: list[str] = []

    def kill() -> None:
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSEGV)

    once = _when_busy(worker, kill)

    def listen(event: Event) -> None:
        if isinstance(event, LogLine):
            lines.append(event.text)
        once(event)

    with pytest.raises(ConverterError) as caught:
        worker.run(endless, listener=listen)
    assert "Segmentation fault" in "\n".join(caught.value.log)
    assert tuple(lines) == caught.value.log
    # Where Python was.
    assert ".py:" in str(caught.value.facts["line"])
